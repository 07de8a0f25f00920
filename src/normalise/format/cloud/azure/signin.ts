import type { Fields } from '../../../../event/index.js';
import { isObject } from '../../../json/json.js';
import type { JsonObject } from '../../../line.js';
import { ip, milliseconds, numberOf, portBehind, snake, stringOf, text } from '../../../raw.js';
import { setResource } from './resource.js';
import { mapped, names, type Row } from '../../mapped.js';
import { table } from '../../../lookup.js';

const at = (name: string): readonly string[] => [`properties.${name}`, name];
const PEER = ['callerIpAddress', 'properties.ipAddress', 'ipAddress'];

const ROWS: readonly Row[] = [
  ['event.id', at('id'), text],
  ['event.duration', 'durationMs', milliseconds],
  ['azure.tenant_id', ['tenantId', 'properties.tenantId'], text],
  ['azure.correlation_id', ['correlationId', 'properties.correlationId'], text],
  ['source.address', PEER],
  ['source.ip', PEER, ip],
  ['source.port', PEER, portBehind],
  ['client.ip', PEER, ip],
  ['geo.country_iso_code', ['location', 'properties.location.countryOrRegion', 'location.countryOrRegion'], text],
  ['geo.city_name', at('location.city'), text],
  ['geo.country_name', at('location.state'), text],
  ['user.id', at('userId'), text],
  ['user.full_name', at('userDisplayName'), text],
  ['user_agent.original', at('userAgent'), text],
  ['log.level', ['Level', 'level'], text],
];

/**
 * Microsoft Entra sign-ins, as diagnostic settings stream them (`category: SignInLogs`, with `properties`) or as Graph gives
 * them; non-interactive, service principal and managed identity sign-ins too. `user.name` and `user.domain` are the parts
 * of the principal name. Source: Microsoft, "Sign-in log schema in Azure Monitor"; Elastic's azure.signinlogs fields.
 */
export const azureSignin = mapped({
  name: 'azure.signinlogs',
  aliases: ['azure', 'entra', 'entra_id', 'azure-signin', 'signinlogs'],
  dataset: 'azure.signinlogs',
  sniff: (json) => isSignin(json),
  time: ['time', 'TimeGenerated', 'properties.createdDateTime', 'createdDateTime'],
  rows: ROWS,
  own: (key) => `azure.signinlogs.${ownName(isNested(key) ? key : `properties.${key}`)}`,
  renamed: names(
    'time resourceId callerIpAddress Level level durationMs tenantId correlationId location properties.location.city properties.location.state properties.location.countryOrRegion properties.location.geoCoordinates.latitude properties.location.geoCoordinates.longitude',
  ),
  meaning: (raw) => ({
    category: ['authentication'],
    type: ['info'],
    action: stringOf(raw, 'operationName') ?? 'Sign-in activity',
    outcome: outcomeOf(raw),
  }),
  finish,
});

function isSignin(json: JsonObject): boolean {
  const category = json['category'];
  if (typeof category === 'string' && /signinlogs$/i.test(category)) return true;
  return 'userPrincipalName' in json && 'appDisplayName' in json && 'createdDateTime' in json;
}

/** Names of the envelope of diagnostic settings; Graph's own objects have none, and are all properties. */
const OUTER = new Set(
  'time resourceId operationName operationVersion category tenantId resultType resultSignature resultDescription durationMs callerIpAddress correlationId identity Level level location'.split(
    ' ',
  ),
);

/** Elastic's shorter names. */
const SHORTER = table<string>({
  'properties.createdDateTime': 'properties.created_at',
  'properties.processingTimeInMilliseconds': 'properties.processing_time_ms',
  'properties.riskLevelDuringSignIn': 'properties.risk_level_during_signin',
});

function ownName(key: string): string {
  return SHORTER[key] ?? key.split('.').map(snake).join('.');
}

function isNested(key: string): boolean {
  return key.startsWith('properties.') || OUTER.has(key);
}

function outcomeOf(raw: Fields): string {
  const code = numberOf(raw, ['properties.status.errorCode', 'status.errorCode', 'resultType']);
  return code === undefined || code === 0 ? 'success' : 'failure';
}

/** Why a sign-in ended as it did, in words. */
function setMessage(fields: Fields, raw: Fields): void {
  const reason = stringOf(raw, at('status.failureReason'));
  const details = stringOf(raw, at('status.additionalDetails'));
  const message = reason !== undefined && details !== undefined ? `${reason} (${details})` : (reason ?? details);
  fields['message'] = message ?? stringOf(raw, 'resultDescription') ?? fields['message'];
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  setResource(fields, stringOf(raw, 'resourceId'));
  setMessage(fields, raw);
  const principal = stringOf(raw, ['properties.userPrincipalName', 'userPrincipalName']);
  const sign = principal?.lastIndexOf('@') ?? -1;
  if (principal !== undefined) {
    fields['user.name'] = sign > 0 ? principal.slice(0, sign) : principal;
    if (sign > 0) fields['user.domain'] = principal.slice(sign + 1);
  }
  const place = isObject(json['properties']) ? json['properties']['location'] : json['location'];
  if (!isObject(place) || !isObject(place['geoCoordinates'])) return;
  const { latitude, longitude } = place['geoCoordinates'];
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return;
  fields['geo.location.lat'] = latitude;
  fields['geo.location.lon'] = longitude;
}
