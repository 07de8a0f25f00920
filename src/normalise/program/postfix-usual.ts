import type { Fields } from '../../event/index.js';
import { type Codes, find, numberIn, pastDigits } from '../text/codes.js';
import { Fours } from '../text/fours.js';
import type { Line } from '../line.js';
import { eventMaker } from './event-maker.js';
import {
  addressEnd,
  ALPHANUMERIC,
  dsnAt,
  hasPeer,
  methodEnd,
  nameEnd,
  peer,
  peerDomain,
  versionEnd,
  WORD,
} from './postfix-pieces.js';

const SPACE = 32;
const COMMA = 44;
const COLON = 58;
const MORE = 62;
const LETTER_C = 99;
const LETTER_F = 102;
const LETTER_M = 109;
const LETTER_R = 114;
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

const EMAIL = { category: ['email'], type: ['info'] };
const AUTHENTICATION = { category: ['authentication'], type: ['info'] };
const MAIL = 'email.local_id';
const PEER = ['source.domain', 'source.address', 'source.ip'];
const HOW = 'postfix.sasl_method';
/** Events of clients have one shape, and those of mails another. */
const OF_CLIENTS = [MAIL, ...PEER, HOW, 'user.name'];
const FROM_WHOM = ['email.from.address', 'postfix.size', 'postfix.recipients'];
const TO_WHOM = ['email.to.address', 'postfix.relay', 'postfix.dsn'];
const OF_MAILS = [MAIL, 'email.message_id', ...FROM_WHOM, ...TO_WHOM];

const makeConnect = eventMaker({ ...EMAIL, action: 'connect' }, OF_CLIENTS, PEER);
const makeDisconnect = eventMaker({ ...EMAIL, action: 'disconnect' }, OF_CLIENTS, PEER);
const makeRefused = eventMaker({ ...AUTHENTICATION, action: 'failed-login', outcome: 'failure' }, OF_CLIENTS, [
  ...PEER,
  HOW,
]);
const makeAccepted = eventMaker(EMAIL, OF_CLIENTS, [MAIL, ...PEER]);
const makeLoggedIn = eventMaker({ ...AUTHENTICATION, action: 'logged-in', outcome: 'success' }, OF_CLIENTS);
const makeIdentified = eventMaker(EMAIL, OF_MAILS, [MAIL, 'email.message_id']);
const makeQueued = eventMaker({ ...EMAIL, action: 'queued' }, OF_MAILS, [MAIL, ...FROM_WHOM]);
const makeSent = eventMaker({ ...EMAIL, action: 'sent', outcome: 'success' }, OF_MAILS, [MAIL, ...TO_WHOM]);
const makeRemoved = eventMaker({ ...EMAIL, action: 'removed' }, OF_MAILS, [MAIL]);

/**
 * The events of what a mail and a refused log-in leave in the log, read from bytes; undefined for any other message, in doubt
 * too. Says what the patterns of postfix.ts say.
 */
export function usualMail(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { bytes, view, length } = line.codes;
  // White space at the end says nothing.
  if ((bytes[length - 1] as number) <= SPACE) return undefined;
  const limit = Math.min(length, at + LONGEST_ID + 1);
  let colon = at;
  while (colon < limit && WORD[bytes[colon] as number] === ALPHANUMERIC) colon++;
  const start = colon + 2;
  if (start >= length || bytes[colon] !== COLON || bytes[colon + 1] !== SPACE)
    return connection(text, line, at, offset);
  if (colon - at < SHORTEST_ID || colon - at > LONGEST_ID) return undefined;
  if (WARNING.stands(view, at, length)) return refused(text, line, at, offset);
  return aboutMail(text, line, at, offset, colon);
}

/** What stands behind the number of a mail, which ends at `colon`, by its first letter. */
function aboutMail(text: string, line: Line, at: number, offset: number, colon: number): Fields | undefined {
  const first = line.codes.bytes[colon + 2];
  if (first === LETTER_T) return delivered(text, line, at, offset, colon);
  if (first === LETTER_F) return queued(text, line, at, offset, colon);
  if (first === LETTER_C) return accepted(text, line, at, offset, colon);
  if (first === LETTER_M) return identified(text, line, at, offset, colon);
  return first === LETTER_R ? removed(text, line, at, offset, colon) : undefined;
}

function messageOf(text: string, at: number, offset: number): string {
  return at === offset ? text : text.slice(at - offset);
}

/** `connect from NAME[ADDRESS]`, `disconnect from …`. */
function connection(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { codes } = line;
  const isOpened = CONNECT.stands(codes.view, at, codes.length);
  if (!isOpened && !DISCONNECT.stands(codes.view, at, codes.length)) return undefined;
  const start = at + (isOpened ? CONNECT.length : DISCONNECT.length);
  if (!hasPeer(codes, start)) return undefined;
  const message = messageOf(text, at, offset);
  const domain = peerDomain(text, codes, offset, start);
  const ip = text.slice(peer.open + 1 - offset, peer.close - offset);
  return isOpened ? makeConnect(line, message, domain, ip, ip) : makeDisconnect(line, message, domain, ip, ip);
}

/** `client=NAME[ADDRESS]`, perhaps with how who logged in. */
function accepted(text: string, line: Line, at: number, offset: number, colon: number): Fields | undefined {
  const { codes } = line;
  const { view, length } = codes;
  const first = colon + 2;
  const start = first + CLIENT.length;
  if (!CLIENT.stands(view, first, length) || !hasPeer(codes, start)) return undefined;
  const { open, close } = peer;
  const method = close + 1 + METHOD.length;
  const isAlone = close + 1 === length;
  const comma = !isAlone && METHOD.stands(view, close + 1, length) ? methodEnd(codes, method) : -1;
  const user = comma + USER.length;
  const last = comma > 0 && USER.stands(view, comma, length) ? nameEnd(codes, user, LONGEST_USER) : -1;
  if (last < 0 && !isAlone) return undefined;
  const message = messageOf(text, at, offset);
  const id = text.slice(at - offset, colon - offset);
  const domain = peerDomain(text, codes, offset, start);
  const ip = text.slice(open + 1 - offset, close - offset);
  if (isAlone) return makeAccepted(line, message, id, domain, ip, ip);
  const how = text.slice(method - offset, comma - offset);
  return makeLoggedIn(line, message, id, domain, ip, ip, how, text.slice(user - offset, last - offset));
}

/** `message-id=<ID>`. */
function identified(text: string, line: Line, at: number, offset: number, colon: number): Fields | undefined {
  const { bytes, view, length } = line.codes;
  const start = colon + 2 + ID.length;
  const isShort = length - start <= LONGEST_MESSAGE_ID && length - start > 2;
  if (!isShort || !ID.stands(view, colon + 2, length) || find(bytes, MORE, start, length) !== length - 1)
    return undefined;
  const id = text.slice(at - offset, colon - offset);
  return makeIdentified(line, messageOf(text, at, offset), id, text.slice(start - offset, length - 1 - offset));
}

/** `from=<ADDRESS>, size=N, nrcpt=N (queue active)`. */
function queued(text: string, line: Line, at: number, offset: number, colon: number): Fields | undefined {
  const { codes } = line;
  const { bytes, view, length } = codes;
  const first = colon + 2;
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
  const id = text.slice(at - offset, colon - offset);
  const from = [text.slice(start - offset, more - offset)];
  return makeQueued(line, messageOf(text, at, offset), id, from, bytesOf, recipients);
}

/** `to=<ADDRESS>, relay=NAME, …, dsn=2.0.0, status=sent (…)`. */
function delivered(text: string, line: Line, at: number, offset: number, colon: number): Fields | undefined {
  const { codes } = line;
  const { bytes, view, length } = codes;
  const first = colon + 2;
  const start = first + TO.length;
  const more = TO.stands(view, first, length) ? addressEnd(codes, start) : -1;
  const relay = more + RELAY.length;
  const relayEnd = more > 0 && RELAY.stands(view, more, length) ? nameEnd(codes, relay, LONGEST_RELAY) : -1;
  if (relayEnd < 0 || bytes[relayEnd] !== COMMA || bytes[relayEnd + 1] !== SPACE) return undefined;
  const dsn = dsnAt(codes, relayEnd);
  const comma = dsn < 0 ? -1 : versionEnd(codes, dsn);
  if (comma < 0 || !isSent(codes, comma)) return undefined;
  return makeSent(
    line,
    messageOf(text, at, offset),
    text.slice(at - offset, colon - offset),
    [text.slice(start - offset, more - offset)],
    text.slice(relay - offset, relayEnd - offset),
    text.slice(dsn - offset, comma - offset),
  );
}

/** Whether `, status=sent` stands there as a whole. */
function isSent({ bytes, view, length }: Codes, at: number): boolean {
  const status = at + STATUS.length;
  const last = status + SENT.length;
  const isTold = STATUS.stands(view, at, length) && SENT.stands(view, status, length);
  return isTold && (last >= length || bytes[last] === SPACE);
}

/** `removed`. */
function removed(text: string, line: Line, at: number, offset: number, colon: number): Fields | undefined {
  const { view, length } = line.codes;
  const first = colon + 2;
  if (length - first !== REMOVED.length || !REMOVED.stands(view, first, length)) return undefined;
  return makeRemoved(line, messageOf(text, at, offset), text.slice(at - offset, colon - offset));
}

/** `warning: NAME[ADDRESS]: SASL METHOD authentication failed: …`, where no user is told. */
function refused(text: string, line: Line, at: number, offset: number): Fields | undefined {
  const { codes } = line;
  const { view, length } = codes;
  const start = at + WARNING.length;
  if (!hasPeer(codes, start)) return undefined;
  const { open, close } = peer;
  const method = close + 1 + SASL.length;
  if (!SASL.stands(view, close + 1, length)) return undefined;
  const last = methodEnd(codes, method);
  if (last < 0 || !FAILED.stands(view, last, length) || text.includes('_username=', last - offset)) return undefined;
  const domain = peerDomain(text, codes, offset, start);
  const ip = text.slice(open + 1 - offset, close - offset);
  return makeRefused(line, messageOf(text, at, offset), domain, ip, ip, text.slice(method - offset, last - offset));
}
