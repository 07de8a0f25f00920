import type { Fields, FieldValue } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { Names } from '../../text/names.js';
import { httpVersion, ip, number, stringOf, text, texts, valueOf, whole } from '../../raw.js';
import { mapped, type Row } from '../mapped.js';
import { setUrl } from '../web/url-fields.js';

const IN = 'transaction.';
const ROWS: readonly Row[] = [
  ['event.id', [`${IN}unique_id`, `${IN}id`]],
  ['source.ip', [`${IN}client_ip`, `${IN}remote_address`], ip],
  ['source.port', [`${IN}client_port`, `${IN}remote_port`], whole],
  ['destination.ip', [`${IN}host_ip`, `${IN}local_address`], ip],
  ['destination.port', [`${IN}host_port`, `${IN}local_port`], whole],
  ['http.request.method', `${IN}request.method`],
  ['http.request.body.content', [`${IN}request.body`, 'request.body']],
  ['http.response.body.content', 'response.body', text],
  ['http.request.mime_type', 'request.headers.Content-Type', text],
  ['http.request.bytes', 'request.headers.Content-Length', whole],
  ['http.response.mime_type', [`${IN}response.headers.Content-Type`, 'response.headers.Content-Type'], text],
  ['http.response.bytes', 'response.headers.Content-Length', whole],
  ['transaction.id', `${IN}transaction_id`],
  ['modsec.audit.server', ['audit_data.server', `${IN}response.headers.Server`], text],
  ['http.version', [`${IN}request.http_version`, `${IN}request.protocol`], (value) => httpVersion(text(value) ?? null)],
  ['http.response.status_code', [`${IN}response.http_code`, `${IN}response.status`, 'response.status'], whole],
  ['rule.id', [`${IN}messages.details.ruleId`, 'messages.data.id', `${IN}messages.data.id`], text],
  ['rule.name', [`${IN}messages.message`, 'messages.data.msg', 'messages.message'], text],
  ['rule.version', [`${IN}messages.details.rev`, 'messages.data.rev'], text],
  ['rule.ruleset', [`${IN}messages.details.ver`, 'messages.data.ver'], text],
  ['event.severity', [`${IN}messages.details.severity`, 'messages.data.severity'], number],
];

const HEADERS: ReadonlyMap<string, string> = new Map([
  ['user-agent', 'user_agent.original'],
  ['referer', 'http.request.referrer'],
  ['host', 'url.domain'],
]);

/** The field of a header, by its name however written; '' for headers that no field is for. */
const FIELD_OF = new Names((name) => HEADERS.get(name.toLowerCase()) ?? '');

/**
 * ModSecurity's JSON audit log, version 3 (`{"transaction": {"client_ip", "request", "response", "messages"}}`) and 2
 * (`{"transaction", "request": {"request_line"}, "audit_data": {"messages": ["… [id \"942100\"] …"]}}`). Source:
 * ModSecurity reference manual, SecAuditLogFormat JSON.
 */
export const modsecurityJson = mapped({
  name: 'modsecurity.auditlog',
  aliases: ['modsecurity', 'modsec', 'modsecurity-json'],
  dataset: 'modsecurity.auditlog',
  sniff: (json) => isTransaction(json['transaction']),
  time: [`${IN}time_stamp`, `${IN}time`, `${IN}timestamp`],
  rows: ROWS,
  own: ownName,
  meaning: meaningOf,
  finish,
  finishes: (name) => name === 'modsec.audit.messages' || name === 'modsec.audit.details',
});

const MESSAGES = `${IN}messages`;

/** Elastic keeps the messages as texts and the rest of them as details. */
function ownName(key: string): string | undefined {
  if (key === MESSAGES || key === `${MESSAGES}.message` || key === 'audit_data.messages') return undefined;
  if (key.startsWith(`${MESSAGES}.details`)) return `modsec.audit.details.${key.slice(MESSAGES.length + 1)}`;
  return `modsec.audit.${key.startsWith(IN) ? key.slice(IN.length) : key}`;
}

/**
 * Coraza's JSON audit log: as ModSecurity 3's, but the headers are lists and the rules stand beside the transaction:
 * `{"transaction": {"id", "unix_timestamp", "client_ip", "is_interrupted"}, "messages": [{"data": {"id", "msg", "tags"}}]}`.
 * Source: Coraza documentation, audit log.
 */
export const coraza = mapped({
  name: 'coraza',
  aliases: ['coraza.audit', 'coraza-waf'],
  dataset: 'coraza',
  sniff: (json) => isTransaction(json['transaction']) && isCoraza(json['transaction'] as JsonObject, json['messages']),
  time: [`${IN}unix_timestamp`, `${IN}timestamp`],
  rows: ROWS,
  own: (key) => `coraza.${key}`,
  meaning: (raw) => ({
    category: ['web', 'intrusion_detection'],
    type: [raw[`${IN}is_interrupted`] === true ? 'denied' : 'info'],
  }),
  finish,
  finishes: () => false,
});

function isTransaction(value: FieldValue | undefined): boolean {
  return isObject(value) && ('client_ip' in value || 'remote_address' in value);
}

function isCoraza(transaction: JsonObject, messages: FieldValue | undefined): boolean {
  return 'unix_timestamp' in transaction || 'is_interrupted' in transaction || Array.isArray(messages);
}

const RULES = [`${IN}messages.details.ruleId`, 'audit_data.messages'];
const STATUS = [`${IN}response.http_code`, 'response.status'];
const TAGS = [`${IN}messages.details.tags`, 'messages.data.tags'];

function meaningOf(raw: Fields): { readonly category: readonly string[]; readonly type: readonly string[] } {
  const hasRule = stringOf(raw, RULES) !== undefined;
  const status = number(valueOf(raw, STATUS) ?? null);
  const stopped = valueOf(raw, 'audit_data.action.intercepted') === true || (hasRule && status === 403);
  return {
    category: hasRule ? ['web', 'intrusion_detection'] : ['web'],
    type: stopped ? ['access', 'denied'] : ['access'],
  };
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  const transaction = isObject(json['transaction']) ? json['transaction'] : {};
  const request = isObject(transaction['request']) ? transaction['request'] : json['request'];
  setHeaders(fields, isObject(request) ? request['headers'] : undefined);
  setRequestLine(fields, stringOf(raw, 'request.request_line'));
  setUrl(fields, stringOf(raw, `${IN}request.uri`));
  setRule(fields, stringOf(raw, 'audit_data.messages'));
  if (fields['event.module'] === 'modsecurity') {
    setMessages(fields, raw, json);
    setScheme(fields);
  }
  const tags = texts(valueOf(raw, TAGS) ?? null);
  if (tags !== undefined) fields['rule.category'] ??= (tags as readonly string[])[0];
}

/** What each rule said, and what else is known of it: version 3 as objects, version 2 in brackets behind the text. */
function setMessages(fields: Fields, raw: Fields, json: JsonObject): void {
  const transaction = isObject(json['transaction']) ? json['transaction'] : {};
  const objects: readonly unknown[] = Array.isArray(transaction['messages']) ? transaction['messages'] : [];
  const lines = texts(valueOf(raw, 'audit_data.messages') ?? null) as readonly string[] | undefined;
  if (lines !== undefined) {
    fields['modsec.audit.messages'] = lines.map((line) => line.split(' [', 1)[0] ?? '');
    fields['modsec.audit.details'] = lines.map((value) => ({ value }));
  } else if (objects.length > 0) {
    const known = objects.filter(isObject);
    fields['modsec.audit.messages'] = known.map(({ message }) => message ?? '');
    fields['modsec.audit.details'] = known.map(({ details }) => ({ details: details ?? {} }));
  }
}

const SCHEMES: Readonly<Record<string, string>> = { '80': 'http', '443': 'https' };

/** The scheme is not logged: a usual port tells it. */
function setScheme(fields: Fields): void {
  const port = fields['destination.port'];
  if (typeof port !== 'number' || !Object.hasOwn(SCHEMES, port)) return;
  fields['url.scheme'] ??= SCHEMES[port];
  fields['url.port'] ??= port;
}

function setHeaders(fields: Fields, headers: FieldValue | undefined): void {
  if (!isObject(headers)) return;
  for (const name in headers) {
    const field = FIELD_OF.of(name);
    const value = field === '' ? undefined : text(headers[name] ?? null);
    if (typeof value !== 'string') continue;
    fields[field] ??= field === 'url.domain' && value.includes(':') ? value.replace(/:\d{1,5}$/, '') : value;
  }
}

function setRequestLine(fields: Fields, line: string | undefined): void {
  const found = line === undefined ? null : /^([A-Za-z]{1,32}) (\S+)(?: HTTP\/([\d.]{1,8}))?$/.exec(line);
  if (found === null) return;
  fields['http.request.method'] ??= found[1];
  fields['http.version'] ??= found[3];
  setUrl(fields, found[2]);
}

/** Version 2 writes a rule as text: `Warning. … [id "942100"] [msg "SQL Injection"] [severity "CRITICAL"]`. */
function setRule(fields: Fields, message: string | undefined): void {
  if (message === undefined) return;
  const tail = message.slice(-8192);
  for (const [field, mark] of MARKS) fields[field] ??= mark.exec(tail)?.[1];
  const severity = SEVERITIES.indexOf(/\[severity "([A-Z]{1,12})"\]/.exec(tail)?.[1] ?? '');
  if (severity >= 0) fields['event.severity'] ??= severity;
}

const MARKS: readonly (readonly [string, RegExp])[] = [
  ['rule.id', /\[id "(\d{1,12})"\]/],
  ['rule.name', /\[msg "([^"]{1,512})"\]/],
  ['rule.version', /\[rev "([^"]{1,64})"\]/],
  ['rule.ruleset', /\[ver "([^"]{1,256})"\]/],
  ['rule.category', /\[tag "([^"]{1,256})"\]/],
];
const SEVERITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG'];
