import type { Fields } from '../../../../event/index.js';
import { isObject } from '../../../json/json.js';
import { type Layout, LAYOUTS } from '../../../json/layout.js';
import type { JsonObject } from '../../../line.js';
import { text } from '../../../raw.js';
import { compileShape, type Make } from '../../../shape.js';
import { type Row, setRows } from '../../mapped.js';
import type { WindowsEvent } from './event.js';
import { isThere, logOf, nameOf, setterOf } from './layout.js';

/** How the values of a layout part: the event's data, and everything else. */
interface Parts {
  readonly data: Make;
  readonly rest: Make;
}

const USER_DATA = 'winlog.user_data.';

/** As `windowsEvent`, for Winlogbeat's documents of a usual layout, whose values stand in `LAYOUTS`; undefined for others. */
export function windowsEventOf(layout: Layout, json: JsonObject): WindowsEvent | undefined {
  if (!isObject(json['winlog'])) return undefined;
  const known = layout.plans.get(windowsEventOf) as { readonly parts: Parts | undefined } | undefined;
  const parts = known === undefined ? partsOf(layout) : known.parts;
  if (parts === undefined) return undefined;
  const { values } = LAYOUTS;
  return winlogEvent(parts.rest(values), parts.data(values), layout);
}

function partsOf(layout: Layout): Parts | undefined {
  const data = partOf(layout, nameOf, true);
  const rest = partOf(layout, (path) => (nameOf(path) === '' || path.startsWith(USER_DATA) ? path : ''), false);
  const parts = data === undefined || rest === undefined ? undefined : { data, rest };
  layout.plans.set(windowsEventOf, { parts });
  return parts;
}

/** Those values of a layout that have a name. */
function partOf({ paths }: Layout, name: (path: string) => string, isBlankless: boolean): Make | undefined {
  const from = [...paths.keys()].filter((index) => name(paths[index] ?? '') !== '');
  return compileShape(
    from.map((index) => name(paths[index] ?? '')),
    from,
    isBlankless,
  );
}

/** As `windowsEvent`, for Winlogbeat's documents, from flattened fields. */
export function fromWinlog(raw: Fields): WindowsEvent | undefined {
  const data: Fields = {};
  const rest: Fields = {};
  for (const key of Object.keys(raw)) {
    const name = nameOf(key);
    if (name === '' || key.startsWith(USER_DATA)) rest[key] = raw[key];
    if (name === '') continue;
    if (isThere(raw[key])) data[name] = raw[key];
  }
  return winlogEvent(rest, data, undefined, raw);
}

const SYSTEM_ROWS: readonly Row[] = [
  ['code', ['event.code', 'winlog.event_id'], text],
  ['channel', 'winlog.channel', text],
  ['provider', ['event.provider', 'winlog.provider_name'], text],
  ['computer', ['host.name', 'winlog.computer_name'], text],
  ['record', 'winlog.record_id', text],
  ['message', 'message', text],
  ['level', ['log.level', 'winlog.level'], text],
  ['keywords', 'winlog.keywords', text],
  ['dataset', ['event.dataset', 'data_stream.dataset'], text],
  ['module', 'event.module', text],
  ['action', 'event.action', text],
  ['outcome', ['event.outcome', 'winlog.outcome'], text],
  ['userId', 'winlog.user.identifier', text],
];

type System = Record<
  | ('code' | 'channel' | 'provider' | 'computer' | 'record' | 'message' | 'level' | 'keywords')
  | ('dataset' | 'module' | 'action' | 'outcome' | 'userId'),
  string | undefined
>;

function noSystem(): System {
  return {
    code: undefined,
    channel: undefined,
    provider: undefined,
    computer: undefined,
    record: undefined,
    message: undefined,
    level: undefined,
    keywords: undefined,
    dataset: undefined,
    module: undefined,
    action: undefined,
    outcome: undefined,
    userId: undefined,
  };
}

/** The event whose system's part stands in `rest`; in `raw`, where that is all of a document without a usual layout. */
function winlogEvent(rest: Fields, data: Fields, layout?: Layout, raw: Fields = rest): WindowsEvent | undefined {
  const system = noSystem();
  if (layout === undefined) setRows(system, raw, SYSTEM_ROWS);
  else setterOf(layout, SYSTEM_ROWS, samePath)(system, rest);
  const { code, channel } = system;
  if (code === undefined) return undefined;
  const log = logOf(channel);
  const time = raw['@timestamp'] ?? raw['winlog.time_created'];
  const { provider, computer, record, message, level, keywords, dataset, module, action, outcome, userId } = system;
  return {
    code,
    channel,
    log,
    provider,
    computer,
    record,
    message,
    level,
    keywords,
    dataset,
    module,
    action,
    outcome,
    userId,
    time,
    data,
    rest,
    layout,
  };
}

function samePath(path: string): string {
  return path;
}
