import { number, put, type Setter, text } from '../capture.js';
import { client, LOGIN_FAILED, service } from './service.js';

const EMAIL = { 'event.category': ['email'], 'event.type': ['info'] };
const ID = String.raw`(?:(\w{6}-\w{6,11}-\w{2,4}) )?`;
// `I=[…]` is the server's own address.
const IP = String.raw`(?<!I=)\[([0-9a-fA-F.:]{2,45})\](?::(\d{1,5}))?`;

function addresses(field: string): Setter {
  return (fields, value) => {
    fields[field] = [value];
  };
}

/** What each word behind the sender sets; the words the client itself may choose have no name here. */
const WORDS: Readonly<Record<string, Setter>> = {
  P: text('exim.protocol'),
  S: number('exim.size'),
  id: text('email.message_id'),
  A: (fields, value) => {
    const colon = value.indexOf(':');
    if (colon < 0) return;
    fields['user.name'] = value.slice(colon + 1);
    fields['event.category'] = ['email', 'authentication'];
    fields['event.outcome'] = 'success';
  },
};

const received: Setter = (fields, value) => {
  const seen = new Set<string>();
  const peer = / \[([0-9a-fA-F.:]{2,45})\](?::(\d{1,5}))?(?= |$)/.exec(` ${value.slice(0, 1024)}`);
  put(fields, client, peer?.[1]);
  put(fields, number('source.port'), peer?.[2]);
  for (const word of value.split(' ', 64)) {
    const equals = word.indexOf('=');
    const name = word.slice(0, Math.max(equals, 0));
    if (!Object.hasOwn(WORDS, name) || seen.has(name)) continue;
    seen.add(name);
    put(fields, WORDS[name], word.slice(equals + 1));
  }
};

/**
 * Messages of Exim's main and reject log. What the client calls itself stands in parentheses before its address in
 * brackets, which Exim writes last. Source: Exim specification, "Log files".
 */
export const exim = service([
  {
    pattern: new RegExp(
      String.raw`^${ID}(\w{1,32}) authenticator failed for .{0,256}${IP}(?: I=\[[^\]]{1,45}\](?::\d{1,5})?)?:? .{0,256}?(?:\(set_id=(.{0,256})\))?$`,
    ),
    to: [undefined, text('exim.authenticator'), client, number('source.port'), text('user.name')],
    also: LOGIN_FAILED,
  },
  {
    pattern: new RegExp(String.raw`^${ID}<= ([^ ]{1,512}) (.*)$`),
    to: [text('email.local_id'), addresses('email.from.address'), received],
    also: { ...EMAIL, 'event.action': 'received' },
  },
  {
    pattern: new RegExp(String.raw`^${ID}[=-]> ([^ ]{1,512})(?: <[^>]{0,512}>)?(?: .{0,2048})?$`),
    to: [text('email.local_id'), addresses('email.to.address')],
    also: { ...EMAIL, 'event.action': 'sent', 'event.outcome': 'success' },
  },
  {
    pattern: new RegExp(String.raw`^${ID}\*\* ([^ ]{1,512}) .{0,2048}$`),
    to: [text('email.local_id'), addresses('email.to.address')],
    also: { ...EMAIL, 'event.action': 'bounced', 'event.outcome': 'failure' },
  },
  {
    pattern: new RegExp(String.raw`^${ID}== ([^ ]{1,512}) .{0,2048}$`),
    to: [text('email.local_id'), addresses('email.to.address')],
    also: { ...EMAIL, 'event.action': 'deferred', 'event.outcome': 'failure' },
  },
  {
    pattern: new RegExp(
      String.raw`^${ID}H=.{0,256}?${IP} (?:.{0,256}? )??(?:F=<([^>]{0,512})> )?(?:temporarily )?rejected (?:RCPT <([^>]{0,512})>|.{0,64})`,
    ),
    to: [
      text('email.local_id'),
      client,
      number('source.port'),
      addresses('email.from.address'),
      addresses('email.to.address'),
    ],
    also: {
      'event.category': ['email'],
      'event.type': ['info', 'denied'],
      'event.action': 'rejected',
      'event.outcome': 'failure',
    },
  },
  {
    pattern: new RegExp(`^${ID}Completed$`),
    to: [text('email.local_id')],
    also: { ...EMAIL, 'event.action': 'completed' },
  },
]);
