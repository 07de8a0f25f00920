import type { Fields } from '../../event/index.js';
import { readShape, peer, text } from '../capture.js';
import type { Line } from '../line.js';
import { authFields, NOTHING } from './base.js';
import { pam } from './pam.js';

const USER = text('user.name');
const FROM = peer('source');
const PEER = String.raw`([0-9a-fA-F.:[\]]{2,48}:\d{1,5})`;

function login(outcome: 'success' | 'failure', event: string, method?: string): Fields {
  return {
    'event.category': outcome === 'success' ? ['authentication', 'session'] : ['authentication'],
    'event.type': ['info'],
    'event.action': 'ssh_login',
    'event.outcome': outcome,
    'system.auth.ssh.event': event,
    'system.auth.ssh.method': method,
  };
}

// The user's name is quoted and the peer ends the line, so that a name cannot forge it.
const SHAPES = [
  {
    pattern: new RegExp(`^Password auth succeeded for '(.{0,256})' from ${PEER}$`),
    to: [USER, FROM],
    also: login('success', 'Accepted', 'password'),
  },
  {
    pattern: new RegExp(`^Pubkey auth succeeded for '(.{0,256})' with .{1,512} from ${PEER}$`),
    to: [USER, FROM],
    also: login('success', 'Accepted', 'publickey'),
  },
  {
    pattern: new RegExp(`^PAM password auth succeeded for '(.{0,256})' from ${PEER}$`),
    to: [USER, FROM],
    also: login('success', 'Accepted', 'keyboard-interactive/pam'),
  },
  {
    pattern: new RegExp(
      `^(?:Bad password attempt|Bad PAM password attempt|Login attempt with wrong user) for '(.{0,256})' from ${PEER}$`,
    ),
    to: [USER, FROM],
    also: login('failure', 'Failed', 'password'),
  },
  {
    pattern: new RegExp(`^Login attempt for nonexistent user(?: '(.{0,256})')? from ${PEER}$`),
    to: [USER, FROM],
    also: login('failure', 'Invalid'),
  },
  {
    pattern: new RegExp(`^Max auth tries reached - user '(.{0,256})' from ${PEER}$`),
    to: [USER, FROM],
    also: { 'system.auth.ssh.event': 'MaxAttempts' },
  },
  {
    pattern: new RegExp(`^Child connection from ${PEER}$`),
    to: [FROM],
    also: { 'system.auth.ssh.event': 'Connection' },
  },
  {
    pattern: new RegExp(
      `^Exit before auth \\(user '(.{0,256})', \\d{1,3} fails\\): Max auth tries reached - user '.{0,256}' from ${PEER}$`,
    ),
    to: [USER, FROM],
    also: { 'system.auth.ssh.event': 'MaxAttempts' },
  },
  {
    pattern: new RegExp(`^Exit before auth from <${PEER}>: \\(user '(.{0,256})', \\d{1,3} fails\\): `),
    to: [FROM, USER],
    also: { 'system.auth.ssh.event': 'Closed' },
  },
  {
    pattern: new RegExp(`^Exit before auth from <${PEER}>: `),
    to: [FROM],
    also: { 'system.auth.ssh.event': 'Closed' },
  },
];

/** Messages of dropbear, the SSH server of small systems, in sshd's words. Source: dropbear's svr-auth.c and svr-session.c. */
export function dropbear(message: string, line: Line): Fields | undefined {
  if (message.startsWith('pam_')) return pam(message, line);
  const fields = authFields(line, NOTHING);
  return readShape(SHAPES, message.slice(0, 1024), fields) ? fields : undefined;
}
