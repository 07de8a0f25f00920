import { isIP } from 'node:net';
import type { Fields } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { ip, numberOf, stringOf, text } from '../../raw.js';
import { AUTH0_TYPES } from './auth0-types.js';
import { type JsonMeaning, mapped, type Row } from '../mapped.js';

const at = (name: string): readonly string[] => [`data.${name}`, name];
const ROWS: readonly Row[] = [
  ['event.id', ['data.log_id', 'log_id', '_id']],
  ['source.ip', at('ip'), ip],
  ['user.id', at('user_id'), text],
  ['user.name', at('user_name'), text],
  ['user_agent.original', at('user_agent')],
];

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
    return typeof log['type'] === 'string' && ('log_id' in log || 'log_id' in json) && 'date' in log;
  },
  time: ['data.date', 'date'],
  rows: ROWS,
  own: (key) => `auth0.logs.${key === 'log_id' || key.startsWith('data.') ? key : `data.${key}`}`,
  meaning: meaningOf,
  finish,
});

function codeOf(raw: Fields): string {
  return stringOf(raw, ['data.type', 'type']) ?? '';
}

function meaningOf(raw: Fields): JsonMeaning {
  const code = codeOf(raw);
  const known = AUTH0_TYPES.get(code);
  const category = ['authentication', ...(known?.category ?? [])];
  const type = known?.type ?? ['info'];
  return { category, type, action: known?.action ?? `unknown-${code}`, outcome: outcomeOf(code) };
}

function outcomeOf(code: string): string | undefined {
  const group = AUTH0_TYPES.get(code)?.group;
  if (group === undefined) return undefined;
  return group.endsWith('Success') ? 'success' : group.endsWith('Failure') ? 'failure' : 'unknown';
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  const address = fields['source.ip'];
  if (typeof address === 'string') fields['network.type'] = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const known = AUTH0_TYPES.get(codeOf(raw));
  fields['auth0.logs.data.type'] = known?.words;
  fields['auth0.logs.data.classification'] = known?.group;
  const log = isObject(json['data']) ? json['data'] : json;
  fields['log.level'] =
    isObject(log['details']) && (log['details']['error'] ?? undefined) !== undefined ? 'error' : 'info';
  const { description } = log;
  if (typeof description === 'string' && description !== '') fields['message'] = description;
  for (const name of ['initiatedAt', 'completedAt']) {
    const time = numberOf(raw, at(`details.${name}`));
    if (time !== undefined && time > 0 && time < 8.64e15)
      fields[`auth0.logs.data.login.${name}`] = new Date(time).toISOString();
  }
  fields['auth0.logs.data.login.elapsedTime'] = numberOf(raw, at('details.elapsedTime'));
}
