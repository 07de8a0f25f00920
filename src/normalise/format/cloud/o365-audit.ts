import { isIP } from 'node:net';
import type { FieldValue, Fields } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { ip, isoTime, portBehind, stringOf, text, texts } from '../../raw.js';
import { type JsonMeaning, mapped, type Row, setRows } from '../mapped.js';
import { ALERTS, BY_RECORD, OPERATIONS, RECORD_TYPES, SEVERITIES } from './o365-audit-types.js';
import { table } from '../../lookup.js';

const PEER = ['ClientIPAddress', 'ClientIP', 'ActorIpAddress'];
const ROWS: readonly Row[] = [
  ['event.id', 'Id'],
  ['event.provider', 'Workload'],
  ['event.severity', 'Severity', (value) => SEVERITIES[stringOf({ value }, 'value')?.toLowerCase() ?? '']],
  ['organization.id', 'OrganizationId', (value) => (typeof value === 'string' ? value.toLowerCase() : undefined)],
  ['host.id', 'OrganizationId', (value) => (typeof value === 'string' ? value.toLowerCase() : undefined)],
  ['organization.name', 'OrganizationName', text],
  ['user.id', ['UserId', 'LogonUserSid'], text],
  ['file.name', 'SourceFileName', text],
  ['file.extension', 'SourceFileExtension', text],
  ['file.directory', 'SourceRelativeUrl', text],
  ['user_agent.original', ['UserAgent', 'ClientInfoString'], text],
];

/** What data loss prevention tells, of a file or of a message. */
const LOSS: readonly Row[] = [
  ['rule.id', ['PolicyDetails.Rules.RuleId', 'PolicyId'], texts],
  ['rule.name', ['PolicyDetails.Rules.RuleName', 'PolicyName'], texts],
  ['user.id', 'SharePointMetaData.From', text],
  ['file.name', 'SharePointMetaData.FileName', text],
  ['file.owner', 'SharePointMetaData.FileOwner', text],
  ['file.inode', ['SharePointMetaData.UniqueId', 'SharePointMetaData.UniqueID'], text],
  ['file.mtime', 'SharePointMetaData.LastModifiedTime', isoTime],
  ['url.original', 'SharePointMetaData.FilePathUrl', text],
  ['source.user.email', 'ExchangeMetaData.From', text],
];
const DLP = new Set(['ComplianceDLPSharePoint', 'ComplianceDLPExchange']);

/** Fields by record type. */
const OWN_ROWS = table<readonly Row[]>({
  ExchangeItem: [
    ['user.email', 'MailboxOwnerUPN', text],
    ['user.full_name', 'LogonUserDisplayName', text],
    ['process.name', 'ClientProcessName', text],
  ],
  MicrosoftTeams: [['group.name', 'TeamName', text]],
  Yammer: [
    ['user.email', 'ActorUserId', text],
    ['user.id', 'ActorYammerUserId', text],
    ['file.inode', 'FileId', text],
    ['file.name', 'FileName', text],
    ['group.name', 'GroupName', text],
    ['destination.user.email', 'TargetUserId', text],
    ['destination.user.id', 'TargetYammerUserId', text],
  ],
  SecurityComplianceAlerts: [
    ['rule.name', 'Name', text],
    ['rule.id', 'PolicyId', text],
    ['rule.category', 'Category', text],
    ['rule.ruleset', 'EntityType', text],
    ['rule.description', 'AlertEntityId', text],
    ['rule.reference', 'AlertLinks.AlertLinkHref', texts],
  ],
  ComplianceDLPSharePoint: LOSS,
  ComplianceDLPExchange: LOSS,
});

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
  meaning: meaningOf,
  finish,
});

function recordOf(raw: Fields): string | undefined {
  return RECORD_TYPES.get(stringOf(raw, 'RecordType') ?? '');
}

function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, 'Operation');
  const record = recordOf(raw) ?? '';
  const operation = OPERATIONS.get(`${record} ${action ?? ''}`) ?? OPERATIONS.get(action ?? '');
  const parts = [{ category: ['web'], type: ['info'] }, BY_RECORD.get(record), operation, alertOf(record, raw)];
  return {
    kind: BY_RECORD.get(record)?.kind,
    category: parts.flatMap((part) => part?.category ?? []),
    type: parts.flatMap((part) => part?.type ?? []),
    action: operation?.action ?? action,
    outcome: DLP.has(record) ? preventionOf(raw, action) : outcomeOf(raw, action),
  };
}

/** What an alert of the compliance centre is about. */
function alertOf(record: string, raw: Fields): JsonMeaning {
  if (record !== 'SecurityComplianceAlerts') return {};
  const about = stringOf(raw, 'Category');
  return about === undefined ? {} : { category: [ALERTS[about] ?? 'authentication'] };
}

function outcomeOf(raw: Fields, action: string | undefined): string {
  const status = stringOf(raw, 'ResultStatus')?.toLowerCase() ?? '';
  return action === 'UserLoginFailed' || /^(?:fail|failed|failure|false)$/.test(status) ? 'failure' : 'success';
}

function finish(fields: Fields, raw: Fields, json: JsonObject): void {
  const record = recordOf(raw);
  fields['event.code'] = record ?? stringOf(raw, 'RecordType');
  if (record !== undefined) setRecord(fields, record, raw);
  setClient(fields, stringOf(raw, PEER));
  setObject(fields, record, raw);
  setAccount(fields, 'user');
  setAccount(fields, 'user.target');
  setRelated(fields, raw);
  const peer = fields['source.ip'];
  if (typeof peer === 'string') fields['network.type'] = isIP(peer) === 6 ? 'ipv6' : 'ipv4';
  for (const list of ['ExtendedProperties', 'Parameters', 'DeviceProperties']) setNamed(fields, list, json[list]);
  setModified(fields, json['ModifiedProperties']);
  for (const key of CODES) fields[`o365.audit.${key}`] = stringOf(raw, key);
  fields['user_agent.original'] ??= fields['o365.audit.ExtendedProperties.UserAgent'];
  const host = fields['organization.name'] ?? fields['user.domain'];
  if (host !== undefined) fields['host.name'] = host;
}

/** Whoever is told besides the accounts: the members of a team, a file's owner. */
function setRelated(fields: Fields, raw: Fields): void {
  const members = (texts(raw['Members.UPN'] ?? null) ?? []) as readonly string[];
  const owner = fields['file.owner'];
  if (members.length === 0 && owner === undefined) return;
  const names = [...members, fields['user.name'], fields['user.target.name'], owner];
  fields['related.user'] = names.filter((name) => typeof name === 'string');
}

/** What was kept from leaving: allowed is what no rule blocks, what was undone, and what somebody was let through with. */
function preventionOf(raw: Fields, action: string | undefined): string {
  const blocked = texts(raw['PolicyDetails.Rules.Actions'] ?? null) as readonly string[] | undefined;
  if (blocked?.includes('BlockAccess') !== true || action === 'DlpRuleUndo') return 'success';
  const excused = Object.keys(raw).some(
    (key) => (key === 'ExceptionInfo' || key.startsWith('ExceptionInfo.')) && raw[key] !== undefined,
  );
  return action !== 'DlpInfo' && excused ? 'success' : 'failure';
}

function setLoss(fields: Fields, raw: Fields): void {
  const severities = (texts(raw['PolicyDetails.Rules.Severity'] ?? null) ?? []) as readonly string[];
  const codes = severities.map((word) => SEVERITIES[word.toLowerCase()] ?? 0);
  if (codes.length > 0) fields['event.severity'] = Math.max(...codes);
  fields['message'] = stringOf(raw, 'ExchangeMetaData.Subject') ?? fields['message'];
  const to = ['To', 'CC', 'BCC'].flatMap((name) => texts(raw[`ExchangeMetaData.${name}`] ?? null) ?? []) as string[];
  if (to.length > 0) fields['destination.user.email'] = to;
}

const NO_CLIENT = new Set(['null', '<null>']);
const CLIENT = /^\[?(\S{1,255}) \(([^)]{1,64})\)\]?$/;

/** An address with or without a port and brackets, a host's name, or both: `name (address)`. */
function setClient(fields: Fields, client: string | undefined): void {
  if (client === undefined || NO_CLIENT.has(client)) return;
  const both = CLIENT.exec(client.slice(0, 512));
  const told = both?.[2] ?? client;
  const address = ip(told);
  const domain =
    both?.[1] ?? (address === undefined ? /^\[?([^\s:[\]]{1,255})\]?(?::\d{1,5})?$/.exec(told)?.[1] : undefined);
  for (const end of ['client', 'source']) {
    fields[`${end}.ip`] = address;
    fields[`${end}.port`] = portBehind(told);
    fields[`${end}.address`] = address ?? (domain === undefined ? told : undefined);
    fields[`${end}.domain`] = domain;
  }
}

/** What only records of one type tell. */
function setRecord(fields: Fields, record: string, raw: Fields): void {
  setRows(fields, raw, OWN_ROWS[record] ?? []);
  if (record === 'SecurityComplianceAlerts') setAlert(fields, raw);
  if (record === 'ExchangeAdmin' || record === 'ExchangeItem') setServer(fields, stringOf(raw, 'OriginatingServer'));
  if (DLP.has(record)) setLoss(fields, raw);
}

/** An alert of the compliance centre; who sent or received a message is told by the address. */
function setAlert(fields: Fields, raw: Fields): void {
  fields['message'] = stringOf(raw, 'Comments') ?? fields['message'];
  const type = stringOf(raw, 'EntityType');
  if (type === 'Recipients' || type === 'Sender') fields['user.email'] = stringOf(raw, 'AlertEntityId');
}

/** Numbers that are names. */
const CODES = ['AzureActiveDirectoryEventType', 'RecordType', 'UserType', 'Version', 'InternalLogonType', 'LogonType'];

/** An id that is an address is told by its parts as well. */
function setAccount(fields: Fields, prefix: string): void {
  const id = fields[`${prefix}.id`];
  const parts = typeof id === 'string' ? id.split('@', 3) : [];
  if (parts.length !== 2) return;
  fields[`${prefix}.email`] = id;
  fields[`${prefix}.name`] = parts[0];
  fields[`${prefix}.domain`] = parts[1];
}

/** `NAME (15.20.1.2)`, or a name alone. */
function setServer(fields: Fields, server: string | undefined): void {
  if (server === undefined) return;
  const found = /^\[?(\S{1,255}) \(([^)]{1,64})\)/.exec(server.trim().slice(0, 512));
  fields['server.address'] = found?.[2] ?? server.trim();
  fields['server.domain'] = found?.[1];
  fields['server.ip'] = ip(fields['server.address']);
  fields['destination.ip'] = fields['server.ip'];
}

const FILES = new Set(['SharePointFileOperation', 'SharePointSharingOperation']);

/** What an operation is done to: an account, or a file's address. */
function setObject(fields: Fields, record: string | undefined, raw: Fields): void {
  const object = stringOf(raw, 'ObjectId');
  const category = fields['event.category'];
  const has = (word: string): boolean => Array.isArray(category) && category.includes(word);
  if (record === 'AzureActiveDirectory' || has('iam')) fields['user.target.id'] = object;
  else if (FILES.has(record ?? '') || has('file')) fields['url.original'] ??= object;
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

/** `[{"Name": "Role.DisplayName", "OldValue": "", "NewValue": "x"}]`, the names without blanks and dots. */
function setModified(fields: Fields, list: FieldValue | undefined): void {
  if (!Array.isArray(list)) return;
  for (const item of (list as readonly FieldValue[]).slice(0, 256)) {
    if (!isObject(item) || typeof item['Name'] !== 'string') continue;
    const prefix = `o365.audit.ModifiedProperties.${item['Name'].replace(/[ .]/g, '_')}`;
    for (const part of ['OldValue', 'NewValue']) {
      const value = item[part];
      if (value !== undefined && value !== null && value !== '') fields[`${prefix}.${part}`] = value;
    }
  }
}
