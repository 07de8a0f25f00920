import type { Fields, FieldValue } from '../../../../event/index.js';
import { lacks, WHAT_FIELDS } from '../../../fields.js';
import { layoutNear } from '../../../json/families.js';
import { flatten, isObject, timeOf } from '../../../json/json.js';
import type { Layout } from '../../../json/layout.js';
import { LearnedShape } from '../../../learned-shape.js';
import { compileCopier, type Copier } from '../../../shape.js';
import { Names } from '../../../text/names.js';
import type { JsonFormat, JsonObject, Line } from '../../../line.js';
import { stringOf, text } from '../../../raw.js';
import { setSecurity } from './accounts.js';
import { DATASETS, datasetOf, OWN_FIELDS } from './channel.js';
import { type WindowsEvent, windowsEvent } from './event.js';
import { guardRow, setGuard } from './guards.js';
import { windowsEventOf } from './winlogbeat.js';
import { powershellRow, setPowershell } from './powershell.js';
import { type CodeRow, SECURITY } from './security.js';
import { Stamps } from '../../../time/stamps.js';
import { SYSMON } from './sysmon-codes.js';
import { setSysmon } from './sysmon.js';

const SYSMON_CHANNEL = 'microsoft-windows-sysmon/operational';
const SYSMON_LOGS: ReadonlySet<string> = new Set([SYSMON_CHANNEL, 'linux-sysmon/operational']);
const POWERSHELL_CHANNELS = new Set(['microsoft-windows-powershell/operational', 'windows powershell']);

/**
 * The Windows event log as Winlogbeat, NXLog, Fluent Bit or an XML-to-JSON export writes it: Security and Sysmon by event
 * code, everything else with its data. `winlog.event_data.*` keeps all; `event.dataset` is Elastic's for the channel.
 * Source: Elastic's system, windows and winlog field references; Microsoft's and Sysmon's event descriptions.
 */
export const windows: JsonFormat = {
  reads: 'json',
  name: 'winlog',
  aliases: ['windows', 'winlogbeat', 'eventlog', ...DATASETS],
  dataset: 'system.security',
  sniff,
  parse,
};

function sniff(json: JsonObject): boolean {
  if (isObject(json['winlog']) || 'winlog.event_id' in json) return true;
  if (isObject(json['Event'])) return isObject(json['Event']['System']);
  const hasCode = 'EventID' in json || 'EventId' in json || 'EventCode' in json;
  return hasCode && CONTEXT.some((key) => key in json);
}

const CONTEXT = [
  'Channel',
  'LogName',
  'Computer',
  'ComputerName',
  'SourceName',
  'ProviderName',
  'Provider_Name',
  'SubjectUserName',
  'TargetUserName',
  'Hostname',
  ...OWN_FIELDS,
];

function parse(json: JsonObject, line: Line): Fields | undefined {
  const layout = layoutNear(json);
  const usual = layout === undefined ? undefined : windowsEventOf(layout, json);
  if (layout !== undefined && usual !== undefined) return windowsFields(usual, line, shapeOf(layout));
  const flat = flatten(json);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return undefined;
  }
  const event = windowsEvent(flat.fields, json);
  return event === undefined ? undefined : windowsFields(event, line);
}

/** The shape of the events that documents of a layout become. */
function shapeOf(layout: Layout): LearnedShape {
  const known = layout.plans.get(shapeOf) as LearnedShape | undefined;
  if (known !== undefined) return known;
  const shape = new LearnedShape(HEAD);
  layout.plans.set(shapeOf, shape);
  return shape;
}

/** The fields of a Windows event, whatever it was written as; sets the line's time. `shape`: that of other events like it. */
export function windowsFields(event: WindowsEvent, line: Line, shape?: LearnedShape): Fields {
  const { log } = event;
  const isSysmon = SYSMON_LOGS.has(log);
  line.time = isSysmon ? sysmonTime(event, line) : ownTime(event, line);
  line.shape = shape;
  setHead(event, line);
  const fields = shape === undefined ? HEAD_SHAPE.event(head) : shape.event(head);
  if (log === 'security') setSecurity(fields, event);
  if (isSysmon) setSysmon(fields, event);
  if (POWERSHELL_CHANNELS.has(log)) setPowershell(fields, event);
  setGuard(fields, event);
  keep(fields, event);
  return fields;
}

function ownTime(event: WindowsEvent, line: Line): number {
  return timeOf(text(event.time ?? null), line.clock, line.receiveTime);
}

const UTC = new Stamps();

/** Sysmon's own time has no zone, but is UTC. */
function sysmonTime(event: WindowsEvent, line: Line): number {
  const value = event.data['UtcTime'];
  const known = typeof value === 'string' ? UTC.of(value) : Number.NaN;
  if (!Number.isNaN(known)) return known;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?$/.test(value))
    return ownTime(event, line);
  const time = timeOf(`${value}Z`, line.clock, line.receiveTime);
  UTC.learn(value, time);
  return time;
}

const HEAD = [
  ...WHAT_FIELDS,
  'event.code',
  'event.provider',
  'event.original',
  'message',
  'host.name',
  'log.level',
  'winlog.channel',
  'winlog.event_id',
  'winlog.provider_name',
  'winlog.computer_name',
  'winlog.record_id',
];
const HEAD_SHAPE = new LearnedShape(HEAD);
const head: (FieldValue | undefined)[] = HEAD.map(() => undefined);

/** The modules of data sets. */
const MODULES = new Names((dataset) => dataset.split('.', 1)[0] ?? '');

/** Sets the values of `HEAD`. */
function setHead(event: WindowsEvent, line: Line): void {
  const [category, type, action] = rowOf(event);
  const dataset = event.dataset ?? datasetOf(event.log);
  head[0] = 'event';
  head[1] = event.module ?? MODULES.of(dataset);
  head[2] = dataset;
  head[3] = category;
  head[4] = type;
  head[5] = action ?? event.action;
  head[6] = outcomeOf(event);
  head[7] = event.code;
  head[8] = event.provider;
  head[9] = line.original;
  head[10] = event.message ?? line.original;
  head[11] = line.hostOf(event.computer);
  head[12] = levelOf(event.level);
  head[13] = event.channel;
  head[14] = event.code;
  head[15] = event.provider;
  head[16] = event.computer;
  head[17] = event.record;
}

const NO_ROW = [undefined, undefined, undefined] as const;

function rowOf(event: WindowsEvent): CodeRow | typeof NO_ROW {
  const { log, code } = event;
  if (log === 'security') return SECURITY.get(code) ?? NO_ROW;
  if (SYSMON_LOGS.has(log)) return SYSMON.get(code) ?? NO_ROW;
  if (POWERSHELL_CHANNELS.has(log)) return powershellRow(code);
  if (log === 'system' && code === '7045') return [['configuration'], ['change', 'creation'], 'service-installed'];
  if (log === 'system' && code === '104') return SECURITY.get('1102') ?? NO_ROW;
  return guardRow(event) ?? NO_ROW;
}

/** Audit success and failure stand in the keywords: by name, as a mask, or as that mask read as a signed number. */
const AUDITS = new Names((keywords) => {
  if (/audit.?success|^0x80[0-9a-f]*2[0-9a-f]{13}|^-921436483760003/i.test(keywords)) return 'success';
  return /audit.?failure|^0x80[0-9a-f]*1[0-9a-f]{13}|^-921886843722740/i.test(keywords) ? 'failure' : '';
});

function outcomeOf({ keywords, code, log, data, outcome }: WindowsEvent): string | undefined {
  const audit = keywords === undefined ? '' : AUDITS.of(keywords);
  if (audit !== '') return audit;
  if (outcome !== undefined || log !== 'security') return outcome;
  if (code === '4625' || code === '4771') return 'failure';
  const status = stringOf(data, 'Status');
  if (status !== undefined && TICKETS.has(code)) return /^0x0+$|^0$/.test(status) ? 'success' : 'failure';
  return SECURITY.has(code) ? 'success' : undefined;
}

const TICKETS = new Set(['4768', '4769', '4776']);
const LEVELS: Readonly<Record<string, string>> = {
  '0': 'information',
  '1': 'critical',
  '2': 'error',
  '3': 'warning',
  '4': 'information',
  '5': 'verbose',
  info: 'information',
};

function levelOf(level: string | undefined): string | undefined {
  if (level === undefined) return undefined;
  const lower = level.toLowerCase();
  return Object.hasOwn(LEVELS, lower) ? LEVELS[lower] : lower;
}

/** Winlogbeat's names of the event's data. */
const DATA_FIELDS = new Names((key) => `winlog.event_data.${key}`);

/** Elastic's pipeline leaves out what Sysmon does not know. */
function unknownTo(event: WindowsEvent): string | undefined {
  return SYSMON_LOGS.has(event.log) ? '-' : undefined;
}

/** All that was told and is not yet an ECS field: the event's data, then the shipper's own words. */
function keep(fields: Fields, event: WindowsEvent): void {
  const { data, rest, layout } = event;
  const keeper = layout === undefined ? undefined : keeperOf(layout, event);
  if (keeper === undefined) return keepSlowly(fields, event);
  keeper.data(fields, data, unknownTo(event));
  keeper.rest(fields, rest, undefined);
}

function keepSlowly(fields: Fields, event: WindowsEvent): void {
  const { data, rest } = event;
  const unknown = unknownTo(event);
  for (const key in data) {
    const value = data[key];
    if (value === undefined || value === unknown) continue;
    // Winlogbeat writes every value as a text; rules are written for that.
    fields[DATA_FIELDS.of(key)] ??= typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  }
  for (const key in rest) {
    const value = rest[key];
    if (value !== undefined && lacks(fields, key) && isKept(key)) fields[key] = value;
  }
}

function isKept(key: string): boolean {
  return key !== '@timestamp' && !key.startsWith('@metadata');
}

/** What `keepSlowly` does with the events of one layout, whose data and other words have the same names each time. */
interface Keeper {
  readonly data: Copier;
  readonly rest: Copier;
}

function keeperOf(layout: Layout, { data, rest }: WindowsEvent): Keeper | undefined {
  const known = layout.plans.get(keeperOf) as { readonly keeper: Keeper | undefined } | undefined;
  if (known !== undefined) return known.keeper;
  const ofData = compileCopier(
    Object.keys(data).map((key) => [DATA_FIELDS.of(key), key]),
    true,
  );
  const others = layout.paths.filter((path) => path in rest && isKept(path));
  const ofRest = compileCopier(
    others.map((key) => [key, key]),
    false,
  );
  const keeper = ofData === undefined || ofRest === undefined ? undefined : { data: ofData, rest: ofRest };
  layout.plans.set(keeperOf, { keeper });
  return keeper;
}
