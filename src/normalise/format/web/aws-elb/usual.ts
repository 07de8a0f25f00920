import type { Fields } from '../../../../event/index.js';
import { request as readRequest, tlsVersion } from '../../../capture.js';
import { find, numberIn } from '../../../text/codes.js';
import type { Line } from '../../../line.js';
import { Made } from '../../../text/names.js';
import { findPlainRequest, plainRequest } from '../../../request-cell.js';
import {
  ACTIONS,
  AGENT,
  ANSWERED_IN,
  BEGAN,
  CERTIFICATE,
  CIPHER,
  CLASS,
  CLIENT,
  DOMAIN,
  endOf,
  ERROR,
  GROUP,
  isDash,
  NAME,
  number,
  PORT,
  PORTS,
  PRIORITY,
  PROTOCOL,
  readPieces,
  REASON,
  RECEIVED,
  REDIRECT,
  REQUEST,
  SENT,
  SENT_IN,
  STAMP,
  startOf,
  STATUS,
  STATUSES,
  TARGET,
  TARGET_PORT,
  TARGET_STATUS,
  told,
  TRACE,
  TYPE,
  WAITED,
} from './pieces.js';
import { isoOf } from './time.js';

const SPACE = 32;
const COMMA = 44;
const TWO = 50;
const FOUR = 52;
const SIX = 54;
const MILLISECONDS = 24;
const WEB = ['web'];

/**
 * The event of a line of an Application Load Balancer whose addresses are IPv4 and in which nothing is escaped, read from its
 * bytes; undefined for any other line, in doubt too. Says what the forms of `aws-elb.ts` say. Source: AWS, "Access logs for
 * your Application Load Balancer".
 */
export function usualLine(text: string, line: Line): Fields | undefined {
  const time = readPieces(text, line);
  if (Number.isNaN(time)) return undefined;
  line.time = time;
  const { bytes } = line.codes;
  const fields = eventOf(text, bytes, line);
  setRequest(fields, text, bytes);
  setRare(fields, text, bytes);
  if (!isDash(bytes, PROTOCOL)) setProtocol(fields, text.slice(startOf(PROTOCOL), endOf(PROTOCOL)));
  return fields;
}

function items(text: string, bytes: Uint8Array, piece: number, separator: number): readonly string[] | undefined {
  const value = told(text, bytes, piece);
  if (value === undefined) return undefined;
  const isOne = find(bytes, separator, startOf(piece), endOf(piece)) === endOf(piece);
  return isOne ? [value] : value.split(String.fromCharCode(separator), 64);
}

function outcome(status: number | undefined): string | undefined {
  if (status === undefined) return undefined;
  return status < 400 ? 'success' : 'failure';
}

const PROTOCOLS = new Made((name) => {
  const fields: Fields = {};
  tlsVersion(fields, name);
  return { version: fields['tls.version'], protocol: fields['tls.version_protocol'] };
});

function setProtocol(fields: Fields, name: string): void {
  const { version, protocol } = PROTOCOLS.of(name);
  fields['aws.elb.ssl_protocol'] = name;
  fields['tls.version'] = version;
  fields['tls.version_protocol'] = protocol;
}

/** When the answer went out, as ISO 8601 with milliseconds, which most are written with. */
function endTime(text: string, bytes: Uint8Array, line: Line): string {
  const start = startOf(STAMP);
  const end = endOf(STAMP);
  const stamp = text.slice(start, end);
  const isOdd = bytes[start + 17] === SIX || (bytes[start + 11] === TWO && bytes[start + 12] === FOUR);
  return end - start === MILLISECONDS && !isOdd ? stamp : isoOf(stamp, line.time);
}

function eventOf(text: string, bytes: Uint8Array, line: Line): Fields {
  const address = text.slice(startOf(CLIENT), endOf(CLIENT));
  const cipher = told(text, bytes, CIPHER);
  const trace = told(text, bytes, TRACE);
  const priority = told(text, bytes, PRIORITY);
  return {
    'event.kind': 'event',
    'event.module': 'aws',
    'event.dataset': 'aws.elb',
    'event.category': WEB,
    'event.outcome': outcome(number(STATUS)),
    'event.original': line.original,
    message: text,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'aws.elb.type': text.slice(0, endOf(TYPE)),
    'aws.elb.name': told(text, bytes, NAME),
    'source.address': address,
    'source.ip': address,
    'source.port': number(PORT),
    'aws.elb.backend.ip': told(text, bytes, TARGET),
    'aws.elb.backend.port': told(text, bytes, TARGET_PORT),
    'aws.elb.request_processing_time.sec': number(WAITED),
    'aws.elb.backend_processing_time.sec': number(ANSWERED_IN),
    'aws.elb.response_processing_time.sec': number(SENT_IN),
    'http.response.status_code': number(STATUS),
    'aws.elb.backend.http.response.status_code': number(TARGET_STATUS),
    'http.request.body.bytes': number(SENT),
    'http.response.body.bytes': number(RECEIVED),
    'http.request.method': undefined,
    'http.version': undefined,
    'url.original': undefined,
    'url.scheme': undefined,
    'url.domain': undefined,
    'url.port': undefined,
    'url.path': undefined,
    'url.query': undefined,
    'url.extension': undefined,
    'user_agent.original': told(text, bytes, AGENT),
    'aws.elb.ssl_cipher': cipher,
    'tls.cipher': cipher,
    'aws.elb.ssl_protocol': undefined,
    'tls.version': undefined,
    'tls.version_protocol': undefined,
    'aws.elb.target_group.arn': told(text, bytes, GROUP),
    'aws.elb.trace_id': trace,
    'trace.id': trace,
    'destination.domain': told(text, bytes, DOMAIN),
    'aws.elb.matched_rule_priority': priority === '-1' ? undefined : priority,
    'event.start': told(text, bytes, BEGAN),
    'aws.elb.action_executed': items(text, bytes, ACTIONS, COMMA),
    'aws.elb.target_port': items(text, bytes, PORTS, SPACE),
    'aws.elb.target_status_code': items(text, bytes, STATUSES, SPACE),
    'aws.elb.protocol': 'http',
    'cloud.provider': 'aws',
    'event.end': endTime(text, bytes, line),
  };
}

/** What few lines tell. */
function setRare(fields: Fields, text: string, bytes: Uint8Array): void {
  if (!isDash(bytes, CERTIFICATE)) fields['aws.elb.chosen_cert.arn'] = told(text, bytes, CERTIFICATE);
  if (!isDash(bytes, REDIRECT)) fields['aws.elb.redirect_url'] = told(text, bytes, REDIRECT);
  if (!isDash(bytes, ERROR)) fields['aws.elb.error.reason'] = told(text, bytes, ERROR);
  if (!isDash(bytes, CLASS)) fields['aws.elb.classification'] = told(text, bytes, CLASS);
  if (!isDash(bytes, REASON)) fields['aws.elb.classification_reason'] = told(text, bytes, REASON);
}

/** As the setter of requests has it; nothing where there is none. */
function setRequest(fields: Fields, text: string, bytes: Uint8Array): void {
  const start = startOf(REQUEST);
  const end = endOf(REQUEST);
  if (!findPlainRequest(bytes, start, end)) {
    if (told(text, bytes, REQUEST) !== undefined) readRequest(fields, text.slice(start, end));
    return;
  }
  const { methodEnd, host, colon, path, question, extension, targetEnd, versionAt } = plainRequest;
  const pathEnd = question < 0 ? targetEnd : question;
  fields['http.request.method'] = text.slice(start, methodEnd);
  fields['http.version'] = text.slice(versionAt, end);
  fields['url.original'] = text.slice(methodEnd + 1, targetEnd);
  fields['url.path'] = text.slice(path, pathEnd);
  if (question >= 0) fields['url.query'] = text.slice(question + 1, targetEnd);
  if (extension >= 0) fields['url.extension'] = text.slice(extension, pathEnd);
  if (host < 0) return;
  fields['url.scheme'] = host - methodEnd === 8 ? 'http' : 'https';
  fields['url.domain'] = text.slice(host, colon < 0 ? path : colon);
  if (colon >= 0) fields['url.port'] = numberIn(bytes, colon + 1, path);
}
