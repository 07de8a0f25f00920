import type { Fields } from '../../../../event/index.js';
import { eventFields } from '../../../capture.js';
import type { Line, TextFormat } from '../../../line.js';
import { Made } from '../../../text/names.js';
import { type AuditHead, headOf, isAuditRecord, usualHead } from './head.js';
import { PARTS } from './join.js';
import { noLayouts, RecordLayouts } from './layouts.js';
import { readPairs, readUsualPairs } from './pairs.js';
import { setRecord } from './record-fields.js';
import { RECORDS, TYPE_NUMBERS } from './records.js';
import { behindHead } from '../../behind-head.js';
import { Pairs } from './values.js';

const DATASET = 'auditd.log';
const LETTER_T = 116;

/**
 * Linux audit records, `type=TYPE msg=audit(EPOCH:SEQUENCE): key=value …`, one event each, also where the kernel's log or
 * audisp's syslog carries them. Values the audit system encodes as hexadecimal are decoded; what stands in `msg='…'`
 * belongs to the record. Where a name is taken already the value stays under its own key of `auditd.log`, as Elastic's
 * pipeline has it. Sources: auditd(8), linux/audit.h, Elastic's auditd.log fields.
 */
export const auditd: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['auditd', 'audit', 'audit.log'],
  dataset: DATASET,
  sniff: isAuditRecord,
  parse: behindHead(auditRecord),
};

const AVC = /^(?:user )?(?:pid=\d+ )?.{0,256}?avc: {1,4}(\w{1,32}) {1,4}\{ ([^}]{0,256}) \} for {1,4}/;

/** What a type's name says, and the layouts of its records. */
const TYPES = new Made((named) => {
  const type = Object.hasOwn(TYPE_NUMBERS, named) ? (TYPE_NUMBERS[named] ?? named) : named;
  const said = { type, lower: type.toLowerCase(), known: RECORDS.get(type) };
  return { ...said, isPart: PARTS.has(type), layouts: noLayouts() };
});

const pairs = new Pairs();
const layouts = new RecordLayouts();

/** One audit record at the beginning of `text`; undefined where none stands there. */
export function auditRecord(text: string, line: Line): Fields | undefined {
  const isUsual = text.charCodeAt(0) === LETTER_T;
  const offset = isUsual ? line.offsetOf(text) : -1;
  const head = isUsual ? usualHead(text, line, offset) : undefined;
  if (head === undefined) return anyRecord(text, line);
  return usualRecord(text, line, head, offset) ?? recordAt(text, line, head, offset);
}

/** As `auditRecord`, read the long way, as all records can be. */
export function anyRecord(text: string, line: Line): Fields | undefined {
  const head = headOf(text);
  return head === undefined ? undefined : recordAt(text, line, head, -1);
}

/** As `auditRecord`, of a record whose layout is known: undefined for all others. */
export function usualRecord(text: string, line: Line, head: AuditHead, offset: number): Fields | undefined {
  const type = TYPES.of(head.named);
  const make = layouts.of(type.layouts, line.codes, offset + head.length);
  if (make === undefined) return undefined;
  line.time = head.time;
  const message = text.slice(head.length);
  const fields = make(line, head.sequence, message, text, line.codes.bytes, layouts.ends, offset);
  if (type.isPart) join(fields, type.type, head, line);
  return fields;
}

/** A record behind its head, of a text that begins at `offset` in the bytes, of which its layout is learned; -1: it is in none. */
function recordAt(text: string, line: Line, head: AuditHead, offset: number): Fields {
  const type = TYPES.of(head.named);
  const rest = text.slice(head.length);
  pairs.isCommand = type.type === 'EXECVE';
  const isUsual = offset >= 0 && readUsual(text, line, offset, offset + head.length);
  if (isUsual) layouts.learn(type.layouts, type, line.codes, offset + head.length, pairs);
  else readPairs(rest, pairs);
  const avc = (!isUsual || pairs.hasColon) && rest.includes('avc: ') ? AVC.exec(rest.slice(0, 1024)) : null;
  line.time = head.time;
  const fields = eventFields(line, DATASET, rest, NO_MEANING);
  // The record says itself which program and process it is about, not who wrote it down.
  fields['process.name'] = undefined;
  fields['process.pid'] = undefined;
  fields['auditd.log.record_type'] = type.type;
  fields['auditd.log.sequence'] = head.sequence;
  fields['auditd.log.node'] = head.node;
  if (avc !== null) Object.assign(fields, { 'auditd.log.avc.action': avc[1], 'auditd.log.avc.request': avc[2] });
  setRecord(fields, type, pairs);
  if (type.isPart) join(fields, type.type, head, line);
  return fields;
}

const NO_MEANING = {};

function readUsual(text: string, line: Line, offset: number, start: number): boolean {
  const { bytes, length } = line.codes;
  return readUsualPairs(text, bytes, offset, start, length, pairs);
}

function join(fields: Fields, type: string, head: AuditHead, line: Line): void {
  line.audits.join(fields, type, `${head.node ?? line.host ?? line.hostName} ${head.id}`);
}
