import type { Fields } from '../../event/index.js';
import { isIP } from 'node:net';
import { isObject } from '../json.js';
import type { JsonObject } from '../line.js';
import { ip, stringOf, text } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';

const at = (name: string): readonly string[] => [`data.${name}`, name];
const ROWS: readonly Row[] = [
  ['event.id', ['log_id', 'data.log_id', '_id']],
  ['source.ip', at('ip'), ip],
  ['user.id', at('user_id'), text],
  ['user.name', at('user_name'), text],
  ['user_agent.original', at('user_agent')],
];

/** A type's own words, from which Elastic makes the action, and what it means. */
type TypeRow = readonly [words: string, meaning: JsonMeaning];
const AUTH = ['authentication'];
const LOGIN: JsonMeaning = { category: ['authentication', 'session'], type: ['info', 'start'], outcome: 'success' };
const LOGOUT: JsonMeaning = { category: ['authentication', 'session'], type: ['info', 'end'], outcome: 'success' };
const FAILED: JsonMeaning = { category: AUTH, type: ['info'], outcome: 'failure' };
const OK: JsonMeaning = { category: AUTH, type: ['info'], outcome: 'success' };
const LIMIT: JsonMeaning = { category: AUTH, type: ['info', 'denied'], outcome: 'failure' };
const iam = (type: string, outcome: string): JsonMeaning => ({ category: ['iam'], type: ['user', type], outcome });

/** Log event type codes. Source: Auth0 documentation, "Log event type codes". */
const TYPES: Readonly<Record<string, TypeRow>> = {
  s: ['Successful login', LOGIN],
  ssa: ['Successful silent authentication', OK],
  slo: ['Successful logout', LOGOUT],
  seacft: ['Successful exchange of authorization code for access token', OK],
  seccft: ['Successful exchange of access token for a client credentials grant', OK],
  sepft: ['Successful exchange of password for access token', OK],
  sertft: ['Successful exchange of refresh token for access token', OK],
  ss: ['Successful signup', iam('creation', 'success')],
  scp: ['Successful change password', iam('change', 'success')],
  scpr: ['Successful change password request', iam('change', 'success')],
  sce: ['Successful change email', iam('change', 'success')],
  scu: ['Successful change username', iam('change', 'success')],
  sv: ['Successful verification email', iam('info', 'success')],
  sdu: ['Successful user deletion', iam('deletion', 'success')],
  sapi: ['Success API operation', { category: ['configuration', 'web'], type: ['change'], outcome: 'success' }],
  fapi: ['Failed API operation', { category: ['configuration', 'web'], type: ['change'], outcome: 'failure' }],
  f: ['Failed login', FAILED],
  fp: ['Failed login (incorrect password)', FAILED],
  fu: ['Failed login (invalid email/username)', FAILED],
  fc: ['Failed connector login', FAILED],
  fco: ['Origin is not in the allowed origins list', FAILED],
  fsa: ['Failed silent authentication', FAILED],
  flo: ['Failed logout', FAILED],
  feacft: ['Failed exchange of authorization code for access token', FAILED],
  feccft: ['Failed exchange of access token for a client credentials grant', FAILED],
  fepft: ['Failed exchange of password for access token', FAILED],
  fertft: ['Failed exchange of refresh token for access token', FAILED],
  fs: ['Failed signup', iam('creation', 'failure')],
  fcp: ['Failed change password', iam('change', 'failure')],
  fcpr: ['Failed change password request', iam('change', 'failure')],
  fdu: ['Failed user deletion', iam('deletion', 'failure')],
  gd_auth_failed: ['MFA Auth failed', FAILED],
  gd_auth_succeed: ['MFA Auth success', OK],
  gd_auth_rejected: ['MFA Auth rejected', FAILED],
  limit_wc: ['Blocked account', LIMIT],
  limit_mu: ['Blocked IP address', LIMIT],
  limit_sul: ['Blocked account', LIMIT],
  limit_ui: ['Too many calls to /userinfo', LIMIT],
  pwd_leak: ['Breached password', LIMIT],
  signup_pwd_leak: ['Breached password', LIMIT],
  api_limit: ['Rate limit on the Authentication or Management APIs', LIMIT],
};

/**
 * Auth0's log streams: `{"log_id", "data": {"type": "s", "date", "ip", "user_name", …}}`, or the log itself as the Management
 * API gives it. Source: Auth0 documentation, log event type codes and schema; Elastic's Auth0 field reference.
 */
export const auth0 = mapped({
  name: 'auth0.logs',
  aliases: ['auth0'],
  dataset: 'auth0.logs',
  sniff: (json) => {
    const log = isObject(json['data']) ? json['data'] : json;
    return typeof log['type'] === 'string' && 'log_id' in log && 'date' in log;
  },
  time: ['data.date', 'date'],
  rows: ROWS,
  own: (key) => `auth0.logs.${key === 'log_id' || key.startsWith('data.') ? key : `data.${key}`}`,
  meaning: (raw) => {
    const [words, meaning] = rowOf(raw);
    return {
      ...meaning,
      action: words
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    };
  },
  finish,
});

function rowOf(raw: Fields): TypeRow {
  const type = stringOf(raw, ['data.type', 'type']) ?? '';
  const failed = type.startsWith('f');
  return Object.hasOwn(TYPES, type) ? (TYPES[type] as TypeRow) : [type, failed ? FAILED : { type: ['info'] }];
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  const address = fields['source.ip'];
  if (typeof address === 'string') fields['network.type'] = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  fields['log.level'] = fields['event.outcome'] === 'failure' ? 'error' : 'info';
  fields['auth0.logs.data.type'] = rowOf(raw)[0];
  const description = isObject(json['data']) ? json['data']['description'] : json['description'];
  if (typeof description === 'string' && description !== '') fields['message'] = description;
}
