import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';

const AUTHENTICATION = ['authentication'];
const AUTHENTICATION_SESSION = ['authentication', 'session'];
const INFO = ['info'];

/** How a message counts: one attempt has several lines, and `Accepted` and `Failed` are those that are the attempt. */
export interface Counting {
  readonly category: readonly string[] | undefined;
  readonly type: readonly string[] | undefined;
  readonly action: string | undefined;
  readonly outcome: string | undefined;
}

/** A log-in. */
export const SUCCESS: Counting = {
  category: AUTHENTICATION_SESSION,
  type: INFO,
  action: 'ssh_login',
  outcome: 'success',
};
/** A refused attempt: what rules count. */
export const FAILURE: Counting = { category: AUTHENTICATION, type: INFO, action: 'ssh_login', outcome: 'failure' };
/** Belongs to a failed attempt, without being one. */
export const REFUSED: Counting = { category: AUTHENTICATION, type: INFO, action: undefined, outcome: 'failure' };
/** The end of a connection that failed too often; named as every other text of an `authentication failure` is. */
export const TOO_MANY: Counting = { ...REFUSED, action: 'authentication_failure' };
/** Says nothing of an attempt. */
export const NEUTRAL: Counting = { category: undefined, type: undefined, action: undefined, outcome: undefined };

/** The one shape of sshd's events; `ip` only where the address is one, otherwise it is a host's name. */
export function ssh(
  line: Line,
  event: string,
  method: string | undefined,
  user: string,
  address: string,
  ip: string | undefined,
  port: number | undefined,
  counting: Counting,
): Fields {
  const fields: Fields = {
    'event.kind': 'event',
    'event.module': line.module,
    'event.dataset': line.authDataset,
    'event.category': counting.category,
    'event.type': counting.type,
    'event.action': counting.action,
    'event.outcome': counting.outcome,
    'event.original': line.original,
    message: line.message,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'user.name': user === '' ? undefined : user,
    'source.address': address === '' || address === 'UNKNOWN' ? undefined : address,
    'source.ip': ip,
    'source.port': port,
    'system.auth.ssh.event': event,
    'system.auth.ssh.method': method,
  };
  if (ip === undefined && address !== '' && address !== 'UNKNOWN') fields['source.domain'] = address;
  return fields;
}
