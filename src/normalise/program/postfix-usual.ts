import type { Fields } from '../../event/index.js';
import { find, numberIn, pastDigits } from '../text/codes.js';
import { Fours } from '../text/fours.js';
import type { Line } from '../line.js';
import {
  addressEnd,
  ALPHANUMERIC,
  dsnAt,
  mail,
  methodEnd,
  nameEnd,
  peerClose,
  peerOpen,
  setPeer,
  versionEnd,
  WORD,
} from './postfix-pieces.js';
import { LOGGED_IN, LOGIN_FAILED } from './service.js';

const SPACE = 32;
const COMMA = 44;
const COLON = 58;
const MORE = 62;
const LETTER_C = 99;
const LETTER_F = 102;
const LETTER_M = 109;
const LETTER_T = 116;
const SHORTEST_ID = 5;
const LONGEST_ID = 20;
const LONGEST_USER = 256;
const LONGEST_RELAY = 512;
const LONGEST_MESSAGE_ID = 998;

const CONNECT = new Fours('connect from ');
const DISCONNECT = new Fours('disconnect from ');
const WARNING = new Fours('warning: ');
const CLIENT = new Fours('client=');
const METHOD = new Fours(', sasl_method=');
const USER = new Fours(', sasl_username=');
const ID = new Fours('message-id=<');
const FROM = new Fours('from=<');
const SIZE = new Fours('>, size=');
const RECIPIENTS = new Fours(', nrcpt=');
const ACTIVE = new Fours(' (queue active)');
const TO = new Fours('to=<');
const RELAY = new Fours('>, relay=');
const STATUS = new Fours(', status=');
const SENT = new Fours('sent');
const REMOVED = new Fours('removed');
const SASL = new Fours(': SASL ');
const FAILED = new Fours(' authentication failed');

/**
 * The events of what a mail and a refused log-in leave in the log, read from bytes; undefined for any other message, in doubt
 * too. Says what the patterns of postfix.ts say.
 */
export function usualMail(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { bytes, length } = line.codes;
  // White space at the end says nothing.
  if ((bytes[length - 1] as number) <= SPACE) return undefined;
  const limit = Math.min(length, at + LONGEST_ID + 1);
  let colon = at;
  while (colon < limit && WORD[bytes[colon] as number] === ALPHANUMERIC) colon++;
  const start = colon + 2;
  if (start >= length || bytes[colon] !== COLON || bytes[colon + 1] !== SPACE)
    return connection(text, line, at, offset);
  if (colon - at < SHORTEST_ID || colon - at > LONGEST_ID) return undefined;
  const fields = aboutMail(text, line, at, offset, start);
  if (fields === undefined) return refused(text, line, at, offset);
  fields['email.local_id'] = text.slice(at - offset, colon - offset);
  return fields;
}

/** What stands behind the number of a mail, from `start`, by its first letter. */
function aboutMail(text: string, line: Line, at: number, offset: number, start: number): Fields | undefined {
  const first = line.codes.bytes[start];
  if (first === LETTER_T) return delivered(text, line, at, offset, start);
  if (first === LETTER_F) return queued(text, line, at, offset, start);
  if (first === LETTER_C) return accepted(text, line, at, offset, start);
  return first === LETTER_M ? identified(text, line, at, offset, start) : removed(text, line, at, offset, start);
}

/** `connect from NAME[ADDRESS]`, `disconnect from …`. */
function connection(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { codes } = line;
  const isOpened = CONNECT.stands(codes.view, at, codes.length);
  if (!isOpened && !DISCONNECT.stands(codes.view, at, codes.length)) return undefined;
  const start = at + (isOpened ? CONNECT.length : DISCONNECT.length);
  const open = peerOpen(codes, start);
  const close = open < 0 ? -1 : peerClose(codes, open);
  if (close < 0) return undefined;
  const fields = mail(text, line, at, offset);
  fields['event.action'] = isOpened ? 'connect' : 'disconnect';
  setPeer(fields, text, codes, offset, start, open, close);
  return fields;
}

/** `client=NAME[ADDRESS]`, perhaps with how who logged in. */
function accepted(text: string, line: Line, at: number, offset: number, first: number): Fields | undefined {
  const { codes } = line;
  const { view, length } = codes;
  const start = first + CLIENT.length;
  const open = CLIENT.stands(view, first, length) ? peerOpen(codes, start) : -1;
  const close = open < 0 ? -1 : peerClose(codes, open);
  if (close < 0) return undefined;
  if (close + 1 === length) {
    const fields = mail(text, line, at, offset);
    setPeer(fields, text, codes, offset, start, open, close);
    return fields;
  }
  const method = close + 1 + METHOD.length;
  const comma = METHOD.stands(view, close + 1, length) ? methodEnd(codes, method) : -1;
  if (comma < 0 || !USER.stands(view, comma, length)) return undefined;
  const user = comma + USER.length;
  const last = nameEnd(codes, user, LONGEST_USER);
  if (last < 0) return undefined;
  const fields = mail(text, line, at, offset);
  fields['event.category'] = LOGGED_IN['event.category'];
  fields['event.type'] = LOGGED_IN['event.type'];
  fields['event.action'] = LOGGED_IN['event.action'];
  fields['event.outcome'] = LOGGED_IN['event.outcome'];
  fields['user.name'] = text.slice(user - offset, last - offset);
  fields['postfix.sasl_method'] = text.slice(method - offset, comma - offset);
  setPeer(fields, text, codes, offset, start, open, close);
  return fields;
}

/** `message-id=<ID>`. */
function identified(text: string, line: Line, at: number, offset: number, first: number): Fields | undefined {
  const { bytes, view, length } = line.codes;
  const start = first + ID.length;
  const isShort = length - start <= LONGEST_MESSAGE_ID && length - start > 2;
  if (!isShort || !ID.stands(view, first, length) || find(bytes, MORE, start, length) !== length - 1) return undefined;
  const fields = mail(text, line, at, offset);
  fields['email.message_id'] = text.slice(start - offset, length - 1 - offset);
  return fields;
}

/** `from=<ADDRESS>, size=N, nrcpt=N (queue active)`. */
function queued(text: string, line: Line, at: number, offset: number, first: number): Fields | undefined {
  const { codes } = line;
  const { bytes, view, length } = codes;
  const start = first + FROM.length;
  const more = FROM.stands(view, first, length) ? addressEnd(codes, start) : -1;
  if (more < 0 || !SIZE.stands(view, more, length)) return undefined;
  const size = more + SIZE.length;
  const sizeEnd = pastDigits(bytes, size, length);
  const count = sizeEnd + RECIPIENTS.length;
  if (!RECIPIENTS.stands(view, sizeEnd, length)) return undefined;
  const countEnd = pastDigits(bytes, count, length);
  const bytesOf = numberIn(bytes, size, sizeEnd);
  const recipients = countEnd - count > 9 ? undefined : numberIn(bytes, count, countEnd);
  if (bytesOf === undefined || recipients === undefined || !ACTIVE.stands(view, countEnd, length)) return undefined;
  const fields = mail(text, line, at, offset);
  fields['event.action'] = 'queued';
  fields['email.from.address'] = [text.slice(start - offset, more - offset)];
  fields['postfix.size'] = bytesOf;
  fields['postfix.recipients'] = recipients;
  return fields;
}

/** `to=<ADDRESS>, relay=NAME, …, dsn=2.0.0, status=sent (…)`. */
function delivered(text: string, line: Line, at: number, offset: number, first: number): Fields | undefined {
  const { codes } = line;
  const { bytes, view, length } = codes;
  const start = first + TO.length;
  const more = TO.stands(view, first, length) ? addressEnd(codes, start) : -1;
  const relay = more + RELAY.length;
  const relayEnd = more > 0 && RELAY.stands(view, more, length) ? nameEnd(codes, relay, LONGEST_RELAY) : -1;
  if (relayEnd < 0 || bytes[relayEnd] !== COMMA || bytes[relayEnd + 1] !== SPACE) return undefined;
  const dsn = dsnAt(codes, relayEnd + 2);
  const comma = dsn < 0 ? -1 : versionEnd(codes, dsn);
  if (comma < 0 || !STATUS.stands(view, comma, length)) return undefined;
  const status = comma + STATUS.length;
  const last = status + SENT.length;
  if (!SENT.stands(view, status, length) || (last < length && bytes[last] !== SPACE)) return undefined;
  const fields = mail(text, line, at, offset);
  fields['event.action'] = 'sent';
  fields['event.outcome'] = 'success';
  fields['email.to.address'] = [text.slice(start - offset, more - offset)];
  fields['postfix.relay'] = text.slice(relay - offset, relayEnd - offset);
  fields['postfix.dsn'] = text.slice(dsn - offset, comma - offset);
  return fields;
}

/** `removed`. */
function removed(text: string, line: Line, at: number, offset: number, first: number): Fields | undefined {
  const { view, length } = line.codes;
  if (length - first !== REMOVED.length || !REMOVED.stands(view, first, length)) return undefined;
  const fields = mail(text, line, at, offset);
  fields['event.action'] = 'removed';
  return fields;
}

/** `warning: NAME[ADDRESS]: SASL METHOD authentication failed: …`, where no user is told. */
function refused(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { codes } = line;
  const { view, length } = codes;
  const start = at + WARNING.length;
  const open = WARNING.stands(view, at, length) ? peerOpen(codes, start) : -1;
  const close = open < 0 ? -1 : peerClose(codes, open);
  const method = close + 1 + SASL.length;
  if (close < 0 || !SASL.stands(view, close + 1, length)) return undefined;
  const last = methodEnd(codes, method);
  if (last < 0 || !FAILED.stands(view, last, length) || text.includes('_username=', last - offset)) return undefined;
  const fields = mail(text, line, at, offset);
  fields['event.category'] = LOGIN_FAILED['event.category'];
  fields['event.type'] = LOGIN_FAILED['event.type'];
  fields['event.action'] = LOGIN_FAILED['event.action'];
  fields['event.outcome'] = LOGIN_FAILED['event.outcome'];
  fields['postfix.sasl_method'] = text.slice(method - offset, last - offset);
  setPeer(fields, text, codes, offset, start, open, close);
  return fields;
}
