import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import { validIp } from '../scan.js';
import { authFields, type Meaning } from './base.js';

/** A session began. */
export const OPENED: Meaning = {
  category: ['session'],
  type: ['start'],
  action: 'logged-on',
  outcome: 'success',
  user: undefined,
};
/** A session ended. */
export const CLOSED: Meaning = {
  category: ['session'],
  type: ['end'],
  action: 'logged-off',
  outcome: 'success',
  user: undefined,
};
const FAILED: Meaning = {
  category: ['authentication'],
  type: ['info'],
  action: 'authentication_failure',
  outcome: 'failure',
  user: undefined,
};
const CHANGED: Meaning = {
  category: ['iam'],
  type: ['user', 'change'],
  action: 'changed-password',
  outcome: 'success',
  user: undefined,
};

// `pam_unix(sshd:session): ` and older `pam_unix(sshd): `.
const HEAD = /^pam_[a-z0-9_]{1,32}\(([^):]{0,64})(?::([a-z]{0,16}))?\): /;
const SESSION = /^session (opened|closed) for user ([^ ]+)(?: by (.*))?$/;
const ACCOUNT = /^([^( ]*)(?:\(uid=(\d+)\))?$/;

/**
 * Messages of PAM modules (pam_unix, pam_sss, pam_faillock …), whatever program logs them. Source: Linux-PAM's
 * pam_unix_sess.c, support.c and pam_unix_auth.c.
 *
 * Of a session `user.name` is who opened it and `user.effective.name` for whom; where only the latter is told it is
 * `user.name` too. An `authentication failure` carries rhost and user, in this order, and the user name ends the line.
 */
export function pam(message: string, line: Line): Fields | undefined {
  const head = HEAD.exec(message.slice(0, 160));
  if (head === null) return undefined;
  const text = message.slice(head[0].length);
  if (text.startsWith('session ')) return session(text, line);
  if (text.startsWith('authentication failure;')) return failure(text, line);
  const user = /^(?:check pass; user unknown|bad username \[(.*)\])$/.exec(text);
  if (user !== null) return authFields(line, { ...FAILED, user: user[1] });
  const changed = /^password changed for (.+)$/.exec(text);
  if (changed !== null) return authFields(line, { ...CHANGED, user: changed[1] }, { 'user.target.name': changed[1] });
  const denied =
    /^(?:Consecutive login failures for user|User|user) ([^ ]+) (?:account temporarily locked|not allowed)/.exec(text);
  return denied === null ? undefined : authFields(line, { ...FAILED, user: denied[1] });
}

interface Account {
  readonly name: string | undefined;
  readonly id: string | undefined;
}

function account(text: string | undefined): Account {
  const found = text === undefined ? null : ACCOUNT.exec(text);
  const name = found?.[1];
  return { name: name === undefined || name === '' || name === '(unknown)' ? undefined : name, id: found?.[2] };
}

/** `session opened for user root(uid=0) by alice(uid=1000)`. */
function session(text: string, line: Line): Fields | undefined {
  const found = SESSION.exec(text);
  if (found === null) return undefined;
  const target = account(found[2]);
  const actor = account(found[3]);
  const meaning = found[1] === 'opened' ? OPENED : CLOSED;
  if (actor.name === undefined) {
    const effective = found[3] === undefined ? undefined : target.name;
    return authFields(
      line,
      { ...meaning, user: target.name },
      { 'user.id': target.id ?? actor.id, 'user.effective.name': effective },
    );
  }
  const more = { 'user.id': actor.id, 'user.effective.name': target.name, 'user.effective.id': target.id };
  return authFields(line, { ...meaning, user: actor.name }, more);
}

/** `authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=root`. */
function failure(text: string, line: Line): Fields {
  const rhost = between(text, ' rhost=', ' ');
  const userAt = text.indexOf(' user=', text.indexOf(' rhost='));
  const user = userAt < 0 ? undefined : text.slice(userAt + 6).trim();
  return authFields(
    line,
    { ...FAILED, user: user === '' ? undefined : user },
    { 'source.address': rhost, 'source.ip': rhost === undefined ? undefined : validIp(rhost) },
  );
}

function between(text: string, before: string, after: string): string | undefined {
  const start = text.indexOf(before);
  if (start < 0) return undefined;
  const end = text.indexOf(after, start + before.length);
  const found = text.slice(start + before.length, end < 0 ? text.length : end);
  return found === '' ? undefined : found;
}
