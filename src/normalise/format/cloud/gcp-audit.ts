import type { FieldValue, Fields } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import { ip, numberOf, snake, stringOf, text } from '../../raw.js';
import { type JsonMeaning, mapped, names, type Row } from '../mapped.js';

const IN = 'protoPayload.';
const ROWS: readonly Row[] = [
  ['event.id', 'insertId'],
  ['log.level', 'severity'],
  ['log.logger', 'logName'],
  ['service.name', `${IN}serviceName`],
  ['cloud.project.id', ['resource.labels.project_id'], text],
  ['cloud.availability_zone', ['resource.labels.zone', 'resource.labels.location'], zone],
  ['cloud.region', ['resource.labels.region', 'resource.labels.location'], region],
  ['cloud.instance.id', 'resource.labels.instance_id', text],
  ['client.user.id', `${IN}authenticationInfo.principalSubject`, text],
  ['client.user.email', `${IN}authenticationInfo.principalEmail`, text],
  ['user.id', `${IN}authenticationInfo.principalSubject`, text],
  ['user.email', `${IN}authenticationInfo.principalEmail`, text],
  ['source.ip', `${IN}requestMetadata.callerIp`, ip],
  ['user_agent.original', `${IN}requestMetadata.callerSuppliedUserAgent`, text],
];

/** A location may be a zone (`europe-west1-b`), a region (`europe-west1`), or more than one of either (`eu`, `global`). */
function zone(value: FieldValue): FieldValue | undefined {
  return typeof value === 'string' && /^[a-z]+-[a-z]+\d+-[a-z]$/.test(value) ? value : undefined;
}

function region(value: FieldValue): FieldValue | undefined {
  return typeof value === 'string' && /^[a-z]+-[a-z]+\d+$/.test(value) ? value : undefined;
}

const AUDIT_LOG = 'type.googleapis.com/google.cloud.audit.AuditLog';
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
  sniff: (json) =>
    isObject(json['protoPayload']) &&
    ('methodName' in json['protoPayload'] || json['protoPayload']['@type'] === AUDIT_LOG),
  time: ['timestamp', 'receiveTimestamp'],
  message: [`${IN}status.message`],
  rows: ROWS,
  own: (key) => `gcp.audit.${ownName(key)}`,
  renamed: names('insertId severity logName timestamp receiveTimestamp'),
  meaning: meaningOf,
  finish: (fields, raw) => {
    fields['cloud.provider'] = 'gcp';
    const project = /^projects\/([^/]{1,128})\//.exec(stringOf(raw, 'logName') ?? '')?.[1];
    fields['cloud.project.id'] ??= project;
    fields['user.name'] = stringOf(raw, `${IN}authenticationInfo.principalEmail`);
    fields['event.provider'] = /%2F([^%]{1,64})$/i.exec(stringOf(raw, 'logName') ?? '')?.[1];
    setCluster(fields, raw);
  },
});

function ownName(key: string): string {
  const found = OWN.find(([from]) => key === from || (from.endsWith('.') && key.startsWith(from)));
  return (found === undefined ? key : found[1] + key.slice(found[0].length)).split('.').map(snake).join('.');
}

/**
 * One permission that was granted or refused is an access; the first and last record of a long operation begin and end a session.
 * A status that is not 0 is a failure (google.rpc.Code).
 */
function meaningOf(raw: Fields): JsonMeaning {
  const granted = raw[`${IN}authorizationInfo.granted`];
  const asked = raw[`${IN}authorizationInfo`];
  const isOne = Array.isArray(asked) && asked.length === 1;
  const isGranted = Array.isArray(granted) && granted.includes(true);
  const isJudged = isGranted || (Array.isArray(granted) && granted.includes(false));
  const verdict = !isJudged ? [] : ['access', isGranted ? 'allowed' : 'denied'];
  const session = sessionOf(raw);
  const category = [...(session === undefined ? [] : ['session']), ...(isOne ? ['network', 'configuration'] : [])];
  const type = [...(session === undefined || session === '' ? [] : [session]), ...(isOne ? verdict : [])];
  return {
    category: category.length === 0 ? undefined : category,
    type: type.length === 0 ? undefined : type,
    action: stringOf(raw, `${IN}methodName`),
    outcome: outcomeOf(numberOf(raw, `${IN}status.code`), isOne && isJudged, isGranted),
  };
}

function outcomeOf(code: number | undefined, isJudged: boolean, isGranted: boolean): string {
  if (code !== undefined) return code === 0 ? 'success' : 'failure';
  return isJudged ? (isGranted ? 'success' : 'failure') : 'unknown';
}

/** What a record is to its long operation: its start, its end, between (`''`), or (undefined) all of it, or of none. */
function sessionOf(raw: Fields): string | undefined {
  const isFirst = raw['operation.first'] === true;
  const isLast = raw['operation.last'] === true;
  if (!Object.keys(raw).some((key) => key.startsWith('operation.') && raw[key] !== undefined) || (isFirst && isLast))
    return undefined;
  return isFirst ? 'start' : isLast ? 'end' : '';
}

const RESOURCE = [
  /(?:^|\/)(?<api_version>v\d+(?:[a-z]+\d*)?)\/namespaces\/(?<namespace>[^/]+)\/(?<type>[a-z.0-9]+)(?:\/(?<name>[^/]+))?/,
  /(?:^|\/)(?<api_version>v\d+(?:[a-z]+\d*)?)\/(?<type>[a-z.0-9]+)/,
  /apis\/(?<type>[a-z]+(?:\.[a-z0-9]+)*)\/(?<api_version>v\d+(?:[a-z]+\d*)?)/,
  /api\/(?<api_version>v\d+(?:[a-z]+\d*)?)/,
  /(?<type>[a-z]+(?:\.[a-z0-9]+)*)/,
];

/** The cluster, and which of its resources is meant. */
function setCluster(fields: Fields, raw: Fields): void {
  const type = stringOf(raw, 'resource.type');
  if (type !== 'k8s_cluster' && type !== 'gke_cluster') return;
  fields['orchestrator.type'] = 'kubernetes';
  fields['orchestrator.cluster.name'] = stringOf(raw, 'resource.labels.cluster_name');
  const name = type === 'k8s_cluster' ? (stringOf(raw, `${IN}resourceName`) ?? '').slice(0, 512) : '';
  const found = RESOURCE.map((pattern) => pattern.exec(name)).find((match) => match !== null)?.groups;
  if (found === undefined) return;
  fields['orchestrator.api_version'] = found['api_version'];
  fields['orchestrator.namespace'] = found['namespace'];
  fields['orchestrator.resource.type'] = found['type'];
  fields['orchestrator.resource.name'] = found['name'];
}
