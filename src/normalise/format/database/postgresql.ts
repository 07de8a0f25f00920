import type { Fields } from '../../../event/index.js';
import { address, eventFields, number, peer, put, readShape, scaled, type Setter, text } from '../../capture.js';
import { splitCsv } from '../../text/csv.js';
import { zoneOffset } from '../../time/dates.js';
import type { Line, TextFormat } from '../../line.js';
import { behindHead } from '../behind-head.js';
import { usualLine } from './postgresql-usual.js';

const DATASET = 'postgresql.log';
const DATABASE = text('postgresql.log.database');
const USER = text('user.name');
const MS = 1_000_000;

const FAILED = {
  'event.action': 'failed-login',
  'event.outcome': 'failure',
};

/** A peer's address; a socket of the machine has none. */
const from: Setter = (fields, value) => {
  if (value !== '[local]') address('source')(fields, value);
};

/** Messages that say who came from where. Source: PostgreSQL's auth.c, postinit.c, postmaster.c. */
const MESSAGES = [
  { pattern: /^(?:[\w-]{1,32} )?authentication failed for user "(.{0,256})"$/, to: [USER], also: FAILED },
  { pattern: /^role "(.{0,256})" does not exist$/, to: [USER], also: FAILED },
  {
    pattern:
      /^(?:no pg_hba\.conf entry|pg_hba\.conf rejects connection) for host "([^"]{1,255})", user "(.{0,256}?)", database "(.{0,256}?)"/,
    to: [from, USER, DATABASE],
    also: FAILED,
  },
  {
    pattern:
      /^connection authorized: user=([^ ]{1,256})(?: database=([^ ]{1,256}))?(?: application_name=(.{1,256}?))?(?: SSL enabled.*)?$/,
    to: [USER, DATABASE, text('postgresql.log.application_name')],
  },
  {
    pattern: /^connection received: host=([^ ]{1,255})(?: port=(\d{1,5}))?$/,
    to: [from, number('source.port')],
  },
  {
    pattern:
      /^disconnection: session time: [\d:.]{1,24} user=([^ ]{1,256}) database=([^ ]{1,256}) host=([^ ]{1,255})(?: port=(\d{1,5}))?$/,
    to: [USER, DATABASE, from, number('source.port')],
  },
];

const STEP = 'statement|parse|bind|execute fetch from|execute|fastpath function call';
const TIMED = [
  {
    pattern: new RegExp(
      String.raw`^duration: (\d{1,12}(?:\.\d{1,6})?) ms(?:  (${STEP})(?: ([^:]{1,128}))?: (.*))?$`,
      's',
    ),
    to: [scaled('event.duration', MS), text('postgresql.log.query_step'), queryName, text('postgresql.log.query')],
  },
];

function queryName(fields: Fields, value: string): void {
  if (value !== '<unnamed>') fields['postgresql.log.query_name'] = value;
}

interface Piece {
  readonly pattern: RegExp;
  readonly to: readonly Setter[];
  /** A text without which the pattern can't fit. */
  readonly needs: string;
}

/** What may stand between time and severity (`log_line_prefix`), one piece after the other. */
const PREFIX: readonly Piece[] = [
  {
    pattern: /\[(\d{1,10})(?:-(\d{1,10}))?\]/,
    to: [number('process.pid'), number('postgresql.log.session_line_number')],
    needs: '[',
  },
  {
    pattern: /\]:? \[(\d{1,10})(?:-(\d{1,10}))?\]/,
    to: [number('postgresql.log.session_line_number'), number('postgresql.log.sequence_number')],
    needs: ' [',
  },
  { pattern: /\bapp=\[?([^,\]]{1,256})/, to: [text('postgresql.log.application_name')], needs: 'app=' },
  { pattern: /\bdb=\[?([^,\] ]{1,256})/, to: [DATABASE], needs: 'db=' },
  { pattern: /\buser=\[?([^,\] ]{1,256})/, to: [USER], needs: 'user=' },
  { pattern: /\b(?:client|host)=\[?([^,\] ]{1,255})/, to: [client], needs: 't=' },
  {
    pattern: /(?:^|\s)\[?([^\s@[\]=,]{1,256})\]?@\[?([^\s@[\]=,]{1,256})\]?(?=[\s,:]|$)/,
    to: [USER, DATABASE],
    needs: '@',
  },
  { pattern: /(?:^|\s)([0-9a-fA-F.:]{3,45}\(\d{1,5}\))/, to: [client], needs: '(' },
];

/** `203.0.113.9(51234)`, or the address alone; `[local]` is a socket of the machine. */
function client(fields: Fields, value: string): void {
  const found = /^([^(]{1,255})\((\d{1,5})\)$/.exec(value);
  const host = found?.[1] ?? value;
  fields['postgresql.log.client_addr'] = host;
  // A socket of the machine.
  if (host === 'local') return;
  put(fields, address('source'), host);
  put(fields, number('postgresql.log.client_port'), found?.[2]);
  put(fields, number('source.port'), found?.[2]);
}

const STAMP =
  /^(?:< ?)?(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?) ([A-Z]{1,5}|[+-]\d\d(?::?\d\d)?)(?: ?>)?([ ,:]|(?=[A-Z]))/;
const SEVERITY =
  /(?:^|[\s:\]])(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION): {1,2}(?:([0-9A-Z]{5}): )?/;

/**
 * PostgreSQL's log: standard error with the usual prefixes (`%m [%p] `, Debian's `%m [%p] %q%u@%d `, `user=,db=,app=,client=`,
 * RDS's with colons) and csvlog. The prefix is read up to the first severity. Sources: PostgreSQL documentation, "Error
 * Reporting and Logging"; Elastic's postgresql.log fields.
 */
export const postgresql: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['postgresql', 'postgres', 'postgresql_log', 'pgsql'],
  dataset: DATASET,
  sniff: (line) => (line.charCodeAt(4) === 45 || line.charCodeAt(0) === 60) && STAMP.test(line.slice(0, 48)),
  parse: behindHead(parse),
};

// Behind a syslog head the server numbers its messages and their parts.
const NUMBERED = /^\[(\d{1,10})-(\d{1,10})\] (?:#\d{1,10} ?)?/;

function parse(text: string, at: Line): Fields | undefined {
  const numbered = text.charCodeAt(0) === 91 ? NUMBERED.exec(text) : null;
  const line = numbered === null ? text : text.slice(numbered[0].length);
  return usualLine(line, at, readMessage) ?? anyLine(line, at, numbered !== null);
}

/** Reads any line, without the quick way; `isNumbered`: a number of the server's stood before it, and it may have no time. */
export function anyLine(line: string, at: Line, isNumbered: boolean): Fields | undefined {
  const stamp = STAMP.exec(line.slice(0, 48));
  if (stamp === null) return isNumbered ? textFields(line, at) : undefined;
  const [whole, clock = '', zone = '', separator] = stamp;
  const time = timeOf(clock, zone, at);
  const rest = line.slice(whole.length);
  const fields = separator === ',' ? csvFields(rest, at) : textFields(rest, at);
  if (fields === undefined || Number.isNaN(time)) return undefined;
  at.time = time;
  fields['event.timezone'] = zone;
  fields['postgresql.log.timestamp'] = `${clock} ${zone}`;
  return fields;
}

function timeOf(clock: string, zone: string, at: Line): number {
  const offset = zoneOffset(zone);
  if (offset === undefined) return at.clock.iso(/^[+-]/.test(zone) ? `${clock}${zone}` : clock, 0);
  return at.clock.iso(`${clock}Z`, 0) - offset;
}

const INFO = { category: ['database'], type: ['info'] };

function textFields(rest: string, at: Line): Fields | undefined {
  const found = SEVERITY.exec(rest.slice(0, 2048));
  if (found === null) return undefined;
  const message = rest.slice(found.index + found[0].length);
  const fields = eventFields(at, DATASET, message, INFO);
  const prefix = rest.slice(0, found.index + 1);
  // A client chooses its user's and its program's name: what stands there twice is not believed.
  for (const shape of PREFIX) {
    if (prefix.includes(shape.needs) && !isDoubled(shape.pattern, prefix)) readPiece(shape, prefix, fields);
  }
  // Amazon's prefix: `%t:%r:%u@%d:[%p]:`.
  if (prefix.includes('):')) put(fields, client, /^([^:\s]{3,255}\(\d{1,5}\)):/.exec(prefix)?.[1]);
  const amazon = prefix.includes(':[') ? /:([^:@\s]{1,256})@([^:@\s]{1,256}):\[/.exec(prefix) : null;
  put(fields, USER, amazon?.[1]);
  put(fields, DATABASE, amazon?.[2]);
  fields['log.level'] = found[1];
  setState(fields, found[2]);
  readMessage(fields, message);
  return fields;
}

function readPiece({ pattern, to }: Piece, prefix: string, fields: Fields): void {
  const found = pattern.exec(prefix);
  for (let group = 0; found !== null && group < to.length; group++) put(fields, to[group], found[group + 1]);
}

function isDoubled(pattern: RegExp, prefix: string): boolean {
  return (
    prefix.includes('=') && pattern.source.includes('=') && [...prefix.matchAll(new RegExp(pattern, 'g'))].length > 1
  );
}

/** SQLSTATE: classes 00 to 02 are success, warning and no data. */
function setState(fields: Fields, state: string | undefined): void {
  if (state === undefined || state === '') return;
  fields['postgresql.log.sql_state_code'] = state;
  if (!/^0[012]/.test(state)) fields['event.type'] = ['info', 'error'];
}

/** Sets what a message says, one that the quick way does not know too. */
export function readMessage(fields: Fields, message: string): void {
  if (message.startsWith('duration: ')) readShape(TIMED, message.slice(0, 65_536), fields);
  else readShape(MESSAGES, message.slice(0, 2048), fields);
}

const COLUMNS: readonly (Setter | undefined)[] = [
  USER,
  DATABASE,
  number('process.pid'),
  connection,
  text('postgresql.log.session_id'),
  number('postgresql.log.session_line_number'),
  text('postgresql.log.command_tag'),
  undefined,
  text('postgresql.log.virtual_transaction_id'),
  number('postgresql.log.transaction_id'),
  text('log.level'),
  undefined,
  undefined,
  text('postgresql.log.detail'),
  text('postgresql.log.hint'),
  text('postgresql.log.internal_query'),
  undefined,
  text('postgresql.log.context'),
  text('postgresql.log.query'),
  undefined,
  text('postgresql.log.location'),
  text('postgresql.log.application_name'),
  text('postgresql.log.backend_type'),
];

function connection(fields: Fields, value: string): void {
  if (value === '[local]') {
    fields['postgresql.log.client_addr'] = value;
    return;
  }
  const found = /^(.{1,255}?)(?::(\d{1,5}))?$/.exec(value);
  put(fields, text('postgresql.log.client_addr'), found?.[1]);
  put(fields, number('postgresql.log.client_port'), found?.[2]);
  put(fields, peer('source'), value);
}

function csvFields(rest: string, at: Line): Fields | undefined {
  const values = splitCsv(rest, 32);
  if (values === undefined || values.length < 22) return undefined;
  const fields = eventFields(at, DATASET, values[12] ?? '', INFO);
  for (const [index, setter] of COLUMNS.entries()) put(fields, setter, values[index]);
  setState(fields, values[11]);
  const started = /^(.{19,26}) ([A-Z]{1,5})$/.exec(values[7] ?? '');
  const start = started === null ? Number.NaN : timeOf(started[1] ?? '', started[2] ?? '', at);
  if (!Number.isNaN(start)) fields['postgresql.log.session_start_time'] = new Date(start).toISOString();
  readMessage(fields, values[12] ?? '');
  setStep(fields, values[12] ?? '');
  return fields;
}

const STEPPED = new RegExp(String.raw`^(?:duration: [\d.]{1,20} ms  )?(${STEP})(?: ([^:]{1,128}))?: (.*)$`, 's');

/** In csvlog, the message of a statement is the statement, as Elastic's pipeline has it. */
function setStep(fields: Fields, message: string): void {
  const found = STEPPED.exec(message);
  if (found === null) return;
  fields['postgresql.log.query_step'] = found[1];
  put(fields, text('postgresql.log.query_name'), found[2]);
  fields['message'] = found[3];
}
