import type { Fields, FieldValue } from '../../event/index.js';
import { fill } from '../fields.js';
import { timeOf } from '../json.js';
import type { JsonFormat, JsonObject, Line } from '../line.js';
import { wholeNumber } from '../scan.js';
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
  CODE_FILE: 'journald.code.file',
  CODE_FUNC: 'journald.code.func',
  _COMM: 'journald.process.name',
  _CAP_EFFECTIVE: 'process.thread.capabilities.effective',
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
};
const NUMBERS: Readonly<Record<string, string>> = {
  CODE_LINE: 'journald.code.line',
  _AUDIT_SESSION: 'journald.audit.session',
  _AUDIT_LOGINUID: 'journald.audit.login_uid',
  PRIORITY: 'log.syslog.priority',
  SYSLOG_FACILITY: 'log.syslog.facility.code',
};
/** About the logging process itself: where the message tells of a log-in, these names are the message's. */
const ACTOR: Readonly<Record<string, string>> = {
  _UID: 'user.id',
  _GID: 'user.group.id',
  _CMDLINE: 'process.command_line',
};

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
  line.headFields = mapped(json, TEXTS, (value) => value);
  fill(line.headFields, mapped(json, NUMBERS, wholeNumber));
  fill(line.headFields, custom(json));
  const fields = messageFields(line);
  if (fields !== undefined && fields['event.category'] === undefined)
    fill(
      fields,
      mapped(json, ACTOR, (value) => value),
    );
  return fields;
}

/** What is told elsewhere, or of the journal itself. */
const TOLD = new Set(
  'MESSAGE SYSLOG_TIMESTAMP SYSLOG_RAW _HOSTNAME _PID __REALTIME_TIMESTAMP __MONOTONIC_TIMESTAMP __CURSOR __SEQNUM __SEQNUM_ID'.split(
    ' ',
  ),
);

/** Fields of the program's own, or of a kind not named above: kept as the journal input of Filebeat keeps them. */
function custom(json: JsonObject): Fields {
  const fields: Fields = {};
  for (const name of Object.keys(json).slice(0, 256)) {
    if (
      TOLD.has(name) ||
      name in TEXTS ||
      name in NUMBERS ||
      name in ACTOR ||
      !/^_{0,2}[A-Z][A-Z0-9_]{0,63}$/.test(name)
    )
      continue;
    const value = text(json, name);
    if (value !== undefined) fields[`journald.custom.${name.replace(/^_+/, '').toLowerCase()}`] = value;
  }
  return fields;
}

function mapped(
  json: JsonObject,
  names: Readonly<Record<string, string>>,
  convert: (text: string) => string | number | undefined,
): Fields {
  const fields: Fields = {};
  for (const [name, field] of Object.entries(names)) {
    const value = text(json, name);
    if (value !== undefined) fields[field] = convert(value);
  }
  return fields;
}

/** A field's text; of one that occurs several times (an array of texts) the first. */
function text(json: JsonObject, name: string): string | undefined {
  const value = json[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
}

function bytesOrText(value: FieldValue | undefined): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return '';
  const isBytes = value.every((item) => typeof item === 'number');
  return isBytes ? Buffer.from(value as readonly number[]).toString('utf8') : value.map(String).join('\n');
}
