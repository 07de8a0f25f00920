import type { Fields } from '../../event/index.js';
import { find, matches, numberIn, pastDigits, word } from '../codes.js';
import type { Line } from '../line.js';
import {
  addressEnd,
  ALPHANUMERIC,
  dsnAt,
  isVersion,
  mail,
  message,
  methodEnd,
  nameEnd,
  peerEnd,
  piece,
  setPeer,
  WORD,
} from './postfix-pieces.js';
import { LOGGED_IN, LOGIN_FAILED } from './service.js';

const SPACE = 32;
const COMMA = 44;
const COLON = 58;
const MORE = 62;
const SHORTEST_ID = 5;
const LONGEST_ID = 20;
const LONGEST_USER = 256;
const LONGEST_RELAY = 512;
const LONGEST_MESSAGE_ID = 998;

/** Reads the message at hand from `at`; undefined where it is not the usual one. */
type Reader = (line: Line, at: number) => Fields | undefined;

/**
 * The events of what a mail and a refused log-in leave in the log, read from bytes; undefined for any other message, in doubt
 * too. Says what the patterns of postfix.ts say.
 */
export function usualMessage(text: string, line: Line): Fields | undefined {
  const bytes = line.messageBytes();
  const start = line.messageAt;
  const end = start + text.length;
  message.text = text;
  message.bytes = bytes;
  message.start = start;
  message.end = end;
  let colon = start;
  const limit = Math.min(end, start + LONGEST_ID + 1);
  while (colon < limit && WORD[bytes[colon] as number] === ALPHANUMERIC) colon++;
  const isParted = colon + 2 < end && bytes[colon] === COLON && bytes[colon + 1] === SPACE;
  if (!isParted) return connection(line, start);
  if (colon - start < SHORTEST_ID || colon - start > LONGEST_ID) return undefined;
  const fields = QUEUED.get(bytes[colon + 2] as number)?.(line, colon + 2);
  if (fields === undefined)
    return matches(bytes, WARNING, start, end) ? refused(line, start + WARNING.length) : undefined;
  fields['email.local_id'] = text.slice(0, colon - start);
  return fields;
}

/** What stands behind the number of a mail, by its first letter. */
const QUEUED: ReadonlyMap<number, Reader> = new Map(
  Object.entries({ c: accepted, m: identified, f: queued, t: delivered, r: removed }).map(([letter, reader]) => [
    letter.charCodeAt(0),
    reader,
  ]),
);

const CONNECT = word('connect from ');
const DISCONNECT = word('disconnect from ');
const WARNING = word('warning: ');
const CLIENT = word('client=');
const METHOD = word(', sasl_method=');
const USER = word(', sasl_username=');
const ID = word('message-id=<');
const FROM = word('from=<');
const SIZE = word('>, size=');
const RECIPIENTS = word(', nrcpt=');
const ACTIVE = word(' (queue active)');
const TO = word('to=<');
const RELAY = word('>, relay=');
const STATUS = word(', status=');
const SENT = word('sent');
const REMOVED = word('removed');
const SASL = word(': SASL ');
const FAILED = word(' authentication failed');

/** `connect from NAME[ADDRESS]`, `disconnect from …`. */
function connection(line: Line, at: number): Fields | undefined {
  const { bytes, end } = message;
  const isOpened = matches(bytes, CONNECT, at, end);
  if (!isOpened && !matches(bytes, DISCONNECT, at, end)) return undefined;
  const start = at + (isOpened ? CONNECT.length : DISCONNECT.length);
  const close = peerEnd(start);
  if (close < 0) return undefined;
  const fields = mail(line);
  fields['event.action'] = isOpened ? 'connect' : 'disconnect';
  setPeer(fields, start, close);
  return fields;
}

/** `client=NAME[ADDRESS]`, perhaps with how who logged in. */
function accepted(line: Line, at: number): Fields | undefined {
  const { bytes, end } = message;
  const start = at + CLIENT.length;
  const close = matches(bytes, CLIENT, at, end) ? peerEnd(start) : -1;
  if (close < 0) return undefined;
  if (close + 1 === end) {
    const fields = mail(line);
    setPeer(fields, start, close);
    return fields;
  }
  const method = close + 1 + METHOD.length;
  const comma = matches(bytes, METHOD, close + 1, end) ? methodEnd(method) : -1;
  if (comma < 0 || !matches(bytes, USER, comma, end)) return undefined;
  const user = comma + USER.length;
  const last = nameEnd(user, LONGEST_USER);
  if (last < 0) return undefined;
  const fields = mail(line);
  fields['event.category'] = LOGGED_IN['event.category'];
  fields['event.type'] = LOGGED_IN['event.type'];
  fields['event.action'] = LOGGED_IN['event.action'];
  fields['event.outcome'] = LOGGED_IN['event.outcome'];
  fields['user.name'] = piece(user, last);
  fields['postfix.sasl_method'] = piece(method, comma);
  setPeer(fields, start, close);
  return fields;
}

/** `message-id=<ID>`. */
function identified(line: Line, at: number): Fields | undefined {
  const { bytes, end } = message;
  const start = at + ID.length;
  const isShort = end - start <= LONGEST_MESSAGE_ID && end - start > 2;
  if (!isShort || !matches(bytes, ID, at, end) || find(bytes, MORE, start, end) !== end - 1) return undefined;
  const fields = mail(line);
  fields['email.message_id'] = piece(start, end - 1);
  return fields;
}

/** `from=<ADDRESS>, size=N, nrcpt=N (queue active)`. */
function queued(line: Line, at: number): Fields | undefined {
  const { bytes, end } = message;
  const start = at + FROM.length;
  const more = matches(bytes, FROM, at, end) ? addressEnd(start) : -1;
  const size = more + SIZE.length;
  const sizeEnd = pastDigits(bytes, size, end);
  const count = sizeEnd + RECIPIENTS.length;
  const countEnd = pastDigits(bytes, count, end);
  const bytesOf = numberIn(bytes, size, sizeEnd);
  const recipients = countEnd - count > 9 ? undefined : numberIn(bytes, count, countEnd);
  if (more < 0 || bytesOf === undefined || recipients === undefined) return undefined;
  const isWhole = matches(bytes, SIZE, more, end) && matches(bytes, RECIPIENTS, sizeEnd, end);
  if (!isWhole || !matches(bytes, ACTIVE, countEnd, end)) return undefined;
  const fields = mail(line);
  fields['event.action'] = 'queued';
  fields['email.from.address'] = [piece(start, more)];
  fields['postfix.size'] = bytesOf;
  fields['postfix.recipients'] = recipients;
  return fields;
}

/** `to=<ADDRESS>, relay=NAME, …, dsn=2.0.0, status=sent (…)`. */
function delivered(line: Line, at: number): Fields | undefined {
  const { bytes, end } = message;
  const start = at + TO.length;
  const more = matches(bytes, TO, at, end) ? addressEnd(start) : -1;
  const relay = more + RELAY.length;
  const relayEnd = more > 0 && matches(bytes, RELAY, more, end) ? nameEnd(relay, LONGEST_RELAY) : -1;
  const isParted = relayEnd >= 0 && bytes[relayEnd] === COMMA && bytes[relayEnd + 1] === SPACE;
  const dsn = isParted ? dsnAt(relayEnd + 2) : -1;
  if (dsn < 0) return undefined;
  const comma = find(bytes, COMMA, dsn, Math.min(end, dsn + 17));
  const status = comma + STATUS.length;
  const last = status + SENT.length;
  if (!isVersion(dsn, comma) || !matches(bytes, STATUS, comma, end) || !matches(bytes, SENT, status, end))
    return undefined;
  if (last < end && bytes[last] !== SPACE) return undefined;
  const fields = mail(line);
  fields['event.action'] = 'sent';
  fields['event.outcome'] = 'success';
  fields['email.to.address'] = [piece(start, more)];
  fields['postfix.relay'] = piece(relay, relayEnd);
  fields['postfix.dsn'] = piece(dsn, comma);
  return fields;
}

/** `removed`. */
function removed(line: Line, at: number): Fields | undefined {
  const { bytes, end } = message;
  if (end - at !== REMOVED.length || !matches(bytes, REMOVED, at, end)) return undefined;
  const fields = mail(line);
  fields['event.action'] = 'removed';
  return fields;
}

/** `warning: NAME[ADDRESS]: SASL METHOD authentication failed: …`, where no user is told. */
function refused(line: Line, at: number): Fields | undefined {
  const { bytes, text, start, end } = message;
  const close = peerEnd(at);
  const method = close + 1 + SASL.length;
  if (close < 0 || !matches(bytes, SASL, close + 1, end)) return undefined;
  const last = methodEnd(method);
  if (last < 0 || !matches(bytes, FAILED, last, end) || text.includes('_username=', last - start)) return undefined;
  const fields = mail(line);
  fields['event.category'] = LOGIN_FAILED['event.category'];
  fields['event.type'] = LOGIN_FAILED['event.type'];
  fields['event.action'] = LOGIN_FAILED['event.action'];
  fields['event.outcome'] = LOGIN_FAILED['event.outcome'];
  fields['postfix.sasl_method'] = piece(method, last);
  setPeer(fields, at, close);
  return fields;
}
