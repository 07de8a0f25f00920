import type { Fields } from '../../../../event/index.js';
import { tlsVersion } from '../../../capture.js';
import { bySetter, number, peer, status, text, unescaped } from '../../../cells.js';
import { find, isIPv4In, matches, pastDigits, word as codesOf } from '../../../text/codes.js';
import type { Line, TextFormat } from '../../../line.js';
import {
  decimal,
  digits,
  exactly,
  Form,
  isoStamp,
  orDash,
  type Piece,
  type PieceRow,
  quoted,
  word,
} from '../../../text/pieces.js';
import { request } from '../../../request-cell.js';
import type { Cell, Column } from '../../../row.js';
import { endpoint, isDigit } from '../../../text/scan.js';
import { connectionLine, isConnection } from './connection.js';
import { isoOf } from './time.js';
import { usualLine } from './usual.js';

const DATASET = 'aws.elb';
const DASH = 45;
const COLON = 58;

/** `ADDRESS:PORT`, or `-`: 2 to 45 characters of an address, 1 to 5 digits. */
const address: Piece = orDash((bytes, start, end) => {
  let at = start;
  let colon = -1;
  for (; at < end && bytes[at] !== 32; at++) {
    const code = bytes[at] as number;
    if (code === COLON) colon = at;
    else if (!isAddressCode(code)) return -1;
  }
  for (let digit = colon + 1; digit < at; digit++) if (!isDigit(bytes[digit] as number)) return -1;
  return colon >= start + 2 && colon <= start + 45 && at > colon + 1 && at <= colon + 6 ? at : -1;
});

function isAddressCode(code: number): boolean {
  const small = code | 32;
  return isDigit(code) || code === 46 || code === 91 || code === 93 || (small >= 97 && small <= 102);
}

/** The protocol of an Application Load Balancer's listener. */
function lowerWord(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && at < start + 8 && (isDigit(bytes[at] as number) || isSmall(bytes[at] as number))) at++;
  return at < start + 2 ? -1 : at;
}

function isSmall(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** `2.0` of an entry. */
function release(bytes: Uint8Array, start: number, end: number): number {
  const point = pastDigits(bytes, start, Math.min(end, start + 3));
  const last = bytes[point] === 46 ? pastDigits(bytes, point + 1, Math.min(end, point + 4)) : point;
  return point > start && last > point + 1 ? last : -1;
}

/** What stands for a request where there is none. */
function noRequest(bytes: Uint8Array, start: number, end: number): number {
  const at = quoted(bytes, start, end);
  return NO_REQUEST.some((one) => at === start + one.length && matches(bytes, one, start, end)) ? at : -1;
}

const NO_REQUEST = ['"- - - "', '"- - -"'].map(codesOf);

/** Nine digits at most, perhaps negative. */
function signed(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] === DASH ? start + 1 : start;
  const at = pastDigits(bytes, first, Math.min(end, first + 9));
  return at === first ? -1 : at;
}

/** A number that is -1 where nothing was measured. */
function measured(field: string): Column {
  return (slot) => {
    const set = number(field)(slot);
    return (row, start, end) => {
      if (end - start !== 2 || row.bytes[start] !== DASH || row.bytes[start + 1] !== 49) set(row, start, end);
    };
  };
}

function backend(slot: (field: string) => number): Cell {
  const ip = slot('aws.elb.backend.ip');
  const port = slot('aws.elb.backend.port');
  return ({ text: line, bytes, values }, start, end) => {
    const colon = find(bytes, COLON, start, end);
    if (isIPv4In(bytes, start, colon) && bytes[colon + 1] !== 48) {
      values[ip] = line.slice(start, colon);
      values[port] = line.slice(colon + 1, end);
      return;
    }
    const found = endpoint(line.slice(start, end));
    values[ip] = found.ip;
    values[port] = found.port === undefined ? undefined : String(found.port);
  };
}

function items(field: string, separator: string): Column {
  return (slot) => {
    const at = slot(field);
    return (row, start, end) => {
      const value = row.text.slice(start, end);
      row.values[at] = value.includes(separator) ? value.split(separator, 64) : [value];
    };
  };
}

const protocol = bySetter(
  (fields, value) => {
    fields['aws.elb.ssl_protocol'] = value;
    tlsVersion(fields, value);
  },
  'aws.elb.ssl_protocol',
  'tls.version',
  'tls.version_protocol',
);

const priority = bySetter((fields, value) => {
  if (value !== '-1') fields['aws.elb.matched_rule_priority'] = value;
}, 'aws.elb.matched_rule_priority');

const size = digits(15);
const WEB = { 'event.category': ['web'], 'aws.elb.protocol': 'http', 'cloud.provider': 'aws' };
const NETWORK = { 'event.category': ['network'], 'aws.elb.protocol': 'tcp', 'cloud.provider': 'aws' };
const TLS: readonly PieceRow[] = [
  [word(128), text('aws.elb.ssl_cipher', 'tls.cipher')],
  [word(32), protocol],
];
const COMMON: readonly PieceRow[] = [
  [isoStamp],
  [word(256), text('aws.elb.name')],
  [address, peer('source')],
  [address, backend],
  [decimal, measured('aws.elb.request_processing_time.sec')],
  [decimal, measured('aws.elb.backend_processing_time.sec')],
  [decimal, measured('aws.elb.response_processing_time.sec')],
];
const HTTP: readonly PieceRow[] = [
  ...COMMON,
  [orDash(digits(3, 3)), status],
  [orDash(digits(3)), number('aws.elb.backend.http.response.status_code')],
  [size, number('http.request.body.bytes')],
  [size, number('http.response.body.bytes')],
  [quoted, request],
  [quoted, unescaped('user_agent.original')],
  ...TLS,
];

/** The forms of lines, and which of their pieces is the time. */
const FORMS: readonly { readonly form: Form; readonly stamp: number }[] = [
  {
    // Application Load Balancer.
    stamp: 1,
    form: new Form(
      [
        [lowerWord, text('aws.elb.type')],
        ...HTTP,
        [word(512), text('aws.elb.target_group.arn')],
        [quoted, text('aws.elb.trace_id', 'trace.id')],
        [quoted, text('destination.domain')],
        [quoted, text('aws.elb.chosen_cert.arn')],
        [orDash(signed), priority],
        [orDash(isoStamp), text('event.start')],
        [quoted, items('aws.elb.action_executed', ',')],
        [quoted, text('aws.elb.redirect_url')],
        [quoted, text('aws.elb.error.reason')],
        [quoted, items('aws.elb.target_port', ' ')],
        [quoted, items('aws.elb.target_status_code', ' ')],
        [quoted, text('aws.elb.classification')],
        [quoted, text('aws.elb.classification_reason')],
      ],
      WEB,
      4,
    ),
  },
  {
    // Classic, TCP listener.
    stamp: 0,
    form: new Form(
      [
        ...COMMON,
        [exactly('-')],
        [exactly('-')],
        [size, number('source.bytes')],
        [size, number('destination.bytes')],
        [noRequest],
        [exactly('"-"')],
        ...TLS,
      ],
      NETWORK,
    ),
  },
  { stamp: 0, form: new Form(HTTP, WEB) },
  {
    // Network Load Balancer, TLS listener.
    stamp: 2,
    form: new Form(
      [
        [exactly('tls'), text('aws.elb.type')],
        [release],
        [isoStamp],
        [word(256), text('aws.elb.name')],
        [word(256), text('aws.elb.listener')],
        [address, peer('source')],
        [address, backend],
        [decimal, number('aws.elb.connection_time.ms')],
        [decimal, number('aws.elb.tls_handshake_time.ms')],
        [size, number('source.bytes')],
        [size, number('destination.bytes')],
        [word(64), text('aws.elb.incoming_tls_alert')],
        [word(256), text('aws.elb.chosen_cert.arn')],
        [word(256), text('aws.elb.chosen_cert.serial')],
        ...TLS,
        [word(64), text('aws.elb.ssl_named_group')],
        [word(256), text('destination.domain')],
      ],
      NETWORK,
    ),
  },
];

const SNIFF =
  /^(?:(?:https?|h2|wss?|grpcs?|tls) )?(?:\d\.\d )?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z? [^ ]{1,256} (?:[^ ]{1,256} )?[0-9a-f.:[\]]{4,45}:\d{1,5} (?:[0-9a-f.:[\]]{4,45}:\d{1,5}|-) -?\d/i;

/**
 * Access logs of AWS load balancers: Application, Network (TLS) and Classic, and connection logs of the first. Times are
 * UTC; `event.end` is when the answer went out. Source: AWS, "Access logs for your Application / Network / Classic Load Balancer".
 */
export const awsElb: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['elb', 'alb', 'nlb', 'aws.elb_logs', 'aws.alb'],
  dataset: DATASET,
  sniff: (line) => SNIFF.test(line.slice(0, 700)) || isConnection(line),
  parse,
};

function parse(line: string, at: Line): Fields | undefined {
  return usualLine(line, at) ?? anyLine(line, at) ?? connectionLine(line, at);
}

/** The event of a line of any form. */
export function anyLine(line: string, at: Line): Fields | undefined {
  const codes = at.codes.load(line);
  const { length } = at.codes;
  for (const { form, stamp } of FORMS) {
    if (!form.fits(codes, length)) continue;
    const written = form.piece(line, stamp);
    const isZoned = written.endsWith('Z');
    const { clock } = at;
    const time = isZoned ? clock.isoIn(codes, line, form.start(stamp), length) : clock.iso(`${written}Z`, 0);
    if (Number.isNaN(time)) return undefined;
    const fields = form.event(line, at, { module: 'aws', dataset: DATASET, message: line });
    at.time = time;
    fields['event.end'] = isoOf(written, time);
    return fields;
  }
  return undefined;
}
