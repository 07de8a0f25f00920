import type { Fields } from '../../event/index.js';
import { address } from '../capture.js';
import type { Line } from '../line.js';
import { skipDigits } from '../text/scan.js';
import { authFields, type Meaning, NOTHING, programFields } from './base.js';
import { CLOSED, OPENED, usualSession } from './pam-session.js';

const PAM_FAILED: Meaning = {
  category: ['authentication'],
  type: ['info'],
  action: 'authentication_failure',
  outcome: 'failure',
  user: undefined,
};
const PAM_PASSED: Meaning = { ...PAM_FAILED, action: undefined, outcome: 'success' };
// Said beside the failure itself, which counts.
const UNKNOWN: Meaning = { ...PAM_FAILED, type: undefined, action: undefined };
const LOCKED: Meaning = { ...PAM_FAILED, action: 'account-locked' };
const CHANGED: Meaning = {
  category: ['iam'],
  type: ['change'],
  action: 'password-changed',
  outcome: 'success',
  user: undefined,
};

/** Whom a message of any module names, and what it says of them; the first that fits decides. */
const NAMED: readonly (readonly [RegExp, Meaning])[] = [
  [/^(?:expired password|password) for user ([^ ]+) /, NOTHING],
  [/^account ([^ ]+) has /, NOTHING],
  [/^could not identify user \(from getpwnam\((.{1,256})\)\)$/, NOTHING],
  // pam_sss, pam_tally2, pam_listfile, pam_wheel
  [/^Access denied for user ([^ ]+): \d/, PAM_FAILED],
  [/^user ([^ ]+) \(\d{1,10}\) (?:has )?tally \d{1,9}, deny /, LOCKED],
  [/^Refused user ([^ ]+) for service /, PAM_FAILED],
  [/^Access denied to '(.{1,256})' for '/, PAM_FAILED],
  // pam_winbind, pam_krb5, pam_google_authenticator
  [/^user '(.{1,256})' granted access$/, PAM_PASSED],
  [/^user ([^ ]+) authenticated as /, PAM_PASSED],
  [/^Accepted google_authenticator for (.{1,256})$/, PAM_PASSED],
  [/^Invalid verification code for (.{1,256})$/, PAM_FAILED],
  [/^(?:User|user) ([^ ]+) not allowed/, PAM_FAILED],
];

// `pam_unix(sshd:session): ` and older `pam_unix(sshd): `.
const HEAD = /^pam_([a-z0-9_]{1,32})\(([^):]{0,64})(?::([a-z]{0,16}))?\): /;
const USER = /\bfor user ([^ ]+)/;
const NOTED =
  /^(?:check pass; user unknown|conversation failed|(?:bad username|auth could not identify password for) \[(.*)\]|received for user (.*): \d{1,3} \([^()]{1,128}\))$/;
// pam_succeed_if's and pam_access's conditions.
const UNMET = /^(?:requirement )?["'].{1,256}["'] (?:not met|was met|met) by user ["'](.{1,256})["']$/;
const ACCESS = /^access denied for user [`'](.{1,256})' from [`'](.{1,255})'$/;
const TERMINAL = /^(?:\/dev\/|tty|pts\/|cron$)/;
const SESSION = /^session (opened|closed) for user ([^ ]+)(?: by (.*))?$/;

/**
 * Messages of PAM modules (pam_unix, pam_sss, pam_faillock …), whatever program logs them. Source: Linux-PAM's
 * pam_unix_sess.c, support.c and pam_unix_auth.c.
 *
 * Of a session that opens, `user.name` is who opened it (a daemon is told by its number alone) and `user.effective.name` for whom;
 * of one that closes, `user.name` is whose it was. An `authentication failure` carries rhost and user, in this order, and the user name ends the line.
 */
export function pam(message: string, line: Line): Fields | undefined {
  line.messageBytes();
  return usualSession(line.message, line, line.messageAt, line.messageAt) ?? anyPam(message, line);
}

/** As `pam`, without the quick way. */
export function anyPam(message: string, line: Line): Fields | undefined {
  const head = HEAD.exec(message.slice(0, 160));
  if (head === null) return undefined;
  const text = message.slice(head[0].length);
  const isChange = head[3] === 'chauthtok' && (head[1] === 'unix' || text.startsWith('password changed'));
  if (isChange && !text.startsWith('authentication failure;')) return password(text, line);
  return head[1] === 'faillock' ? locked(text, line) : plain(text, line);
}

/** Messages of a program tagged `sshd(pam_unix)`, as Linux-PAM had it before version 1: without a head of their own. */
export function oldPam(message: string, line: Line): Fields | undefined {
  return plain(message, line);
}

function locked(text: string, line: Line): Fields | undefined {
  return authFields(line, { ...LOCKED, user: USER.exec(text.slice(0, 1024))?.[1] });
}

/** What a module says behind its head. */
function plain(text: string, line: Line): Fields | undefined {
  if (text.startsWith('session ')) return session(text, line);
  if (text.startsWith('authentication failure;')) return failure(text, line);
  if (text.startsWith('authentication success;')) return verdict(text, line, PAM_PASSED);
  const user = NOTED.exec(text);
  if (user !== null) return authFields(line, { ...UNKNOWN, user: user[1] ?? user[2] });
  const unmet = UNMET.exec(text);
  if (unmet !== null) return authFields(line, { ...NOTHING, user: unmet[1] });
  const from = ACCESS.exec(text);
  if (from !== null) return refusedFrom(line, from[1], from[2]);
  for (const [pattern, meaning] of NAMED) {
    const user = pattern.exec(text)?.[1];
    if (user !== undefined) return authFields(line, { ...meaning, user });
  }
  return undefined;
}

/** pam_access: `access denied for user 'alice' from '203.0.113.9'`, where a terminal may stand for the address. */
function refusedFrom(line: Line, user: string | undefined, origin: string | undefined): Fields {
  const more: Fields = {};
  if (origin !== undefined && !TERMINAL.test(origin)) address('source', true)(more, origin);
  return authFields(line, { ...PAM_FAILED, user }, more);
}

const PASSWORD_OF = /^(?:password changed for "?(.+?)"?|user "(.+)" does not exist in .*)$/;

/** `password changed for alice`; everything else while a password is changed says that it was not. */
function password(text: string, line: Line): Fields {
  const user = PASSWORD_OF.exec(text.slice(0, 1024))
    ?.slice(1)
    .find((name) => name !== undefined);
  const outcome = text.includes('password changed') ? 'success' : 'failure';
  return authFields(line, { ...CHANGED, outcome, user }, { 'user.target.name': user });
}

/**
 * What a program nobody knows says in a log of log-ins: as Elastic's pipeline has it, an `authentication failure` is one whoever
 * tells it, and sessions open and close; undefined for anything else.
 */
export function anyonesPam(message: string, line: Line): Fields | undefined {
  const text = message.slice(0, 2048);
  // Who and from where is believed only where the message is all PAM's.
  if (text.startsWith('authentication failure;')) return failure(text, line);
  if (text.includes('authentication failure')) return authFields(line, PAM_FAILED);
  const isOpened = text.includes('session opened');
  if (!isOpened && !text.includes('session closed')) return undefined;
  return authFields(line, { ...NOTHING, action: isOpened ? 'logged-on' : 'logged-off' });
}

/** `password check failed for user (alice)`: unix_chkpwd, which reads passwords for pam_unix. */
export function unixChkpwd(message: string, line: Line): Fields | undefined {
  const user = /^password check failed for user \((.+)\)$/.exec(message.slice(0, 1024));
  return user === null ? undefined : authFields(line, { ...PAM_FAILED, user: user[1] });
}

interface Account {
  readonly name: string | undefined;
  readonly id: string | undefined;
}

const NOBODY: Account = { name: undefined, id: undefined };

/** `alice(uid=1000)`, or the name or the number alone; nobody where it is neither. Who is `(unknown)` is a number alone. */
function account(text: string | undefined): Account {
  if (text === undefined || text.includes(' ')) return NOBODY;
  if (text.startsWith('(unknown)')) return account(text.slice(9));
  const open = text.indexOf('(');
  if (open < 0) return { name: text === '' ? undefined : text, id: undefined };
  const start = open + 5;
  const end = text.length - 1;
  const isId = text.startsWith('(uid=', open) && end > start && text.charCodeAt(end) === CLOSE;
  if (!isId || skipDigits(text, start) < end) return NOBODY;
  return { name: open === 0 ? undefined : text.slice(0, open), id: text.slice(start, end) };
}

const CLOSE = 41;

/** `session opened for user root(uid=0) by alice(uid=1000)`. */
function session(text: string, line: Line): Fields | undefined {
  const found = SESSION.exec(text);
  if (found === null) return undefined;
  const target = account(found[2]);
  const actor = account(found[3]);
  const fields = programFields(line, line.authDataset, found[1] === 'opened' ? OPENED : CLOSED);
  const isAlone = found[3] === undefined;
  fields['user.name'] = isAlone ? target.name : actor.name;
  fields['user.id'] = isAlone ? target.id : actor.id;
  fields['user.effective.name'] = isAlone ? undefined : target.name;
  fields['user.effective.id'] = isAlone ? undefined : target.id;
  return fields;
}

/**
 * `authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root`, and what follows a number of
 * `more authentication failures`.
 */
export function failure(text: string, line: Line): Fields {
  return verdict(text, line, PAM_FAILED);
}

function verdict(text: string, line: Line, meaning: Meaning): Fields {
  const rhost = between(text, ' rhost=', ' ');
  const userAt = text.indexOf(' user=', text.indexOf(' rhost='));
  const user = userAt < 0 ? undefined : text.slice(userAt + 6).trim();
  const more: Fields = {};
  if (rhost !== undefined) address('source', true)(more, rhost);
  return authFields(line, { ...meaning, user: user === '' ? undefined : user }, more);
}

function between(text: string, before: string, after: string): string | undefined {
  const start = text.indexOf(before);
  if (start < 0) return undefined;
  const end = text.indexOf(after, start + before.length);
  const found = text.slice(start + before.length, end < 0 ? text.length : end);
  return found === '' ? undefined : found;
}
