import type { Fields } from '../../../event/index.js';
import type { JsonObject } from '../../line.js';
import { ip, lower, stringOf, text } from '../../raw.js';
import { type JsonMeaning, mapped, type Row } from '../mapped.js';
import { setUrl } from '../web/url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'level', lower],
  ['source.address', 'remote_ip'],
  ['source.ip', 'remote_ip', ip],
  ['http.request.method', 'method', text],
  ['error.message', 'error', text],
];

// `Unsuccessful 1FA authentication attempt by user 'john'`, `Successful TOTP authentication attempt made by user 'john'`.
const ATTEMPT = /^(Uns|S)uccessful (\S{1,32}) authentication attempt (?:made )?by user '(.*)'(?:(?: and|:) .*)?$/;
// `Access to https://x/ (method GET) is not authorized to user <anonymous>, responding with status code 401`.
const REFUSED =
  /^Access to '?(\S{1,4096}?)'?(?: \(method \w{1,16}\))? is (?:not authorized|forbidden) to user '?(.{1,256}?)'?(?:, .*)?$/;
const WRONG = /^Credentials are wrong for user (.{1,256}?)(?:: .*)?$/;

/** What a message says: whose attempt by which factor, or the address that somebody was kept from. */
interface Said {
  readonly meaning: JsonMeaning;
  readonly user?: string | undefined;
  readonly factor?: string | undefined;
  readonly url?: string | undefined;
}

const FAILED: JsonMeaning = {
  category: ['authentication'],
  type: ['info'],
  action: 'failed-login',
  outcome: 'failure',
};
const LOGGED_IN: JsonMeaning = { ...FAILED, action: 'logged-in', outcome: 'success' };
const DENIED: JsonMeaning = { category: ['web'], type: ['access', 'denied'], outcome: 'failure' };

/** Reads one of Authelia's messages about a user; undefined for any other. */
export function autheliaSays(message: string): Said | undefined {
  const text = message.slice(0, 8192);
  const attempt = ATTEMPT.exec(text.slice(0, 1024));
  if (attempt !== null)
    return { meaning: attempt[1] === 'S' ? LOGGED_IN : FAILED, user: attempt[3], factor: attempt[2] };
  const refused = REFUSED.exec(text);
  if (refused !== null)
    return { meaning: DENIED, url: refused[1], user: refused[2] === '<anonymous>' ? undefined : refused[2] };
  const wrong = WRONG.exec(text.slice(0, 1024));
  return wrong === null ? undefined : { meaning: FAILED, user: wrong[1] };
}

/** Sets the user, the factor and the address of what a message says; `path` is that of Authelia's own endpoint. */
export function setAuthelia(fields: Fields, said: Said | undefined, path: string | undefined): void {
  setUrl(fields, said?.url ?? path);
  fields['user.name'] = said?.user;
  if (said?.factor !== undefined) fields['authelia.factor'] = said.factor;
}

const said = (raw: Fields): Said | undefined => autheliaSays(stringOf(raw, 'msg') ?? '');

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
  meaning: (raw) => said(raw)?.meaning ?? {},
  finish: (fields, raw) => {
    setAuthelia(fields, said(raw), stringOf(raw, 'path'));
  },
});

/** An attempt, or a request's line, which has no user and no status. */
function isAuthelia(json: JsonObject): boolean {
  const { msg } = json;
  if (!('remote_ip' in json) || typeof msg !== 'string' || !('level' in json)) return false;
  return ATTEMPT.test(msg.slice(0, 1024)) || ('method' in json && 'path' in json && !OTHERS.some((key) => key in json));
}

const OTHERS = ['user', 'username', 'status', 'controller', 'email'];
