import type { Fields, FieldValue } from '../../event/index.js';
import type { What } from '../capture.js';
import { FACILITIES, SEVERITIES } from '../head/priority.js';
import type { Line } from '../line.js';
import { isPlainName } from '../shape.js';
import { programFields } from './base.js';

/** The data set that an event belongs to: the container's, or the one of log-ins. */
export type DatasetOf = 'dataset' | 'authDataset';

/** Makes the event of a message: of its line's head, its text, and the values of its kind's own fields in their order. */
export type MakeEvent = (line: Line, message: string, ...values: readonly (FieldValue | undefined)[]) => Fields;

/** A field and where its value stands: `l`, the line; `m`, the message; `k`, what kind of event it is; `a0`, the first value … */
type Property = readonly [field: string, code: string];

const DATASET = 'event.dataset';
const HEAD: readonly Property[] = [
  ['event.kind', '"event"'],
  ['event.module', 'l.module'],
  [DATASET, 'l.dataset'],
  ['event.category', 'k.category'],
  ['event.type', 'k.type'],
  ['event.action', 'k.action'],
  ['event.outcome', 'k.outcome'],
  ['event.original', 'l.original'],
  ['message', 'm'],
  ['host.name', 'l.hostOf(l.host)'],
  ['host.hostname', 'l.host'],
  ['process.name', 'l.program'],
  ['process.pid', 'l.pid'],
];
/** What a priority says: `p`, its number; `f` and `s`, the names; `t`, whether the head is RFC 5424's. */
const PRIORITY: readonly Property[] = [
  ['log.syslog.priority', 'p'],
  ['log.syslog.facility.code', 'p>>3'],
  ['log.syslog.facility.name', 'f[p>>3]'],
  ['log.syslog.severity.code', 'p&7'],
  ['log.syslog.severity.name', 's[p&7]'],
  ['log.syslog.version', 't?"1":void 0'],
  ['log.syslog.appname', 't?l.program:void 0'],
  ['log.syslog.procid', 't?l.procid:void 0'],
  ['log.syslog.msgid', 't?l.msgid:void 0'],
];

/**
 * Compiles the making of events of one kind, in one step each: with what the head and the kind say, with the values of `names`,
 * and with a place for the other fields of `places`, which those of all kinds that shall have one shape are. Behind a
 * priority they have what that says besides. Says what `programFields` says.
 *
 * An event is no larger than its places, and setting them afterwards costs as much again as making it. Costs some 100 µs. A name
 * that is no plain one, or has no place, throws, which is a bug of who lists them. Where compiling is forbidden, events are
 * made by a loop.
 */
export function eventMaker(
  what: What,
  places: readonly string[],
  names = places,
  dataset: DatasetOf = 'dataset',
): MakeEvent {
  const isFit = new Set(places).size === places.length && places.every(isPlainName);
  if (!isFit || !names.every((name) => places.includes(name))) throw new Error(`no places: ${names.join()}`);
  const fields = [
    ...HEAD.map(([field, code]): Property => [field, field === DATASET ? `l.${dataset}` : code]),
    ...places.map((place): Property => [place, names.includes(place) ? `a${names.indexOf(place)}` : 'void 0']),
  ];
  const values = ['l', 'm', ...names.map((_, n) => `a${n}`)].join(',');
  const headed = `(${values})=>{const p=l.priority,t=l.isStructured;return ${literalOf([...fields, ...PRIORITY])}}`;
  const code = `const h=${headed};return (${values})=>l.priority<0?${literalOf(fields)}:h(${values})`;
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a literal of names checked above and of the tables here; nothing else makes one
    const compile = new Function('k', 'f', 's', code) as (...tables: readonly unknown[]) => MakeEvent;
    return compile(what, FACILITIES, SEVERITIES);
  } catch {
    return plainMaker(what, names, dataset);
  }
}

function literalOf(properties: readonly Property[]): string {
  return `({${properties.map(([field, code]) => `"${field}":${code}`).join(',')}})`;
}

/** As `eventMaker`, by a loop. */
export function plainMaker(
  { category, type, action, outcome }: What,
  names: readonly string[],
  dataset: DatasetOf,
): MakeEvent {
  const meaning = { category, type, action, outcome, user: undefined };
  return (line, message, ...values) => {
    const fields = programFields(line, line[dataset], meaning);
    fields['message'] = message;
    for (const [n, name] of names.entries()) fields[name] = values[n];
    return fields;
  };
}
