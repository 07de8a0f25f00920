import type { Fields, FieldValue } from '../../../../event/index.js';
import { isObject } from '../../../json/json.js';
import type { JsonObject } from '../../../line.js';
import { ip, milliseconds, snake, stringOf, text } from '../../../raw.js';
import { setPrincipal } from './principal.js';
import { setResource } from './resource.js';
import { type JsonMeaning, mapped, type Row } from '../../mapped.js';
import { table } from '../../../lookup.js';

const COMMON: readonly Row[] = [
  ['event.duration', 'durationMs', milliseconds],
  ['azure.correlation_id', 'correlationId', text],
];
const INITIATOR = 'properties.initiatedBy.user.';
const PEER = ['callerIpAddress', `${INITIATOR}ipAddress`];
const AUDIT: readonly Row[] = [
  ...COMMON,
  ['event.id', 'properties.id', text],
  ['event.reason', 'properties.resultReason', text],
  ['azure.tenant_id', 'tenantId', text],
  ['source.ip', PEER, ip],
  ['client.ip', PEER, ip],
  ['source.address', 'callerIpAddress', notIp],
  ['user.id', `${INITIATOR}id`, text],
  ['user.full_name', `${INITIATOR}displayName`, text],
  ['log.level', ['Level', 'level'], text],
];
const CLAIMS = 'identity.claims.';
const SCHEMA = `${CLAIMS}http://schemas.xmlsoap.org/ws/2005/05/identity/claims/`;
const ACTIVITY: readonly Row[] = [
  ...COMMON,
  ['azure.activitylogs.tenant_id', 'tenantId', text],
  ['source.ip', 'callerIpAddress', ip],
  ['source.address', 'callerIpAddress', notIp],
  ['client.ip', 'callerIpAddress', ip],
  ['geo.name', 'location', text],
  ['user.full_name', `${CLAIMS}name`, text],
  ['azure.activitylogs.identity.claims_initiated_by_user.fullname', `${CLAIMS}name`, text],
  ['azure.activitylogs.identity.claims_initiated_by_user.name', `${SCHEMA}name`, text],
  ['azure.activitylogs.identity.claims_initiated_by_user.surname', `${SCHEMA}surname`, text],
  ['azure.activitylogs.identity.claims_initiated_by_user.givenname', `${SCHEMA}givenname`, text],
];

/** A caller that is named and has no address. */
function notIp(value: FieldValue): FieldValue | undefined {
  return ip(value) === undefined ? text(value) : undefined;
}

const own = (key: string): string => key.split('.').map(snake).join('.');
const VERBS = table<string>({
  add: 'creation',
  create: 'creation',
  assign: 'change',
  update: 'change',
  delete: 'deletion',
});

/**
 * Entra's audit log as diagnostic settings stream it (`category: AuditLogs`): what was done to accounts, groups, roles and
 * applications. Source: Microsoft, "Audit log schema"; Elastic's azure.auditlogs fields.
 */
export const azureAudit = mapped({
  name: 'azure.auditlogs',
  aliases: ['azure-audit', 'entra-audit'],
  dataset: 'azure.auditlogs',
  sniff: (json) => json['category'] === 'AuditLogs' && 'operationName' in json,
  time: ['time', 'properties.activityDateTime'],
  rows: AUDIT,
  own: (key) => `azure.auditlogs.${own(key)}`,
  meaning: auditMeaning,
  finish: (fields, raw, json) => {
    setResource(fields, stringOf(raw, 'resourceId'));
    setPrincipal(fields, stringOf(raw, `${INITIATOR}userPrincipalName`));
    setTarget(fields, json);
  },
});

function auditMeaning(raw: Fields): JsonMeaning {
  const verb = (stringOf(raw, 'properties.operationType') ?? '').toLowerCase();
  const about = /^(user|group)/i.exec(stringOf(raw, 'properties.category') ?? '')?.[1]?.toLowerCase() ?? 'admin';
  const result = stringOf(raw, ['properties.result', 'resultType'])?.toLowerCase();
  return {
    category: ['iam'],
    type: [about, VERBS[verb] ?? 'info'],
    action: stringOf(raw, 'operationName'),
    outcome: result === 'success' || result === 'failure' ? result : undefined,
  };
}

function setTarget(fields: Fields, json: JsonObject): void {
  const properties = json['properties'];
  const list: unknown = isObject(properties) ? properties['targetResources'] : undefined;
  const targets = Array.isArray(list) ? (list as readonly unknown[]).slice(0, 64).filter(isObject) : [];
  const user = targets.find((target) => target['type'] === 'User');
  const group = targets.find((target) => target['type'] === 'Group');
  if (user !== undefined) {
    fields['user.target.id'] = text(user['id'] ?? null);
    fields['user.target.name'] = text(user['userPrincipalName'] ?? null);
  }
  if (group !== undefined) {
    fields['group.id'] = text(group['id'] ?? null);
    fields['group.name'] = text(group['displayName'] ?? null);
  }
}

const CATEGORIES = table<string>({
  write: 'change',
  action: 'change',
  read: 'access',
  delete: 'deletion',
});
const LEVELS = table<string>({
  '1': 'Critical',
  '2': 'Error',
  '3': 'Warning',
  '4': 'Informational',
  '5': 'Verbose',
});
const ACTIVITIES = new Set(
  'write read delete action administrative security servicehealth resourcehealth alert autoscale recommendation policy'.split(
    ' ',
  ),
);

/** The type of the result, or the properties' result, which may also be unknown. */
function resultOf(raw: Fields): string | undefined {
  const type = stringOf(raw, 'resultType')?.toLowerCase();
  if (type === 'success' || type === 'failure') return type;
  const result = stringOf(raw, 'properties.result')?.toLowerCase();
  return result === 'success' || result === 'failure' || result === 'unknown' ? result : undefined;
}

/**
 * Azure's activity log: what was asked of the resource manager, by whom and from where. Source: Microsoft, "Azure activity
 * log event schema"; Elastic's azure.activitylogs fields.
 */
export const azureActivity = mapped({
  name: 'azure.activitylogs',
  aliases: ['azure-activity', 'activitylogs'],
  dataset: 'azure.activitylogs',
  sniff: (json) =>
    typeof json['resourceId'] === 'string' &&
    'operationName' in json &&
    typeof json['category'] === 'string' &&
    ACTIVITIES.has(json['category'].toLowerCase()),
  time: ['time'],
  message: 'properties.statusMessage',
  rows: ACTIVITY,
  own: (key) => `azure.activitylogs.${own(key)}`,
  meaning: (raw) => {
    const type = CATEGORIES[(stringOf(raw, 'category') ?? '').toLowerCase()];
    return {
      type: type === undefined ? undefined : [type],
      action: stringOf(raw, 'operationName'),
      outcome: resultOf(raw),
    };
  },
  finish: (fields, raw) => {
    setResource(fields, stringOf(raw, 'resourceId'));
    setPrincipal(fields, stringOf(raw, [`${SCHEMA}name`, `${CLAIMS}upn`]));
    const level = stringOf(raw, ['Level', 'level']);
    fields['log.level'] = level === undefined ? undefined : (LEVELS[level] ?? level);
    const policies = stringOf(raw, 'properties.policies') === undefined ? 'Administrative' : 'Policy';
    fields['azure.activitylogs.event_category'] = stringOf(raw, 'properties.eventCategory') ?? policies;
  },
});
