import type { Fields } from '../../event/index.js';
import type { JsonObject } from '../line.js';
import { ip, lower, stringOf, text } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'level', lower],
  ['source.address', 'remote_ip'],
  ['source.ip', 'remote_ip', ip],
  ['http.request.method', 'method', text],
  ['error.message', 'error', text],
];

// `Unsuccessful 1FA authentication attempt by user 'john'`, `Successful TOTP authentication attempt made by user 'john'`.
const ATTEMPT = /^(Uns|S)uccessful (\S{1,32}) authentication attempt (?:made )?by user '(.*)'(?: and .*)?$/;

/**
 * Authelia's log as JSON: `{"level", "msg", "time", "method", "path", "remote_ip"}`; attempts of any factor are log-ins.
 * Source: Authelia documentation, logging; its regulation and handlers' messages.
 */
export const authelia = mapped({
  name: 'authelia.log',
  aliases: ['authelia'],
  dataset: 'authelia.log',
  sniff: isAuthelia,
  time: ['time', 'timestamp'],
  message: 'msg',
  rows: ROWS,
  own: (key) => `authelia.${key}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    setUrl(fields, stringOf(raw, 'path'));
    const attempt = ATTEMPT.exec(stringOf(raw, 'msg')?.slice(0, 1024) ?? '');
    fields['user.name'] = attempt?.[3];
    if (attempt !== null) fields['authelia.factor'] = attempt[2];
  },
});

/** An attempt, or a request's line, which has no user and no status. */
function isAuthelia(json: JsonObject): boolean {
  const { msg } = json;
  if (!('remote_ip' in json) || typeof msg !== 'string' || !('level' in json)) return false;
  return ATTEMPT.test(msg.slice(0, 1024)) || ('method' in json && 'path' in json && !OTHERS.some((key) => key in json));
}

const OTHERS = ['user', 'username', 'status', 'controller', 'email'];

function meaningOf(raw: Fields): JsonMeaning {
  const attempt = ATTEMPT.exec(stringOf(raw, 'msg')?.slice(0, 1024) ?? '');
  if (attempt === null) return {};
  const outcome = attempt[1] === 'S' ? 'success' : 'failure';
  return {
    category: ['authentication'],
    type: ['info'],
    action: outcome === 'success' ? 'logged-in' : 'failed-login',
    outcome,
  };
}
