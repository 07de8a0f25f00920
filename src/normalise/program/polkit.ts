import type { Fields } from '../../event/index.js';
import { readShape, text } from '../capture.js';
import type { Line } from '../line.js';
import { authFields, NOTHING } from './base.js';
import { pam } from './pam.js';

const USER = text('user.name');
const AS = text('user.effective.name');
const AUTHENTICATION = { 'event.category': ['authentication'], 'event.type': ['info'] };
// The command in brackets is the caller's own; the last word names the account that owns it.
const OWNER = String.raw`.{0,2048} \(owned by unix-user:([^ ()]{1,256})\)$`;

const OPERATOR = [
  {
    pattern: new RegExp(
      `^Operator of [^ ]{1,128} successfully authenticated as unix-user:([^ ]{1,256}) to gain ${OWNER}`,
    ),
    to: [AS, USER],
    also: { ...AUTHENTICATION, 'event.outcome': 'success' },
  },
  {
    pattern: new RegExp(`^Operator of [^ ]{1,128} FAILED to authenticate to gain ${OWNER}`),
    to: [USER],
    also: { ...AUTHENTICATION, 'event.outcome': 'failure' },
  },
];

/**
 * Messages of polkitd: who showed whose password to be allowed an action; `user.name` is who asked, `user.effective.name` whose
 * rights it took. Source: polkit's polkitbackendinteractiveauthority.c.
 */
export function polkitd(message: string, line: Line): Fields | undefined {
  if (message.startsWith('pam_')) return pam(message, line);
  const fields = authFields(line, NOTHING);
  return readShape(OPERATOR, message.slice(0, 4096), fields) ? fields : undefined;
}
