import type { FieldValue, Fields } from '../../event/index.js';
import { isObject } from '../json.js';
import type { JsonObject } from '../line.js';
import { ip, snake, stringOf, text, whole } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';

const ROWS: readonly Row[] = [
  ['event.id', 'uuid'],
  ['event.reason', 'outcome.reason'],
  ['client.ip', 'client.ipAddress', ip],
  ['client.user.id', 'actor.id'],
  ['client.user.full_name', 'actor.displayName'],
  ['client.user.name', 'actor.alternateId'],
  ['client.geo.city_name', 'client.geographicalContext.city'],
  ['client.geo.country_name', 'client.geographicalContext.country'],
  ['client.geo.region_name', 'client.geographicalContext.state'],
  ['client.geo.location.lat', 'client.geographicalContext.geolocation.lat'],
  ['client.geo.location.lon', 'client.geographicalContext.geolocation.lon'],
  ['client.as.number', 'securityContext.asNumber', whole],
  ['client.as.organization.name', 'securityContext.asOrg'],
  ['client.domain', 'securityContext.domain'],
  ['source.ip', 'client.ipAddress', ip],
  ['source.user.id', 'actor.id'],
  ['source.user.full_name', 'actor.displayName'],
  ['source.user.name', 'actor.alternateId'],
  ['source.domain', 'securityContext.domain'],
  ['user.full_name', 'actor.displayName'],
  ['user.name', 'actor.alternateId'],
  ['user_agent.original', 'client.userAgent.rawUserAgent', text],
];

/** What an event type's beginning means; the longest that fits counts. Source: Okta, "Event types". */
const TYPES: readonly (readonly [string, JsonMeaning])[] = [
  ['user.session.start', { category: ['authentication', 'session'], type: ['start', 'info'] }],
  ['user.session.end', { category: ['authentication', 'session'], type: ['end', 'info'] }],
  ['user.session.expire', { category: ['session'], type: ['end', 'info'] }],
  ['user.session.clear', { category: ['session'], type: ['end', 'info'] }],
  ['user.session', { category: ['session'], type: ['info'] }],
  ['user.authentication.sso', { category: ['authentication'], type: ['start', 'info'] }],
  ['user.authentication', { category: ['authentication'], type: ['info'] }],
  ['user.mfa.factor', { category: ['iam'], type: ['user', 'change'] }],
  ['user.mfa', { category: ['authentication'], type: ['info'] }],
  ['user.account.lock', { category: ['iam'], type: ['user', 'change'] }],
  ['user.account', { category: ['iam'], type: ['user', 'change'] }],
  ['user.lifecycle.create', { category: ['iam'], type: ['user', 'creation'] }],
  ['user.lifecycle.delete', { category: ['iam'], type: ['user', 'deletion'] }],
  ['user.lifecycle', { category: ['iam'], type: ['user', 'change'] }],
  ['group.lifecycle.create', { category: ['iam'], type: ['group', 'creation'] }],
  ['group.lifecycle.delete', { category: ['iam'], type: ['group', 'deletion'] }],
  ['group.', { category: ['iam'], type: ['group', 'change'] }],
  ['app.user_membership', { category: ['iam'], type: ['user', 'change'] }],
  ['application.user_membership', { category: ['iam'], type: ['user', 'change'] }],
  ['application.lifecycle.create', { category: ['configuration'], type: ['creation'] }],
  ['application.lifecycle.delete', { category: ['configuration'], type: ['deletion'] }],
  ['application.lifecycle', { category: ['configuration'], type: ['change'] }],
  ['app.', { category: ['iam'], type: ['info'] }],
  ['policy.evaluate_sign_on', { category: ['authentication'], type: ['info'] }],
  ['policy.', { category: ['configuration'], type: ['change'] }],
  ['system.api_token', { category: ['iam'], type: ['admin', 'change'] }],
  ['security.', { category: ['intrusion_detection'], type: ['info'] }],
];

/** Elastic's shorter names of what Okta nests. */
const OWN: Readonly<Record<string, string>> = {
  'client.ipAddress': 'client.ip',
  'debugContext.debugData': 'debug_context.debug_data',
};

/**
 * Okta's System Log: told by `eventType` with `actor` and `published`. The actor is the user, the first user among the
 * targets `user.target`. Source: Okta developer reference, System Log API; Elastic's Okta field reference.
 */
export const okta = mapped({
  name: 'okta.system',
  aliases: ['okta'],
  dataset: 'okta.system',
  sniff: (json) =>
    typeof json['eventType'] === 'string' && isObject(json['actor']) && ('published' in json || 'uuid' in json),
  time: ['published'],
  message: 'displayMessage',
  rows: ROWS,
  own: (key) => `okta.${OWN[key] ?? key.split('.').map(snake).join('.')}`,
  meaning: meaningOf,
  finish: (fields, _raw, json) => {
    setTarget(fields, json);
  },
});

function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, 'eventType') ?? '';
  const result = stringOf(raw, 'outcome.result')?.toUpperCase();
  const found = TYPES.find(([prefix]) => action.startsWith(prefix))?.[1] ?? { type: ['info'] };
  const verdict = result === 'ALLOW' ? ['allowed'] : result === 'DENY' ? ['denied'] : [];
  return { ...found, type: [...(found.type ?? []), ...verdict], action, outcome: outcomeOf(result) };
}

function outcomeOf(result: string | undefined): string | undefined {
  if (result === undefined) return undefined;
  if (result === 'SUCCESS' || result === 'ALLOW') return 'success';
  return result === 'FAILURE' || result === 'DENY' ? 'failure' : 'unknown';
}

function setTarget(fields: Fields, json: JsonObject): void {
  const list: unknown = json['target'];
  const targets = Array.isArray(list) ? (list as readonly unknown[]).slice(0, 64).filter(isObject) : [];
  const user = targets.find((target) => target['type'] === 'User' || target['type'] === 'AppUser');
  const group = targets.find((target) => target['type'] === 'UserGroup');
  const name = (value: FieldValue | undefined): FieldValue | undefined => text(value ?? null);
  if (user !== undefined) {
    fields['user.target.id'] = name(user['id']);
    fields['user.target.name'] = name(user['alternateId']);
    fields['user.target.full_name'] = name(user['displayName']);
  }
  if (group !== undefined) {
    fields['user.target.group.id'] = name(group['id']);
    fields['user.target.group.name'] = name(group['displayName']);
  }
}
