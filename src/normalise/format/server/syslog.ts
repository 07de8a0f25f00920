import type { Fields } from '../../../event/index.js';
import { fill, fillPairs } from '../../fields.js';
import { Tags } from '../../text/tags.js';
import type { Line, MessageParser, Payload, UsualReader } from '../../line.js';
import { Made } from '../../text/names.js';
import { NOTHING, programFields } from '../../program/base.js';
import { login } from '../../program/login.js';
import { anyonesPam, oldPam, pam } from '../../program/pam.js';
import { identified } from '../../program/solaris.js';
import { AUTH_PROGRAMS, daemonOf, USUAL_READERS } from '../../program/table.js';
import { looksLikeAccess } from '../web/access.js';
import { packetFields } from './iptables.js';
import { looksLikeRest, looksLikeSyslog, mayBeLog } from '../looks.js';

const LETTER_P = 112;
const BRACE = 123;
const BRACKET = 91;

/** Programs that send whole log lines through syslog, and the format of those lines. */
const CARRIERS: ReadonlyMap<string, string> = new Map([
  ['nginx', 'nginx'],
  ['httpd', 'apache'],
  ['apache', 'apache'],
  ['apache2', 'apache'],
  ['haproxy', 'haproxy.log'],
  ['snort', 'snort.log'],
  ['suricata', 'snort.log'],
  ['postgres', 'postgresql.log'],
  ['mysqld', 'mysql.error'],
  ['mariadbd', 'mysql.error'],
]);

/**
 * The fields of a message whose head stands in `line`: its program's parser, else PAM's, else a log line carried inside
 * (JSON, a web server's), else the head and the message alone.
 *
 * Returns undefined only with `line.inner` set. One look-up and one object per message.
 */
export function messageFields(line: Line): Fields | undefined {
  const program = line.program === undefined ? NO_PROGRAM : PROGRAMS.of(line.program);
  const fields = told(program, line);
  if (fields === undefined) return undefined;
  if (line.priority >= 0 && fields['log.syslog.priority'] !== undefined) return fillPairs(fields, line.elements);
  const { headFields } = line;
  return headFields === undefined ? fields : fillPairs(withHead(fields, headFields), line.elements);
}

/**
 * As `messageFields`, of the line `text` whose head `readUsualParts` has just taken off, the program being told by `PROGRAM_TAGS`: a usual
 * message is made no text but the event's.
 */
export function usualFields(text: string, line: Line, program: Program): Fields | undefined {
  line.program = program.name;
  const fields = program.usual?.(text, line, line.messageAt, 0);
  if (fields !== undefined) return fields;
  line.message = text.slice(line.messageAt);
  return line.message.charCodeAt(0) === BRACKET ? told(program, line) : anyFields(program, line);
}

/** What the message says, behind the id that Solaris writes before it. */
function told(program: Program, line: Line): Fields | undefined {
  if (line.message.charCodeAt(0) !== BRACKET) return usualOf(program, line) ?? anyFields(program, line);
  return identified(line, () => usualOf(program, line) ?? anyFields(program, line));
}

function usualOf({ usual }: Program, line: Line): Fields | undefined {
  if (usual === undefined) return undefined;
  line.messageBytes();
  return usual(line.message, line, line.messageAt, line.messageAt);
}

function anyFields(program: Program, line: Line): Fields | undefined {
  const { message } = line;
  // White space at the end says nothing, and is kept where the message is.
  const text = message.charCodeAt(message.length - 1) <= 32 ? message.trimEnd() : message;
  const parser = parserOf(program, line);
  return parser === undefined
    ? (program.daemon?.(text, line) ?? plainMessage(line, program))
    : (parser(text, line) ?? programFields(line, line.authDataset, NOTHING));
}

/** Adds a head: what every PRI has by name, which costs a tenth of adding any names. */
function withHead(fields: Fields, head: Fields): Fields {
  if (head['log.syslog.facility.name'] === undefined) return fill(fields, head);
  if (fields['log.syslog.priority'] !== undefined) return fields;
  fields['log.syslog.priority'] = head['log.syslog.priority'];
  fields['log.syslog.facility.code'] = head['log.syslog.facility.code'];
  fields['log.syslog.facility.name'] = head['log.syslog.facility.name'];
  fields['log.syslog.severity.code'] = head['log.syslog.severity.code'];
  fields['log.syslog.severity.name'] = head['log.syslog.severity.name'];
  if (head['log.syslog.version'] === undefined) return fields;
  fields['log.syslog.version'] = head['log.syslog.version'];
  fields['log.syslog.appname'] = head['log.syslog.appname'];
  fields['log.syslog.procid'] = head['log.syslog.procid'];
  fields['log.syslog.msgid'] = head['log.syslog.msgid'];
  return fields;
}

/** What a program's name says of its messages. */
export interface Program {
  readonly name: string | undefined;
  /** Reads the usual messages of its parser. */
  readonly usual: UsualReader | undefined;
  /** Parsers of log-ins by the name, and by the last part of a path. */
  readonly auth: MessageParser | undefined;
  readonly base: MessageParser | undefined;
  readonly daemon: MessageParser | undefined;
  /** The format of the whole lines it sends. */
  readonly carries: string | undefined;
}

/** No process's own number, which stays with the name (`kernel[0]`); what the program says is read all the same. */
const NOBODY = '[0]';

const PROGRAMS = new Made<Program>((tagged) => {
  const name = tagged.endsWith(NOBODY) ? tagged.slice(0, -NOBODY.length) : tagged;
  const auth = AUTH_PROGRAMS.get(name) ?? oldParser(name);
  const base = name.startsWith('/') ? AUTH_PROGRAMS.get(name.slice(name.lastIndexOf('/') + 1)) : undefined;
  const daemon = daemonOf(name);
  const parser = auth ?? base ?? daemon;
  const usual = parser === undefined ? undefined : USUAL_READERS.get(parser);
  return { name: tagged, usual, auth, base, daemon, carries: CARRIERS.get(name) };
});

/** Whether nothing is known of a program's messages, so that most are no more than words. */
export function isPlainProgram(name: string): boolean {
  const { auth, base, daemon, carries } = PROGRAMS.of(name);
  return (auth ?? base ?? daemon ?? carries) === undefined;
}

/** Parsers of names that say more than the program's: `sshd(pam_unix)`, and whom login let in. */
function oldParser(name: string): MessageParser | undefined {
  if (name.endsWith('(pam_unix)')) return oldPam;
  return /^ ?-- /.test(name) ? login : undefined;
}

/** The programs of the lines read last, found by the bytes of their tags. */
export const PROGRAM_TAGS = new Tags((name) => PROGRAMS.of(name));
/** A gateway that names no program may log a packet. */
const NO_PROGRAM: Program = {
  name: undefined,
  usual: undefined,
  auth: undefined,
  base: undefined,
  daemon: packetFields,
  carries: undefined,
};

function parserOf({ auth, base }: Program, line: Line): MessageParser | undefined {
  if (auth !== undefined) return auth;
  // A look at one character costs a fifth of one at four.
  const { message } = line;
  return message.charCodeAt(0) === LETTER_P && line.program !== undefined && message.startsWith('pam_') ? pam : base;
}

function plainMessage(line: Line, program: Program): Fields | undefined {
  line.inner = program.carries !== undefined || mayBeLog(line.message) ? innerOf(line, program.carries) : undefined;
  if (line.inner !== undefined) return undefined;
  const isAuth = line.dataset === line.authDataset && line.module === 'system';
  return (isAuth ? anyonesPam(line.message, line) : undefined) ?? programFields(line, line.dataset, NOTHING);
}

/**
 * A log inside the message: JSON (rsyslog's `@cee:` cookie before it or not), or a whole line of another log, whatever its
 * program is called: people tag what they ship as they like.
 */
function innerOf(line: Line, carries: string | undefined): Payload | undefined {
  const { message, program } = line;
  const text = message.startsWith('@cee:') ? message.slice(5).trimStart() : message;
  const isAccess = looksLikeAccess(text);
  const hint = carries ?? (isAccess && program !== undefined ? accessHint(program) : undefined);
  // What names its own host: a relayed line, or a file of syslog's that somebody tagged and shipped.
  const isOwn = program === undefined ? /^<\d{1,3}>/.test(text) : looksLikeSyslog(text);
  const isLog = isOwn || hint !== undefined || text.charCodeAt(0) === BRACE || isAccess;
  if (!isLog && !looksLikeRest(text)) return undefined;
  const fields: Fields = {
    'event.module': line.module,
    'event.dataset': line.dataset,
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    ...line.headFields,
  };
  fillPairs(fields, line.elements);
  const host = isOwn ? undefined : line.host;
  return { text, hints: hint === undefined ? [] : [hint], time: line.time, host, fields, carried: true };
}

/** Tags people give to web servers' lines: `nginx_access`, `httpd-access`. */
function accessHint(program: string): string | undefined {
  if (!/access|nginx|apache|httpd/.test(program)) return undefined;
  return /apache|httpd/.test(program) ? 'apache' : 'nginx';
}
