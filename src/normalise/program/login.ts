import type { Fields } from '../../event/index.js';
import { address, readShape, text } from '../capture.js';
import type { Line } from '../line.js';
import { authFields, NOTHING } from './base.js';
import { pam } from './pam.js';
import { LOGGED_IN, LOGIN_FAILED } from './service.js';

const USER = text('user.name');
const TTY = text('system.auth.login.tty');
const FROM = address('source', true);

const LOGIN = [
  {
    pattern:
      /^FAILED LOGIN(?: SESSION)?(?: \(?\d{1,9}\)?)?(?: on '([^']{1,64})')?(?: from (?:((?:\/dev\/)?tty\w{1,32}|pts\/\d{1,9})|'?([^ ']{1,255})'?))? FOR '?(.{1,256}?)'?, /i,
    to: [TTY, TTY, FROM, USER],
    also: LOGIN_FAILED,
  },
  {
    pattern: /^(?:LOGIN ON|DIALUP (?:ON|AT)) ([^ ]{1,64}) BY (.{1,256}?)(?: FROM ([^ ]{1,255}))?$/,
    to: [TTY, USER, FROM],
    also: LOGGED_IN,
  },
  {
    pattern: /^ROOT LOGIN(?: \([^)]{1,64}\))?\s+(?:ON |(?=\/dev\/))'?([^ ']{1,64})'?(?: FROM '?([^ ']{1,255})'?)?$/i,
    to: [TTY, FROM],
    also: { ...LOGGED_IN, 'user.name': 'root' },
  },
  {
    pattern:
      /^TOO MANY LOGIN TRIES \(\d{1,9}\)(?: on '([^']{1,64})')?(?: FROM ([^ ]{1,255}))? FOR '?(.{1,256}?)'?(?:,|$)/i,
    to: [TTY, FROM, USER],
    also: LOGIN_FAILED,
  },
  {
    // shadow, of a name that is nobody's: `UNKNOWN`.
    pattern: /^invalid password for '(?:UNKNOWN|(.{1,256}?))'(?: on '([^']{1,64})')?(?: from '([^']{1,255})')?$/,
    to: [USER, TTY, FROM],
    also: LOGIN_FAILED,
  },
  {
    // BSD's and Solaris'
    pattern: /^(?:\d{1,9}|REPEATED) LOGIN FAILURES? (?:ON ([^ ,]{1,64}))?(?: ?FROM ([^ ,]{1,255}))?(?:, (.{1,256}))?$/,
    to: [TTY, FROM, USER],
    also: LOGIN_FAILED,
  },
];

const SESSION = [
  {
    pattern:
      /^New session '?(\w{1,32})'? of user '?([^ ']{1,256}?)'?(?: with class '[^']{1,32}'(?: and type '[^']{1,32}')?)?\.$/,
    to: [text('system.auth.session.id'), USER],
  },
  {
    pattern: /^(?:Removed session|Session) '?(\w{1,32}?)'?(?: logged out\b.{0,128}|\.)$/,
    to: [text('system.auth.session.id')],
  },
];

/** Messages of login (util-linux, shadow) and getty. Source: util-linux's login.c. */
export function login(message: string, line: Line): Fields | undefined {
  if (message.startsWith('pam_')) return pam(message, line);
  const fields = authFields(line, NOTHING);
  return readShape(LOGIN, message.slice(0, 1024), fields) ? fields : undefined;
}

/**
 * Messages of systemd-logind: sessions that begin and end. The event that counts is PAM's, of the same session. Source: systemd's logind-session.c.
 */
export function logind(message: string, line: Line): Fields | undefined {
  if (message.startsWith('pam_')) return pam(message, line);
  const fields = authFields(line, NOTHING);
  return readShape(SESSION, message.slice(0, 1024), fields) ? fields : undefined;
}
