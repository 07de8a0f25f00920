import { prettyKind, windowsKind } from './join-markup.js';

/** A record whose further lines may still come. */
export interface OpenJoin {
  readonly kind: JoinKind;
  /** Its lines without their ends; blank ones between them are empty. */
  readonly lines: string[];
  /** What a kind remembers from line to line. */
  mark: string;
}

/** One way in which lines belong together. All linear in the line's length; none throws. */
export interface JoinKind {
  /** Whether a line that is not blank belongs to the record. */
  readonly continues: (open: OpenJoin, line: string) => boolean;
  /** Whether the record is known to be whole; absent: it never is before the next begins. */
  readonly isWhole?: (open: OpenJoin) => boolean;
  /** Whether a line stands between parts of the record without belonging to it; it comes after the record. */
  readonly passes?: (open: OpenJoin, line: string) => boolean;
  /**
   * Whether a line that belongs to the record does so only if that ends (`isWhole`): else it and all behind it are records of
   * their own.
   */
  readonly isDoubtful?: (open: OpenJoin, line: string) => boolean;
  /** Lines of one record at most, where it may have more than others. */
  readonly maxLines?: number;
  /** The record's text; absent: its lines with line feeds between them. */
  readonly merge?: (lines: readonly string[]) => string;
}

const SPACE = 32;
const TAB = 9;

/** Whether a line begins with a space or a tab. */
export function isIndented(line: string): boolean {
  const code = line.charCodeAt(0);
  return code === SPACE || code === TAB;
}

const first = ({ lines }: OpenJoin): string => lines[0] as string;
const last = ({ lines }: OpenJoin): string => lines[lines.length - 1] as string;

/**
 * A serial audit log's transaction: from its first section to `Z`, told by the boundary that a client can't know. Source:
 * ModSecurity 2 Data Formats, "Audit Log".
 */
const modSecurity: JoinKind = {
  continues: () => true,
  isWhole: (open) => last(open) === `${first(open).slice(0, -3)}Z--`,
};

const SECTION = /^-{2,3}[0-9A-Za-z@_-]{1,64}-[A-Y]--$/;

/** An entry of MySQL's slow query log: comments, then statements. Source: MySQL, "The Slow Query Log". */
const slowQuery: JoinKind = {
  continues: (open, line) => {
    if (line.startsWith('# Time: ') || SERVER_START.test(line.slice(-64))) return false;
    if (!line.startsWith('# User@Host: ')) return true;
    const isSecond = open.mark === 'user' || first(open).startsWith('# User@Host: ');
    open.mark = 'user';
    return !isSecond;
  },
};

const SERVER_START = / started with:$/;

const STAMP =
  /^(?:< ?)?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})? (?:[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?)(?: ?>)?(?=[ ,:]|[A-Z])/;
const SEVERITY =
  /[\s:\]](?:DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): /;
const BEGINS =
  /^(?:(?:< ?)?\d{4}[-/]\d\d[-/]\d\d[ T]|[{<]|(?:[A-Z][a-z]{2} ){1,2}[ \d]\d \d\d:|\d{1,3}(?:\.\d{1,3}){3} |type=[A-Z])/;

/**
 * PostgreSQL's standard error: lines behind the first begin with a tab, or with no time of their own (as the lines of
 * other logs in the same file do).
 */
const postgres: JoinKind = {
  continues: (_, line) => line.charCodeAt(0) === TAB || !BEGINS.test(line.slice(0, 32)),
};

/** PostgreSQL's csvlog: a quoted value may hold line ends; a record is whole when its quotes are even. */
const postgresCsv: JoinKind = {
  continues: (open, line) => {
    if (hasOddQuotes(line)) open.mark = 'even';
    return true;
  },
  isWhole: (open) => open.mark === 'even',
};

function hasOddQuotes(line: string): boolean {
  let count = 0;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) count++;
  return count % 2 === 1;
}

const CRI = /^(\S{20,40} (stdout|stderr) )([FP])(?::\S{1,16})? /;

function cri(line: string): RegExpExecArray | null {
  return line.charCodeAt(10) === 84 ? CRI.exec(line.slice(0, 80)) : null;
}

/** A line of a container in parts (`P`), up to its last (`F`), of one stream. Source: Kubernetes, CRI log format. */
const criParts: JoinKind = {
  continues: (open, line) => cri(line)?.[2] === cri(first(open))?.[2],
  passes: (open, line) => {
    const other = cri(line);
    return other !== null && other[2] !== cri(first(open))?.[2];
  },
  isWhole: (open) => cri(last(open))?.[3] === 'F',
  merge: (lines) => {
    const parts = lines.filter((line) => line !== '').map((line) => line.slice(cri(line)?.[0].length ?? 0));
    return `${cri(lines[0] as string)?.[1] ?? ''}F ${parts.join('')}`;
  },
};

const DOCKER = '{"log":"';

/** The stream of a line of Docker's json-file, and whether the text in it ends its line; undefined for other lines. */
function docker(line: string): { readonly stream: string; readonly isWhole: boolean } | undefined {
  if (!line.startsWith(DOCKER)) return undefined;
  const end = line.lastIndexOf('","stream":"');
  if (end < 0) return undefined;
  return { stream: line.slice(end + 12, end + 18), isWhole: line.endsWith('\\n', end) };
}

/** A long line that Docker's json-file cut into several, of one stream. Source: Docker, JSON File logging driver. */
const dockerParts: JoinKind = {
  continues: (open, line) => {
    const part = docker(line);
    return part !== undefined && part.stream === docker(first(open))?.stream;
  },
  passes: (open, line) => {
    const other = docker(line);
    return other !== undefined && other.stream !== docker(first(open))?.stream;
  },
  isWhole: (open) => docker(last(open))?.isWhole === true,
  merge: (lines) => {
    try {
      const parts = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { readonly log: string });
      return JSON.stringify({ ...parts[0], log: parts.map(({ log }) => log).join('') });
    } catch {
      return lines.join('\n');
    }
  },
};

const TRACEBACK = 'Traceback (most recent call last):';
const CHAINED =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):$/;
const FURTHER = /^(?:Caused by: |Suppressed: |Stack trace:$|#\d{1,4} |\.\.\. \d{1,6} more$)/;
/** The line that ends a Python traceback, and the one that begins a Java stack trace. */
const RAISED = /^[A-Za-z_][\w.]{0,255}(?:: |$)/;
const THROWN = /^(?:[a-z_][\w$]{0,63}\.){1,16}[A-Z][\w$]{0,127}(?:: |$)/;
const TROUBLE = /\b(?:ERROR|FATAL|SEVERE|CRITICAL|WARN(?:ING)?|[Ee]rror|[Ee]xception)\b/;

/** A line of a program and the stack trace below it: Java, Python, Node, PHP, .NET; and whatever is indented. */
const trace: JoinKind = {
  continues: (open, line) => {
    if (isIndented(line)) return true;
    if (line === TRACEBACK) {
      if (!begins(open)) return false;
      open.mark = 'python';
      return true;
    }
    if (open.mark === 'chained') return false;
    if (open.mark === 'python' || first(open) === TRACEBACK) return python(open, line);
    return FURTHER.test(line.slice(0, 64)) || (begins(open) && THROWN.test(line.slice(0, 2048)));
  },
};

/** Whether a trace may begin below the line: it tells of trouble and is no trace itself. */
function begins(open: OpenJoin): boolean {
  if (open.mark === 'chained') return true;
  if (open.lines.length > 1) return false;
  const head = first(open).slice(0, 2048);
  return TROUBLE.test(head) && !THROWN.test(head);
}

/** Below the indented lines one more that names the exception, then perhaps another traceback. */
function python(open: OpenJoin, line: string): boolean {
  if (CHAINED.test(line.slice(0, 128))) {
    open.mark = 'chained';
    return true;
  }
  return isIndented(last(open)) && RAISED.test(line.slice(0, 300));
}

const SYSLOG = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /;
const SYSLOG_ISO = /^\d{4}-\d\d-\d\dT[\d:.+Z-]{8,24} (?![A-Z]+ )[\w.:-]{1,255} [\w./()-]{1,64}(?:\[\d{1,10}\])?: /;
const ADDRESS_OR_EPOCH = /^(?:\d{1,3}\.\d{1,3}\.|\d{9,10}\.\d)/;

/** How a line that is not part of the record before may go on; undefined: it stands alone. */
export function kindOf(line: string): JoinKind | undefined {
  switch (line.charCodeAt(0)) {
    case 35: // #
      return /^# (?:Time|User@Host): /.test(line.slice(0, 16)) ? slowQuery : undefined;
    case 45: // -
      return line.length < 80 && SECTION.test(line) ? modSecurity : trace;
    case 60: // <
      return STAMP.test(line.slice(0, 48)) ? postgres : windowsKind(line);
    case 123: // {
      return docker(line)?.isWhole === false ? dockerParts : prettyKind(line);
    default:
      if (line.charCodeAt(0) <= 57) return indented(line);
      // What is indented below a bracket alone are documents.
      return line === '[' || SYSLOG.test(line.slice(0, 16)) ? undefined : trace;
  }
}

/** A line that may begin with white space. */
function indented(line: string): JoinKind | undefined {
  return isIndented(line) ? (prettyKind(line) ?? windowsKind(line) ?? trace) : numbered(line);
}

/** A line that may begin with a digit. */
function numbered(line: string): JoinKind | undefined {
  const head = line.slice(0, 512);
  if (ADDRESS_OR_EPOCH.test(head)) return undefined;
  const stamp = STAMP.exec(head);
  if (stamp !== null && line[stamp[0].length] === ',') return hasOddQuotes(line) ? postgresCsv : undefined;
  if (stamp !== null && SEVERITY.test(head)) return postgres;
  const part = cri(line);
  if (part !== null) return part[3] === 'P' ? criParts : undefined;
  return SYSLOG_ISO.test(head) ? undefined : trace;
}
