import type { Fields } from '../../../event/index.js';
import { address, eventFields, number, put, request, type Setter, status, text } from '../../capture.js';
import { fill } from '../../fields.js';
import type { Line, TextFormat } from '../../line.js';
import { endpoint, unescapeQuoted } from '../../text/scan.js';

const DATASET = 'modsecurity.auditlog';
const MAX_TAGS = 64;

/** ModSecurity's severities are syslog's. Source: ModSecurity Reference Manual, "severity". */
const SEVERITIES: Readonly<Record<string, number>> = {
  EMERGENCY: 0,
  ALERT: 1,
  CRITICAL: 2,
  ERROR: 3,
  WARNING: 4,
  NOTICE: 5,
  INFO: 6,
  DEBUG: 7,
};

const severity: Setter = (fields, value) => {
  const known = SEVERITIES[value.toUpperCase()] ?? (/^[0-7]$/.test(value) ? Number(value) : undefined);
  if (known !== undefined) fields['event.severity'] = known;
};

/** What each `[name "value"]` behind a ModSecurity message sets. */
const MARKS: Readonly<Record<string, Setter>> = {
  id: text('rule.id'),
  msg: text('rule.name'),
  rev: text('rule.version'),
  ver: text('rule.ruleset'),
  file: text('modsec.audit.file'),
  line: number('modsec.audit.line'),
  data: text('modsec.audit.data'),
  severity,
  hostname: text('url.domain'),
  uri: uri,
  unique_id: text('transaction.id'),
  client: address('source'),
};

function uri(fields: Fields, value: string): void {
  const question = value.indexOf('?');
  fields['url.original'] = value;
  fields['url.path'] = question < 0 ? value : value.slice(0, question);
  if (question >= 0) fields['url.query'] = value.slice(question + 1);
}

const CORAZA = /^ {0,2}\[client "[^"]{1,64}"\] Coraza: /;

/**
 * Whether a message of an error log is ModSecurity's, or Coraza's, which says the same in its place: at its beginning, for
 * further on a client could have written it.
 */
export function isModSecurity(message: string): boolean {
  return message.includes('ModSecurity: ') || CORAZA.test(message.slice(0, 128));
}

/**
 * What a ModSecurity message says of its rule and request: `… [file "…"] [line "1"] [id "942100"] [msg "…"] [data "…"]
 * [severity "CRITICAL"] [tag "…"] [hostname "…"] [uri "…"] [unique_id "…"]`. Quotes inside values are escaped, and the
 * first mark of a name counts, so a request can't name another rule. Source: ModSecurity Reference Manual, "Audit log".
 */
export function ruleFields(message: string): Fields {
  const fields: Fields = {};
  const tags: string[] = [];
  const seen = new Set<string>();
  const mark = /\[(\w{1,32}) "((?:[^"\\]|\\.){0,8192})"\]/g;
  for (let found = mark.exec(message); found !== null; found = mark.exec(message)) {
    const [, name = '', value = ''] = found;
    if (name === 'tag' && tags.length < MAX_TAGS) tags.push(unescapeQuoted(value));
    if (seen.has(name)) continue;
    seen.add(name);
    put(fields, Object.hasOwn(MARKS, name) ? MARKS[name] : undefined, unescapeQuoted(value));
  }
  if (tags.length > 0) {
    fields['modsec.audit.tags'] = tags;
    fields['rule.category'] = tags[0];
  }
  put(fields, status, /Access denied with code (\d{3})/.exec(message.slice(0, 256))?.[1]);
  fields['event.outcome'] = undefined;
  fields['event.action'] = message.includes('Access denied') ? 'denied' : 'detected';
  return fields;
}

/**
 * ModSecurity's own text logs: the serial audit log (sections A to Z in one record, as 2.x and 3.x write it) and the single
 * line `ModSecurity: …` where nothing stands around it. Source: ModSecurity 2 Data Formats, "Audit Log".
 */
export const modSecurityText: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['modsecurity', 'modsec', 'modsec_audit'],
  dataset: DATASET,
  sniff: (line) => SECTION.test(line.slice(0, 64)) || line.startsWith('ModSecurity: '),
  parse: (line, at) => (line.startsWith('ModSecurity: ') ? single(line, at) : serial(line, at)),
};

/** A message of the trailer as 2.x and as 3.x write it, and what says that the request was stopped. */
const MESSAGE = /^(?:Message|ModSecurity): (.*)$/;
const INTERCEPTED = /^(?:Action: Intercepted|(?:Message|ModSecurity): Access denied)/m;

const SECTION = /^-{2,3}([0-9A-Za-z@_-]{1,64}?)-{1,3}([A-Z])--\s*(?:\n|$)/;

function single(line: string, at: Line): Fields {
  const fields = eventFields(at, DATASET, line, WAF);
  fill(fields, ruleFields(line));
  return denied(fields, line.includes('Access denied'));
}

const WAF = { category: ['web', 'intrusion_detection'], type: ['access'] };

function denied(fields: Fields, isDenied: boolean): Fields {
  if (isDenied) fields['event.type'] = ['access', 'denied'];
  return fields;
}

/** Sections by letter; a record may hold only some of them, one alone where nothing joined its lines. */
function serial(record: string, at: Line): Fields | undefined {
  const head = SECTION.exec(record);
  if (head === null) return undefined;
  const sections = sectionsOf(record, head[1] ?? '');
  const audit = sections.get('H') ?? '';
  const messages = audit.split('\n').flatMap((line) => MESSAGE.exec(line)?.[1] ?? []);
  const fields = eventFields(at, DATASET, messages[0] ?? record, WAF);
  setConnection(fields, sections.get('A') ?? '', at);
  setRequest(fields, sections.get('B') ?? '');
  setResponse(fields, sections.get('F') ?? '');
  put(fields, text('modsec.audit.server'), /^Server: (.{1,512})$/m.exec(audit)?.[1]);
  const isDenied = INTERCEPTED.test(audit);
  if (messages.length > 0) {
    // The first rule tells the attack; those behind it add up what was found.
    fill(fields, ruleFields(messages[0] ?? ''));
    fields['event.action'] = isDenied ? 'denied' : 'detected';
    fields['modsec.audit.messages'] = messages.slice(0, MAX_TAGS).map((message) => message.split(' [', 1)[0] ?? '');
  }
  return denied(fields, isDenied);
}

/** Only the record's own boundary, which a client can't know, begins a section. */
function sectionsOf(record: string, boundary: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  let letter = '';
  let body: string[] = [];
  for (const line of record.split('\n')) {
    const next = SECTION.exec(line);
    if (next === null || next[1] !== boundary) {
      body.push(line.endsWith('\r') ? line.slice(0, -1) : line);
      continue;
    }
    if (letter !== '' && !sections.has(letter)) sections.set(letter, body.join('\n'));
    letter = next[2] ?? '';
    body = [];
  }
  if (letter !== '' && !sections.has(letter)) sections.set(letter, body.join('\n'));
  return sections;
}

/** `[23/Nov/2026:06:39:04 +0000] ID 203.0.113.9 51234 192.0.2.10 80`. */
function setConnection(fields: Fields, section: string, at: Line): void {
  const found =
    /^\[([^\]]{20,40})\] ([^ ]{1,128}) ([0-9a-fA-F.:]{2,45}) (\d{1,5}) ([0-9a-fA-F.:]{2,45}) (\d{1,5})/.exec(section);
  if (found === null) return;
  at.time = timeOf(section, at);
  put(fields, text('transaction.id'), found[2]);
  put(fields, address('source'), found[3]);
  put(fields, number('source.port'), found[4]);
  put(fields, address('destination'), found[5]);
  put(fields, number('destination.port'), found[6]);
}

/** Version 2 may tell a fraction of the second, which the common log format has not. */
function timeOf(section: string, at: Line): number {
  const fraction = /^\[.{20}(\.\d{1,9}) /.exec(section)?.[1];
  if (fraction === undefined) return at.clock.clf(section, 1);
  return at.clock.clf(section.replace(fraction, ''), 1) + Math.floor(Number(fraction) * 1000);
}

function host(fields: Fields, value: string): void {
  const { address: domain, port } = endpoint(value);
  fields['url.domain'] = domain;
  if (port !== undefined) fields['url.port'] = port;
}

const HEADERS: Readonly<Record<string, Setter>> = {
  host,
  'user-agent': text('user_agent.original'),
  referer: text('http.request.referrer'),
  'content-type': text('http.request.mime_type'),
  'content-length': number('http.request.bytes'),
};
const ANSWERED: Readonly<Record<string, Setter>> = {
  'content-type': text('http.response.mime_type'),
  'content-length': number('http.response.bytes'),
};

function setRequest(fields: Fields, section: string): void {
  const [first = '', ...headers] = section.split('\n', 256);
  put(fields, request, first);
  setHeaders(fields, headers, HEADERS);
}

function setResponse(fields: Fields, section: string): void {
  const [first = '', ...headers] = section.split('\n', 256);
  put(fields, number('http.response.status_code'), /^HTTP\/[\d.]{1,4} (\d{3})/.exec(first)?.[1]);
  setHeaders(fields, headers, ANSWERED);
}

function setHeaders(fields: Fields, lines: readonly string[], table: Readonly<Record<string, Setter>>): void {
  for (const line of lines) {
    const colon = line.indexOf(': ');
    const name = colon < 0 ? '' : line.slice(0, colon).toLowerCase();
    if (Object.hasOwn(table, name)) put(fields, table[name], line.slice(colon + 2));
  }
}
