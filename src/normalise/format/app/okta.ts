import type { FieldValue, Fields } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { ip, snake, stringOf, text, whole } from '../../raw.js';
import { type JsonMeaning, mapped, names, type Row } from '../mapped.js';
import { oktaMeaning } from './okta-types.js';
import { table } from '../../lookup.js';

const ROWS: readonly Row[] = [
  ['event.id', 'uuid'],
  ['event.reason', 'outcome.reason'],
  ['client.ip', 'client.ipAddress', ip],
  ['client.user.id', 'actor.id'],
  ['client.user.full_name', 'actor.displayName'],
  ['client.user.name', 'actor.alternateId', userName],
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
  ['source.user.name', 'actor.alternateId', userName],
  ['source.domain', 'securityContext.domain'],
  ['user.full_name', 'actor.displayName'],
  ['user.name', 'actor.alternateId', userName],
  ['user.email', 'actor.alternateId', emailOf],
  ['user_agent.original', 'client.userAgent.rawUserAgent', text],
];

const RENAMED = names(
  'published client.geographicalContext.city client.geographicalContext.state client.geographicalContext.country client.geographicalContext.geolocation.lat client.geographicalContext.geolocation.lon',
);
/** Elastic's shorter names of what Okta nests. */
const OWN = table<string>({
  'client.ipAddress': 'client.ip',
  'securityContext.asNumber': 'security_context.as.number',
  'securityContext.asOrg': 'security_context.as.organization.name',
  'debugContext.debugData': 'debug_context.debug_data',
});

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
  renamed: RENAMED,
  meaning: meaningOf,
  finish: (fields, _raw, json) => {
    setTarget(fields, json);
  },
});

function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, 'eventType') ?? '';
  const result = stringOf(raw, 'outcome.result')?.toUpperCase();
  const found = oktaMeaning(action);
  const verdict = result === 'ALLOW' ? ['allowed'] : result === 'DENY' ? ['denied'] : [];
  const type = [...(found.type ?? []), ...verdict];
  return { ...found, type: type.length === 0 ? undefined : type, action, outcome: outcomeOf(result) };
}

function emailOf(value: FieldValue): FieldValue | undefined {
  return typeof value === 'string' && value.includes('@') ? value : undefined;
}

/** A name without what makes it an address. */
function userName(value: FieldValue): FieldValue | undefined {
  const found = text(value);
  return typeof found === 'string' ? (/[a-zA-Z0-9._-]+/.exec(found)?.[0] ?? found) : undefined;
}

function outcomeOf(result: string | undefined): string {
  if (result === 'SUCCESS' || result === 'ALLOW') return 'success';
  return result === 'FAILURE' || result === 'DENY' ? 'failure' : 'unknown';
}

function setTarget(fields: Fields, json: JsonObject): void {
  const list: unknown = json['target'];
  const targets = Array.isArray(list) ? (list as readonly unknown[]).slice(0, 64).filter(isObject) : [];
  const ofType = (wanted: string): JsonObject | undefined =>
    targets.find(({ type }) => typeof type === 'string' && type.toLowerCase() === wanted);
  const said = (value: FieldValue | undefined): FieldValue | undefined => text(value ?? null);
  const user = ofType('user');
  const group = ofType('usergroup');
  if (user !== undefined) {
    fields['user.target.id'] = said(user['id']);
    fields['user.target.name'] = userName(user['alternateId'] ?? null);
    fields['user.target.full_name'] = said(user['displayName']);
    fields['user.target.email'] = said(user['login']);
  }
  if (group !== undefined) {
    fields['user.target.group.id'] = said(group['id']);
    fields['user.target.group.name'] = said(group['displayName']);
  }
  const names = [fields['user.full_name'], fields['user.target.full_name'], fields['user.name']].filter(
    (name) => typeof name === 'string',
  );
  if (names.length > 0) fields['related.user'] = names;
}
