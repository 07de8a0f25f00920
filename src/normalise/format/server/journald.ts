import { detach, type Fields, type FieldValue } from '../../../event/index.js';
import { timeOf } from '../../json/json.js';
import type { JsonFormat, JsonObject, Line } from '../../line.js';
import { Made } from '../../text/names.js';
import { digits, wholeNumber } from '../../text/scan.js';
import { capabilities } from './journald-capabilities.js';
import { AT, type Plan, planOf, readNamed, setHead } from './journald-head.js';
import { messageFields } from './syslog.js';

/**
 * The journal as `journalctl -o json` writes it: one object a line, values as strings, a message with odd bytes as an
 * array of numbers. The message goes through the same program parsers as syslog's, so an sshd message has the same
 * fields here; `event.dataset` stays `journald.log`. Source: systemd.journal-fields(7), Journal Export Formats.
 */
export const journald: JsonFormat = {
  reads: 'json',
  name: 'journald.log',
  aliases: ['journald', 'journal', 'journalctl'],
  dataset: 'journald.log',
  sniff: (json) =>
    '__REALTIME_TIMESTAMP' in json ||
    ('MESSAGE' in json && ('_HOSTNAME' in json || '_PID' in json || '_TRANSPORT' in json)),
  parse,
};

const told = new Array<string | undefined>(Object.keys(AT).length).fill(undefined);

function parse(json: JsonObject, line: Line): Fields | undefined {
  return entryFields(json, line, planOf(json));
}

/** The fields of an entry, read by the plan of its layout, or where it has none key by key. */
export function entryFields(json: JsonObject, line: Line, plan: Plan | undefined): Fields | undefined {
  readNamed(json, plan, told);
  const time = millisOf(told[AT.__REALTIME_TIMESTAMP] ?? told[AT._SOURCE_REALTIME_TIMESTAMP]);
  line.time = time ?? timeOf(json['@timestamp'] ?? json['date'], line.clock, line.receiveTime);
  line.module = 'journald';
  line.dataset = 'journald.log';
  line.authDataset = 'journald.log';
  line.host = told[AT._HOSTNAME];
  line.program = told[AT.SYSLOG_IDENTIFIER] ?? told[AT._COMM];
  line.pid = wholeNumber(told[AT._PID] ?? told[AT.SYSLOG_PID]);
  line.message = bytesOrText(json['MESSAGE']);
  const fields = messageFields(line);
  // Of a log inside the message, what is told here goes with that.
  setHead(fields ?? line.inner?.fields ?? {}, json, plan);
  if (fields !== undefined) setActor(fields);
  return fields;
}

/** Digits of microseconds as they are written until 2286, and of their seconds. */
const MICROS = 16;
const SECONDS = 10;
/** The seconds of the entry before, as they are written, and in ms: reading all digits costs five times that. */
const latest = { seconds: '', millis: 0 };

/** Microseconds since the epoch as milliseconds; undefined for anything else, and 0. */
function millisOf(text: string | undefined): number | undefined {
  const known = text?.length === MICROS ? secondsOf(text) : undefined;
  const rest = text === undefined || known === undefined ? undefined : digits(text, SECONDS, MICROS);
  if (known !== undefined && rest !== undefined) return known + Math.floor(rest / 1000);
  const micros = Number(text);
  return micros > 0 ? Math.floor(micros / 1000) : undefined;
}

function secondsOf(text: string): number | undefined {
  if (text.startsWith(latest.seconds) && latest.millis > 0) return latest.millis;
  const seconds = digits(text, 0, SECONDS);
  if (seconds === undefined || seconds === 0) return undefined;
  latest.seconds = text.slice(0, SECONDS);
  latest.millis = seconds * 1000;
  return latest.millis;
}

/** Who logged: the process, and where the message tells of no log-in, the account it runs as. */
function setActor(fields: Fields): void {
  const command = told[AT._CMDLINE];
  if (command !== undefined && fields['process.command_line'] === undefined) setCommand(fields, command);
  const effective = capabilities(told[AT._CAP_EFFECTIVE]);
  if (effective !== undefined) fields['process.thread.capabilities.effective'] = effective;
  if (fields['event.category'] === undefined) setAccount(fields);
}

/** Where somebody logged in to start it, that is the user, and the account it runs as the effective one. */
function setAccount(fields: Fields): void {
  const uid = told[AT._UID];
  const login = told[AT._AUDIT_LOGINUID];
  const group = told[AT._GID];
  if (login === undefined || uid === undefined || login === uid) {
    const id = login ?? uid;
    if (id !== undefined) fields['user.id'] ??= id;
    if (group !== undefined) fields['user.group.id'] ??= group;
    return;
  }
  fields['user.id'] ??= login;
  fields['user.effective.id'] ??= uid;
  if (group !== undefined) fields['user.effective.group.id'] ??= group;
}

function setCommand(fields: Fields, command: string): void {
  fields['process.command_line'] = command;
  const args = COMMANDS.of(command);
  if (args === undefined) return;
  fields['process.args'] = args;
  fields['process.args_count'] = args.length;
}

const MAX_COMMAND = 8192;
/** Words of a command line: quoted, or without blanks. */
const WORDS = /"(?:[^"\\]|\\.)*"|\S+/g;
/** The words of command lines, the same of which many entries have. */
const COMMANDS = new Made((command): readonly string[] | undefined =>
  command.slice(0, MAX_COMMAND).match(WORDS)?.map(detach),
);

function bytesOrText(value: FieldValue | undefined): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const isBytes = value.every((item) => typeof item === 'number');
  return isBytes ? Buffer.from(value as readonly number[]).toString('utf8') : value.map(String).join('\n');
}
