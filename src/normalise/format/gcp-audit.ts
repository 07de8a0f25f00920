import type { Fields } from '../../event/index.js';
import { isObject } from '../json.js';
import { ip, numberOf, snake, stringOf, text } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';

const IN = 'protoPayload.';
const ROWS: readonly Row[] = [
  ['event.id', 'insertId'],
  ['log.level', 'severity'],
  ['log.logger', 'logName'],
  ['service.name', `${IN}serviceName`],
  ['cloud.project.id', ['resource.labels.project_id'], text],
  ['cloud.availability_zone', 'resource.labels.zone', text],
  ['cloud.region', 'resource.labels.region', text],
  ['cloud.instance.id', 'resource.labels.instance_id', text],
  ['client.user.id', `${IN}authenticationInfo.principalSubject`, text],
  ['client.user.email', `${IN}authenticationInfo.principalEmail`, text],
  ['user.email', `${IN}authenticationInfo.principalEmail`, text],
  ['source.ip', `${IN}requestMetadata.callerIp`, ip],
  ['user_agent.original', `${IN}requestMetadata.callerSuppliedUserAgent`, text],
];

/** Elastic's shorter names. */
const OWN: readonly (readonly [string, string])[] = [
  ['protoPayload.@type', 'type'],
  ['protoPayload.', ''],
];

/**
 * Google Cloud audit logs: a LogEntry whose `protoPayload` is an AuditLog (`methodName`, `serviceName`,
 * `authenticationInfo`, `requestMetadata`). Source: Google Cloud, "Understanding audit logs"; Elastic's gcp.audit fields.
 */
export const gcpAudit = mapped({
  name: 'gcp.audit',
  aliases: ['gcp', 'gcp-audit', 'google_cloud_audit'],
  dataset: 'gcp.audit',
  sniff: (json) => isObject(json['protoPayload']) && 'methodName' in json['protoPayload'],
  time: ['timestamp', 'receiveTimestamp'],
  message: [`${IN}status.message`],
  rows: ROWS,
  own: (key) => `gcp.audit.${ownName(key)}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    fields['cloud.provider'] = 'gcp';
    const project = /^projects\/([^/]{1,128})\//.exec(stringOf(raw, 'logName') ?? '')?.[1];
    fields['cloud.project.id'] ??= project;
    fields['user.name'] = stringOf(raw, `${IN}authenticationInfo.principalEmail`);
  },
});

function ownName(key: string): string {
  const found = OWN.find(([from]) => key === from || (from.endsWith('.') && key.startsWith(from)));
  return (found === undefined ? key : found[1] + key.slice(found[0].length)).split('.').map(snake).join('.');
}

/** An access that was granted or refused; a status that is not 0 is a failure (google.rpc.Code). */
function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, `${IN}methodName`);
  const granted = raw[`${IN}authorizationInfo.granted`];
  const refused = Array.isArray(granted) && granted.includes(false);
  const code = numberOf(raw, `${IN}status.code`);
  const failed = refused || (code !== undefined && code !== 0);
  return {
    category: ['network', 'configuration'],
    type: granted === undefined ? ['access'] : ['access', refused ? 'denied' : 'allowed'],
    action,
    outcome: failed ? 'failure' : 'success',
  };
}
