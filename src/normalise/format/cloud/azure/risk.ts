import type { Fields } from '../../../../event/index.js';
import type { JsonObject } from '../../../line.js';
import { ip, isoTime, milliseconds, snake, stringOf, text } from '../../../raw.js';
import { setPrincipal } from './principal.js';
import { setResource } from './resource.js';
import { mapped, type Row } from '../../mapped.js';

const at = (name: string): readonly string[] => [`properties.${name}`, name];
const PEER = ['callerIpAddress', 'properties.ipAddress', 'ipAddress'];
const OWN = 'azure.identityprotection.properties.';

const ROWS: readonly Row[] = [
  ['event.id', at('id'), text],
  ['event.duration', 'durationMs', milliseconds],
  ['azure.tenant_id', 'tenantId', text],
  ['azure.correlation_id', ['correlationId', 'properties.correlationId'], text],
  ['source.address', PEER, text],
  ['source.ip', PEER, ip],
  ['user.id', at('userId'), text],
  ['user.full_name', at('userDisplayName'), text],
  ['rule.name', at('riskEventType'), text],
  [`${OWN}last_updated_datetime`, at('lastUpdatedDateTime'), isoTime],
  [`${OWN}risk_last_updated_datetime`, at('riskLastUpdatedDateTime'), isoTime],
  [`${OWN}activity_datetime`, at('activityDateTime'), isoTime],
  [`${OWN}detected_datetime`, at('detectedDateTime'), isoTime],
];

/** What Elastic leaves out: undocumented, or said elsewhere. */
const LEFT_OUT = new Set(
  'time identity Level level location tenantId correlationId durationMs resourceId callerIpAddress properties.resourceTenantId properties.homeTenantId properties.crossTenantAccessType properties.lastUpdatedDateTime properties.riskLastUpdatedDateTime properties.activityDateTime properties.detectedDateTime'.split(
    ' ',
  ),
);
/** Names of the envelope of diagnostic settings; Graph's own objects have none, and are all properties. */
const OUTER = new Set(
  'operationName operationVersion category resultType resultSignature resultDescription'.split(' '),
);

/**
 * What Microsoft Entra ID Protection found about accounts and sign-ins, as diagnostic settings stream it (`category:
 * UserRiskEvents` or `RiskyUsers`, with `properties`) or as Graph gives it (`riskEventType`, `riskState`, …). `user.name` and
 * `user.domain` are the parts of the principal name. Source: Microsoft Graph, "riskDetection resource type" and
 * "riskyUser resource type"; Elastic's azure.identity_protection fields.
 */
export const azureRisk = mapped({
  name: 'azure.identity_protection',
  aliases: ['azure-risk', 'entra-risk', 'riskdetection'],
  dataset: 'azure.identity_protection',
  sniff: isRisk,
  time: ['time', 'properties.activityDateTime', 'activityDateTime', 'detectedDateTime', 'riskLastUpdatedDateTime'],
  rows: ROWS,
  own: (key) => (LEFT_OUT.has(key) || LEFT_OUT.has(`properties.${key}`) ? undefined : ownName(key)),
  meaning: (raw) => ({ action: stringOf(raw, 'operationName') ?? stringOf(raw, at('activity')) }),
  finish: (fields: Fields, raw: Fields) => {
    setResource(fields, stringOf(raw, 'resourceId'));
    setPrincipal(fields, stringOf(raw, at('userPrincipalName')));
  },
});

function isRisk(json: JsonObject): boolean {
  const category = json['category'];
  if (category === 'UserRiskEvents' || category === 'RiskyUsers') return true;
  return 'riskState' in json && 'riskLevel' in json && 'userPrincipalName' in json && !('appDisplayName' in json);
}

function ownName(key: string): string {
  if (OUTER.has(key)) return `azure.identityprotection.${snake(key)}`;
  return `${OWN}${key
    .replace(/^properties\./, '')
    .split('.')
    .map(snake)
    .join('.')}`;
}
