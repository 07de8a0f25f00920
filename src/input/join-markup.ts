import type { JoinKind, OpenJoin } from './join-rules.js';

const OPENS = /<Event[ >]/g;
const CLOSE = '</Event>';
/** What stands before the first event of a file: `<?xml …?>`, `<Events>`. */
const PROLOGUE = /^\s{0,64}(?:<\?xml |<Events[ >])/;
const EVENT = /^\s{0,64}<Event[ >]/;
/** How lines of other logs begin: behind an event that was cut off they are not part of it. */
const OTHERS =
  /^(?:\{|<\d{1,3}>|\d{4}[-/]\d\d[-/]\d\d[ T]\d|(?:[A-Z][a-z]{2} ){1,2}[ \d]\d \d\d:|\d{1,3}(?:\.\d{1,3}){3} |type=[A-Z])/;

/** Whether the last event that begins in the line ends in it too. */
function ends(line: string): boolean {
  const close = line.lastIndexOf(CLOSE);
  if (close < 0) return false;
  OPENS.lastIndex = close;
  return !OPENS.test(line);
}

/** A tag behind which text stands: any but those of parts. */
const TEXT =
  /^<(?!(?:Events?|System|EventData|UserData|RenderingInfo|Keywords)[ >])[A-Za-z][\w:.-]{0,127}(?: [^>]*[^/>])?>/;
const TAG = /^\s{0,64}</;
const IN_TEXT = 'text';
/** More than an event of Windows has, which is bounded in bytes. */
const MAX_LINES = 16_384;

/**
 * An event of Windows in XML over several lines, with what stands before the first one. Whatever stands in an event has its
 * `<` escaped, so no line of a message ends it; lines without a tag are records of their own only if the event has no end.
 * Source: Microsoft, "Event Schema" and `wevtutil`.
 */
const windowsEvent: JoinKind = {
  continues: (open, line) => {
    if (isBefore(open)) return EVENT.test(line) || PROLOGUE.test(line);
    open.mark = isInText(open) ? IN_TEXT : '';
    return !EVENT.test(line) && !PROLOGUE.test(line) && (open.mark === IN_TEXT || !isOthers(line));
  },
  isWhole: ({ lines }) => ends(lines[lines.length - 1] as string),
  isDoubtful: (_, line) => !TAG.test(line),
  maxLines: MAX_LINES,
};

/** Whether no event has begun yet: only then is the last line of what stands before one. */
function isBefore({ lines }: OpenJoin): boolean {
  const last = lines[lines.length - 1] as string;
  return PROLOGUE.test(last) && last.search(OPENS) < 0;
}

/** Whether the last line ends inside an element's text, as `mark` told of the line before it. */
function isInText({ lines, mark }: OpenJoin): boolean {
  const last = lines[lines.length - 1] as string;
  const tag = last.lastIndexOf('<');
  return tag < 0 ? mark === IN_TEXT : TEXT.test(last.slice(tag, tag + 2048));
}

function isOthers(line: string): boolean {
  return OTHERS.test(line.slice(0, 40));
}

/** How a line that may begin with a tag goes on; undefined: not as an event of Windows. */
export function windowsKind(line: string): JoinKind | undefined {
  const head = line.slice(0, 128);
  return (EVENT.test(head) || PROLOGUE.test(head)) && !ends(line) ? windowsEvent : undefined;
}

const BRACE = /^[ \t]{0,64}\{$/;

/**
 * A document of JSON that is laid out over lines, from a brace that stands alone to its own: `journalctl -o json-pretty`, `jq`,
 * exports of cloud services. All lines between are further in than the braces.
 */
const prettyJson: JoinKind = {
  continues: ({ lines }, line) => {
    const indent = (lines[0] as string).length - 1;
    if (!line.startsWith((lines[0] as string).slice(0, indent))) return false;
    const code = line.charCodeAt(indent);
    return code === 32 || code === 9 || isEnd(line, indent);
  },
  isWhole: ({ lines }) => isClosed(lines),
  merge: (lines) => (isClosed(lines) ? lines.join('\n').replace(/,$/, '') : lines.join('\n')),
};

function isClosed(lines: readonly string[]): boolean {
  return lines.length > 1 && isEnd(lines[lines.length - 1] as string, (lines[0] as string).length - 1);
}

function isEnd(line: string, indent: number): boolean {
  return line.charCodeAt(indent) === 125 && (line.length === indent + 1 || line.slice(indent + 1) === ',');
}

/** How a brace that stands alone goes on. */
export function prettyKind(line: string): JoinKind | undefined {
  return line.length <= 65 && BRACE.test(line) ? prettyJson : undefined;
}
