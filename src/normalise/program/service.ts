import { readShapeInto, type Setter, type Shape } from '../capture.js';
import type { MessageParser } from '../line.js';
import { validIp } from '../text/scan.js';
import { NOTHING, programFields } from './base.js';

/** A log-in that failed. */
export const LOGIN_FAILED = {
  'event.category': ['authentication'],
  'event.type': ['info'],
  'event.action': 'failed-login',
  'event.outcome': 'failure',
};
/** A log-in. */
export const LOGGED_IN = {
  'event.category': ['authentication'],
  'event.type': ['info'],
  'event.action': 'logged-in',
  'event.outcome': 'success',
};
/** Something a server says of a connection. */
export const CONNECTION = { 'event.category': ['network'], 'event.type': ['connection'] };

/**
 * A parser out of a table of shapes, for a daemon that belongs to its container's data set (`system.syslog`). Undefined
 * for messages of no shape. Patterns read at most 8,192 characters.
 */
export function service(shapes: readonly Shape[]): MessageParser {
  return (message, line) => {
    const text = message.length > 8192 ? message.slice(0, 8192) : message;
    return readShapeInto(shapes, text, () => programFields(line, line.dataset, NOTHING));
  };
}

/** Sets `source.address`, `.ip`, and nothing of what a daemon writes for a client it does not know. */
export const client: Setter = (fields, value) => {
  if (value === 'unknown' || value === '?') return;
  const bare = value.startsWith('[') ? value.slice(1, -1) : value;
  const ip = validIp(bare);
  fields['source.address'] = ip ?? bare;
  fields['source.ip'] = ip;
  if (ip === undefined) fields['source.domain'] = bare;
};

/** Sets `source.domain`, but for a name the daemon could not resolve. */
export const clientName: Setter = (fields, value) => {
  if (value !== 'unknown' && validIp(value) === undefined) fields['source.domain'] = value;
};
