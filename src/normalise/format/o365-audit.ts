import { isIP } from 'node:net';
import type { FieldValue, Fields } from '../../event/index.js';
import { isObject } from '../json.js';
import type { JsonObject } from '../line.js';
import { address, ip, portBehind, stringOf, text } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';

const PEER = ['ClientIP', 'ClientIPAddress', 'ActorIpAddress'];
const ROWS: readonly Row[] = [
  ['event.id', 'Id'],
  ['event.provider', 'Workload'],
  ['organization.id', 'OrganizationId'],
  ['organization.name', 'OrganizationName', text],
  ['user.id', 'UserId', text],
  ['client.address', PEER, address],
  ['client.ip', PEER, ip],
  ['client.port', PEER, portBehind],
  ['source.address', PEER, address],
  ['source.ip', PEER, ip],
  ['source.port', PEER, portBehind],
  ['file.name', 'SourceFileName', text],
  ['file.extension', 'SourceFileExtension', text],
  ['file.directory', 'SourceRelativeUrl', text],
  ['user_agent.original', ['UserAgent', 'ClientInfoString'], text],
  ['rule.name', 'PolicyDetails.Rules.RuleName', text],
];

/** `AuditLogRecordType` by number: those of log-ins, mail, files and alerts. Source: Management Activity API schema. */
const RECORD_TYPES: Readonly<Record<string, string>> = {
  '1': 'ExchangeAdmin',
  '2': 'ExchangeItem',
  '3': 'ExchangeItemGroup',
  '4': 'SharePoint',
  '6': 'SharePointFileOperation',
  '7': 'OneDrive',
  '8': 'AzureActiveDirectory',
  '9': 'AzureActiveDirectoryAccountLogon',
  '10': 'DataCenterSecurityCmdlet',
  '11': 'ComplianceDLPSharePoint',
  '13': 'ComplianceDLPExchange',
  '14': 'SharePointSharingOperation',
  '15': 'AzureActiveDirectoryStsLogon',
  '18': 'SecurityComplianceCenterEOPCmdlet',
  '20': 'PowerBIAudit',
  '22': 'Yammer',
  '24': 'Discovery',
  '25': 'MicrosoftTeams',
  '28': 'ThreatIntelligence',
  '30': 'MicrosoftFlow',
  '32': 'MicrosoftStream',
  '36': 'SharePointListOperation',
  '40': 'SecurityComplianceAlerts',
  '41': 'ThreatIntelligenceUrl',
  '44': 'WorkplaceAnalytics',
  '47': 'ThreatIntelligenceAtpContent',
  '50': 'ExchangeItemAggregated',
};

const row = (category: readonly string[], ...type: readonly string[]): JsonMeaning => ({ category, type });
const IAM = ['iam'];

/** Operations by name. Source: Microsoft Purview, "Audit log activities". */
const OPERATIONS: ReadonlyMap<string, JsonMeaning> = new Map<string, JsonMeaning>([
  ['UserLoggedIn', row(['authentication'], 'start')],
  ['UserLoginFailed', row(['authentication'], 'start')],
  ['UserLoggedOff', row(['authentication'], 'end')],
  ['MailboxLogin', row(['authentication'], 'start')],
  ['Add user.', row(IAM, 'user', 'creation')],
  ['Delete user.', row(IAM, 'user', 'deletion')],
  ['Update user.', row(IAM, 'user', 'change')],
  ['Disable account.', row(IAM, 'user', 'change')],
  ['Enable account.', row(IAM, 'user', 'change')],
  ['Change user password.', row(IAM, 'user', 'change')],
  ['Reset user password.', row(IAM, 'user', 'change')],
  ['Change user license.', row(IAM, 'user', 'change')],
  ['Set force change user password.', row(IAM, 'user', 'change')],
  ['Add group.', row(IAM, 'group', 'creation')],
  ['Update group.', row(IAM, 'group', 'change')],
  ['Delete group.', row(IAM, 'group', 'deletion')],
  ['Add member to group.', row(IAM, 'group', 'change')],
  ['Remove member from group.', row(IAM, 'group', 'change')],
  ['Add member to role.', row(IAM, 'group', 'change')],
  ['Remove member from role.', row(IAM, 'group', 'change')],
  ['FileAccessed', row(['file'], 'access')],
  ['FileDownloaded', row(['file'], 'access')],
  ['FileDeleted', row(['file'], 'deletion')],
  ['FileModified', row(['file'], 'change')],
  ['FileMoved', row(['file'], 'change')],
  ['FilePreviewed', row(['file'], 'access')],
  ['FileRenamed', row(['file'], 'change')],
  ['FileUploaded', row(['file'], 'creation')],
]);

/**
 * Microsoft 365's unified audit log: told by `Operation`, `RecordType` (or `Workload`) and `CreationTime`. Lists of
 * `{"Name", "Value"}` are kept as such and by name. Source: Office 365 Management Activity API schema; Elastic's o365.audit
 * fields.
 */
export const o365Audit = mapped({
  name: 'o365.audit',
  aliases: ['o365', 'm365', 'm365.audit', 'office365'],
  dataset: 'o365.audit',
  sniff: (json) => 'Operation' in json && 'CreationTime' in json && ('RecordType' in json || 'Workload' in json),
  time: ['CreationTime'],
  rows: ROWS,
  own: (key) => `o365.audit.${key}`,
  meaning: (raw) => {
    const action = stringOf(raw, 'Operation');
    return { ...(OPERATIONS.get(action ?? '') ?? row(['web'], 'info')), action, outcome: outcomeOf(raw, action) };
  },
  finish,
});

function outcomeOf(raw: Fields, action: string | undefined): string {
  const status = stringOf(raw, 'ResultStatus')?.toLowerCase();
  if (action === 'UserLoginFailed') return 'failure';
  return status === undefined || /^(?:success|succeeded|true|partiallysucceeded)$/.test(status) ? 'success' : 'failure';
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  const record = stringOf(raw, 'RecordType') ?? '';
  fields['event.code'] = RECORD_TYPES[record] ?? (record === '' ? undefined : record);
  const user = stringOf(raw, 'UserId');
  const sign = user?.lastIndexOf('@') ?? -1;
  if (user !== undefined && sign > 0) {
    fields['user.name'] = user.slice(0, sign);
    fields['user.domain'] = user.slice(sign + 1);
    fields['user.email'] = user;
  }
  const peer = fields['source.ip'];
  if (typeof peer === 'string') fields['network.type'] = isIP(peer) === 6 ? 'ipv6' : 'ipv4';
  for (const list of ['ExtendedProperties', 'Parameters', 'DeviceProperties']) setNamed(fields, list, json[list]);
  fields['user_agent.original'] ??= fields['o365.audit.ExtendedProperties.UserAgent'];
  setObject(fields, stringOf(raw, 'ObjectId'));
}

/** What an operation is done to: an account, or a file's address. */
function setObject(fields: Fields, object: string | undefined): void {
  const category = stringOf(fields, 'event.category');
  if (category === 'iam') fields['user.target.id'] = object;
  else if (category === 'file') fields['url.original'] = object;
}

/** `[{"Name": "UserAgent", "Value": "x"}]` as fields of their own. */
function setNamed(fields: Fields, name: string, list: FieldValue | undefined): void {
  if (!Array.isArray(list)) return;
  for (const item of (list as readonly FieldValue[]).slice(0, 256)) {
    const key = isObject(item) ? item['Name'] : undefined;
    const value = isObject(item) ? item['Value'] : undefined;
    if (typeof key === 'string' && value !== undefined && value !== '') fields[`o365.audit.${name}.${key}`] ??= value;
  }
}
