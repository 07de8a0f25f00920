import type { FieldValue, Fields } from '../../../../event/index.js';
import { isObject } from '../../../json/json.js';
import type { Layout } from '../../../json/layout.js';
import type { JsonObject } from '../../../line.js';
import { number, says, stringOf } from '../../../raw.js';
import { untoldChannel } from './channel.js';
import { isThere, logOf } from './layout.js';
import { fromWinlog } from './winlogbeat.js';
import { table } from '../../../lookup.js';

/** A Windows event, whoever shipped it. */
export interface WindowsEvent {
  readonly code: string;
  readonly channel: string | undefined;
  /** The channel in lower case; '' where none is told. */
  readonly log: string;
  readonly provider: string | undefined;
  readonly computer: string | undefined;
  readonly record: string | undefined;
  readonly message: string | undefined;
  readonly level: string | undefined;
  readonly keywords: string | undefined;
  /** What the shipper says that the event is. */
  readonly dataset: string | undefined;
  readonly module: string | undefined;
  readonly action: string | undefined;
  readonly outcome: string | undefined;
  /** The number of the account in whose name the event was written. */
  readonly userId: string | undefined;
  readonly time: FieldValue | undefined;
  /** EventData and UserData by their own names, without what is missing; `-` stays, because rules ask for it. */
  readonly data: Fields;
  /** Everything else the shipper told, by its own name. */
  readonly rest: Fields;
  /** The layout of the document it was read from, where that is a usual one. */
  readonly layout: Layout | undefined;
}

/**
 * Reads an event in any of its usual forms from flattened fields: Winlogbeat's (`winlog.*`), the XML as JSON
 * (`Event.System`, `Event.EventData`), or flat (NXLog, Fluent Bit, Splunk-like exports). undefined where no code stands.
 */
export function windowsEvent(raw: Fields, json: JsonObject): WindowsEvent | undefined {
  if (isObject(json['winlog']) || 'winlog.event_id' in json) return fromWinlog(raw);
  return isObject(json['Event']) ? fromXml(raw, json['Event']) : fromFlat(raw);
}

/** Names of the system's part in flat events. */
const SYSTEM = {
  code: ['EventID', 'EventId', 'event_id', 'EventCode', 'Id'],
  channel: ['Channel', 'LogName', 'channel', 'log_name'],
  provider: ['SourceName', 'ProviderName', 'Provider_Name', 'Provider', 'provider_name', 'Source'],
  computer: ['Computer', 'Hostname', 'ComputerName', 'MachineName', 'computer_name', 'host'],
  record: ['EventRecordID', 'RecordNumber', 'RecordId', 'record_id'],
  message: ['Message', 'message'],
  level: ['LevelDisplayName', 'level', 'Level', 'Severity'],
  keywords: ['EventType', 'Keywords', 'KeywordsDisplayNames'],
} as const;
const TIME = ['TimeCreated', 'EventTime', 'SystemTime', 'TimeGenerated', '@timestamp', 'timestamp', 'UtcTime'];
/** Kept, but not the event's own data. */
const OTHER = new Set([
  ...Object.values(SYSTEM).flat(),
  ...TIME.slice(0, -1),
  ...'EventReceivedTime SourceModuleName SourceModuleType SeverityValue ProviderGuid Version Task TaskValue OpcodeValue'.split(
    ' ',
  ),
  ...'Opcode Category ProcessID ThreadID ActivityID RelatedActivityID Qualifiers UserID AccountType tags StringInserts port'.split(
    ' ',
  ),
  ...'ExecutionProcessID ExecutionThreadID @version type_ Execution_ProcessID Execution_ThreadID'.split(' '),
]);

/** The system's other parts by Winlogbeat's names; numbers are told as such. */
const SYSTEM_NAMES = table<string>({
  ProviderGuid: 'winlog.provider_guid',
  'Provider.Guid': 'winlog.provider_guid',
  Opcode: 'winlog.opcode',
  Task: 'winlog.task',
  Category: 'winlog.task',
  Version: 'winlog.version',
  ProcessID: 'winlog.process.pid',
  ExecutionProcessID: 'winlog.process.pid',
  Execution_ProcessID: 'winlog.process.pid',
  'Execution.ProcessID': 'winlog.process.pid',
  ThreadID: 'winlog.process.thread.id',
  ExecutionThreadID: 'winlog.process.thread.id',
  Execution_ThreadID: 'winlog.process.thread.id',
  'Execution.ThreadID': 'winlog.process.thread.id',
  ActivityID: 'winlog.activity_id',
  'Correlation.ActivityID': 'winlog.activity_id',
  RelatedActivityID: 'winlog.related_activity_id',
  'Correlation.RelatedActivityID': 'winlog.related_activity_id',
  UserID: 'winlog.user.identifier',
  'Security.UserID': 'winlog.user.identifier',
});
const NUMBERS = new Set(['winlog.version', 'winlog.process.pid', 'winlog.process.thread.id']);

/** What the head of an event says already. */
const SAID = new Set<string>([
  ...[SYSTEM.code, SYSTEM.channel, SYSTEM.provider, SYSTEM.computer, SYSTEM.record, SYSTEM.message, TIME].flat(),
  'Provider.Name',
  'TimeCreated.SystemTime',
]);

/** Keeps one of the system's parts by its name; attributes of XML-to-JSON converters lose their marks. */
function keepSystem(rest: Fields, key: string, value: FieldValue): void {
  const bare = key.replace(/\.(?:@|#attributes\.)/, '.');
  if (SAID.has(bare)) return;
  const name = SYSTEM_NAMES[bare];
  if (name === undefined) rest[`winlog.system.${key}`] = value;
  else rest[name] ??= NUMBERS.has(name) ? number(value) : value;
}

function fromFlat(raw: Fields): WindowsEvent | undefined {
  const code = stringOf(raw, SYSTEM.code);
  if (code === undefined) return undefined;
  const data: Fields = {};
  const rest: Fields = {};
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    if (!isThere(value)) continue;
    const name = key.replace(/^(?:EventData|event_data|UserData)\./, '');
    if (!OTHER.has(key)) data[name] = value;
    else if (says(value)) keepSystem(rest, key, value);
  }
  return eventOf(raw, code, data, rest);
}

function eventOf(raw: Fields, code: string, data: Fields, rest: Fields): WindowsEvent {
  const provider = stringOf(raw, SYSTEM.provider);
  const channel = stringOf(raw, SYSTEM.channel) ?? untoldChannel(provider, code, data);
  return {
    code,
    channel,
    log: logOf(channel),
    provider,
    computer: stringOf(raw, SYSTEM.computer),
    record: stringOf(raw, SYSTEM.record),
    message: stringOf(raw, SYSTEM.message),
    level: stringOf(raw, SYSTEM.level),
    keywords: stringOf(raw, SYSTEM.keywords),
    dataset: undefined,
    module: undefined,
    action: undefined,
    outcome: undefined,
    userId: stringOf(rest, 'winlog.user.identifier'),
    time: TIME.map((name) => raw[name]).find((value) => says(value)),
    data,
    rest,
    layout: undefined,
  };
}

/** `Event.System.X`, where X may be `{"#text": …}` or `{"@Name": …}`, and `EventData` a map or a list of named Data. */
function fromXml(raw: Fields, event: JsonObject): WindowsEvent | undefined {
  const plain: Fields = {};
  for (const key of Object.keys(raw)) {
    const name = XML.exec(key)?.[1];
    if (name !== undefined) plain[name.replace(/\.(?:#text|text|value)$/, '')] = raw[key];
  }
  plain['Provider'] ??= stringOf(plain, ['Provider.Name', 'Provider.@Name', 'Provider.#attributes.Name']);
  plain['TimeCreated'] ??= stringOf(plain, [
    'TimeCreated.SystemTime',
    'TimeCreated.@SystemTime',
    'TimeCreated.#attributes.SystemTime',
  ]);
  return systemEvent(plain, xmlData(event['EventData'] ?? event['UserData'], raw));
}

/** An event whose system's part stands apart from its data: `Provider`, `EventID`, `TimeCreated` … by their own names. */
export function systemEvent(plain: Fields, data: Fields): WindowsEvent | undefined {
  const code = stringOf(plain, SYSTEM.code);
  if (code === undefined) return undefined;
  const rest: Fields = {};
  for (const key of Object.keys(plain)) {
    const value = plain[key];
    if (says(value)) keepSystem(rest, key, value);
  }
  return eventOf(plain, code, data, rest);
}

const XML = /^Event\.(?:System|RenderingInfo)\.(.+)$/s;
const XML_DATA = /^Event\.(?:EventData|UserData(?:\.[^.]+)?)\.([^.]+)$/s;

function xmlData(data: FieldValue | undefined, raw: Fields): Fields {
  const list: unknown = isObject(data) ? data['Data'] : data;
  if (Array.isArray(list)) return namedData(list);
  const found: Fields = {};
  for (const key of Object.keys(raw)) {
    const name = XML_DATA.exec(key)?.[1];
    const value = raw[key];
    if (name !== undefined && isThere(value)) found[name] = value;
  }
  return found;
}

/** `[{"@Name": "TargetUserName", "#text": "bob"}, …]`, by any converter's names. */
function namedData(list: readonly unknown[]): Fields {
  const found: Fields = {};
  for (const item of list.filter(isObject)) {
    const attributes = isObject(item['#attributes']) ? item['#attributes'] : item;
    const name = attributes['@Name'] ?? attributes['Name'];
    const value = item['#text'] ?? item['text'] ?? item['value'] ?? item['content'];
    if (typeof name === 'string' && name !== '' && name !== '__proto__' && isThere(value)) found[name] = value;
  }
  return found;
}
