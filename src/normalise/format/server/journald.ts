import type { Fields, FieldValue } from '../../../event/index.js';
import { timeOf } from '../../json/json.js';
import { LAYOUTS } from '../../json/layout.js';
import type { JsonFormat, JsonObject, Line } from '../../line.js';
import { wholeNumber } from '../../text/scan.js';
import { compileShape, type Make } from '../../shape.js';
import { capabilities } from './journald-capabilities.js';
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

/** Journal field to ECS field: texts, and numbers. */
const TEXTS: Readonly<Record<string, string>> = {
  MESSAGE_ID: 'message_id',
  SYSLOG_PID: 'log.syslog.procid',
  UNIT: 'journald.unit',
  CODE_FILE: 'log.origin.file.name',
  CODE_FUNC: 'log.origin.function',
  _COMM: 'journald.process.name',
  _SYSTEMD_INVOCATION_ID: 'systemd.invocation_id',
  _SYSTEMD_OWNER_UID: 'systemd.owner_uid',
  _SYSTEMD_SESSION: 'systemd.session',
  _SYSTEMD_USER_SLICE: 'systemd.user_slice',
  _SELINUX_CONTEXT: 'journald.selinux.context',
  SYSLOG_IDENTIFIER: 'log.syslog.appname',
  _EXE: 'process.executable',
  _SYSTEMD_UNIT: 'systemd.unit',
  _SYSTEMD_SLICE: 'systemd.slice',
  _SYSTEMD_CGROUP: 'systemd.cgroup',
  _SYSTEMD_USER_UNIT: 'systemd.user_unit',
  _TRANSPORT: 'systemd.transport',
  _BOOT_ID: 'host.boot.id',
  _MACHINE_ID: 'host.id',
  _AUDIT_SESSION: 'journald.audit.session',
  COREDUMP_UNIT: 'journald.coredump.unit',
  COREDUMP_USER_UNIT: 'journald.coredump.user_unit',
  OBJECT_CMDLINE: 'journald.object.process.command_line',
  OBJECT_COMM: 'journald.object.process.name',
  OBJECT_EXE: 'journald.object.process.executable',
  OBJECT_SYSTEMD_UNIT: 'journald.object.systemd.unit',
  OBJECT_SYSTEMD_USER_UNIT: 'journald.object.systemd.user_unit',
  OBJECT_SYSTEMD_SESSION: 'journald.object.systemd.session',
  _KERNEL_DEVICE: 'journald.kernel.device',
  _KERNEL_SUBSYSTEM: 'journald.kernel.subsystem',
  _UDEV_DEVLINK: 'journald.kernel.device_symlinks',
  _UDEV_DEVNODE: 'journald.kernel.device_node_path',
  _UDEV_SYSNAME: 'journald.kernel.device_name',
  CONTAINER_ID_FULL: 'container.id',
  CONTAINER_NAME: 'container.name',
  CONTAINER_TAG: 'container.log.tag',
  IMAGE_NAME: 'container.image.name',
};
const NUMBERS: Readonly<Record<string, string>> = {
  CODE_LINE: 'log.origin.file.line',
  _AUDIT_LOGINUID: 'journald.audit.login_uid',
  OBJECT_PID: 'journald.object.pid',
  OBJECT_UID: 'journald.object.uid',
  OBJECT_GID: 'journald.object.gid',
  OBJECT_AUDIT_LOGINUID: 'journald.object.audit.login_uid',
  OBJECT_AUDIT_SESSION: 'journald.object.audit.session',
  OBJECT_SYSTEMD_OWNER_UID: 'journald.object.systemd.owner_uid',
  PRIORITY: 'log.syslog.priority',
  SYSLOG_FACILITY: 'log.syslog.facility.code',
};
/** About the logging process itself: where the message tells of a log-in, these names are the message's. */
const ACTORS: readonly string[] = ['_UID', '_GID', '_CMDLINE', '_CAP_EFFECTIVE'];
/** Keys that are looked at for fields of the program's own. */
const MOST_OWN = 256;

function parse(json: JsonObject, line: Line): Fields | undefined {
  const micros = Number(text(json, '__REALTIME_TIMESTAMP') ?? text(json, '_SOURCE_REALTIME_TIMESTAMP'));
  line.time =
    micros > 0 ? Math.floor(micros / 1000) : timeOf(json['@timestamp'] ?? json['date'], line.clock, line.receiveTime);
  line.module = 'journald';
  line.dataset = 'journald.log';
  line.authDataset = 'journald.log';
  line.host = text(json, '_HOSTNAME');
  line.program = text(json, 'SYSLOG_IDENTIFIER') ?? text(json, '_COMM');
  line.pid = wholeNumber(text(json, '_PID') ?? text(json, 'SYSLOG_PID'));
  line.message = bytesOrText(json['MESSAGE']);
  line.headFields = headOf(json);
  const fields = messageFields(line);
  if (fields !== undefined) setActor(fields, json);
  return fields;
}

/**
 * Who logged: the process, and the account it runs as; where somebody logged in to start it, that is the user and the account
 * the effective one.
 */
function setActor(fields: Fields, json: JsonObject): void {
  const command = text(json, '_CMDLINE');
  if (command !== undefined && fields['process.command_line'] === undefined) {
    fields['process.command_line'] = command;
    const args = command.slice(0, MAX_COMMAND).match(WORDS);
    if (args !== null) Object.assign(fields, { 'process.args': [...args], 'process.args_count': args.length });
  }
  const effective = capabilities(text(json, '_CAP_EFFECTIVE'));
  if (effective !== undefined) fields['process.thread.capabilities.effective'] = effective;
  if (fields['event.category'] !== undefined) return;
  const uid = text(json, '_UID');
  const login = text(json, '_AUDIT_LOGINUID');
  const account = login === undefined || uid === undefined || login === uid ? 'user.' : 'user.effective.';
  const group = text(json, '_GID');
  if (login !== undefined) fields['user.id'] ??= login;
  if (uid !== undefined) fields[`${account}id`] ??= uid;
  if (group !== undefined) fields[`${account}group.id`] ??= group;
}

const MAX_COMMAND = 8192;
/** Words of a command line: quoted, or without blanks. */
const WORDS = /"(?:[^"\\]|\\.)*"|\S+/g;

/** What is told elsewhere, or of the journal itself. */
const TOLD = new Set(
  (
    'MESSAGE SYSLOG_TIMESTAMP SYSLOG_RAW _HOSTNAME _PID __REALTIME_TIMESTAMP __MONOTONIC_TIMESTAMP __CURSOR __SEQNUM ' +
    '__SEQNUM_ID _SOURCE_REALTIME_TIMESTAMP _SOURCE_MONOTONIC_TIMESTAMP'
  )
    .split(' ')
    .concat(ACTORS),
);

/** What the journal tells besides the message, by ECS's names; entries with the same keys are read by one plan. */
function headOf(json: JsonObject): Fields {
  const layout = LAYOUTS.of(json);
  if (layout === undefined) return headSlowly(json);
  const known = layout.plans.get(headOf) as HeadPlan | undefined;
  if (known === undefined) layout.plans.set(headOf, planOf(layout.paths));
  return known?.make === undefined ? headSlowly(json) : readHead(known, known.make);
}

interface HeadPlan {
  readonly make: Make | undefined;
  /** Which values become fields, and whether they are numbers. */
  readonly from: readonly (readonly [index: number, isNumber: boolean])[];
}

const head: (FieldValue | undefined)[] = [];

function readHead({ from }: HeadPlan, make: Make): Fields {
  for (let slot = 0; slot < from.length; slot++) {
    const [index, isNumber] = from[slot] as HeadPlan['from'][number];
    const value = textOf(LAYOUTS.values[index]);
    head[slot] = isNumber ? wholeNumber(value) : value;
  }
  return make(head);
}

function planOf(paths: readonly string[]): HeadPlan {
  const from = paths.flatMap((path, index) => (fieldOf(path) === undefined ? [] : [[index, path in NUMBERS] as const]));
  return { make: compileShape(from.map(([index]) => fieldOf(paths[index] ?? '') ?? '')), from };
}

function headSlowly(json: JsonObject): Fields {
  const fields: Fields = {};
  for (const [index, name] of Object.keys(json).entries()) {
    const isNamed = Object.hasOwn(TEXTS, name) || Object.hasOwn(NUMBERS, name);
    const field = isNamed || index < MOST_OWN ? fieldOf(name) : undefined;
    const value = field === undefined ? undefined : text(json, name);
    if (field !== undefined && value !== undefined) fields[field] = name in NUMBERS ? wholeNumber(value) : value;
  }
  return fields;
}

/** The field of a journal's: that of ECS; one of the program's own, or of a kind not named above, is kept as Filebeat's journal input keeps it. */
function fieldOf(name: string): string | undefined {
  if (Object.hasOwn(TEXTS, name)) return TEXTS[name];
  if (Object.hasOwn(NUMBERS, name)) return NUMBERS[name];
  if (TOLD.has(name) || !/^_{0,2}[A-Z][A-Z0-9_]{0,63}$/.test(name)) return undefined;
  return `journald.custom.${name.replace(/^_+/, '').toLowerCase()}`;
}

/** A field's text; of one that occurs several times (an array of texts) the first. */
function text(json: JsonObject, name: string): string | undefined {
  return textOf(json[name]);
}

function textOf(value: FieldValue | undefined): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
}

function bytesOrText(value: FieldValue | undefined): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const isBytes = value.every((item) => typeof item === 'number');
  return isBytes ? Buffer.from(value as readonly number[]).toString('utf8') : value.map(String).join('\n');
}
