import type { Fields } from '../../event/index.js';
import { layoutNear } from '../json/families.js';
import { flatten } from '../json/json.js';
import { flattened, type Layout, LAYOUTS } from '../json/layout.js';
import type { JsonFormat, JsonObject, Line } from '../line.js';
import { type Convert, type From, stringOf, timeIn, valueOf } from '../raw.js';
import { isEmpty, Planner } from './mapped-plan.js';

/** One field of a mapping: the ECS name, where its value stands, and how it is read (default: as it is). */
export type Row = readonly [field: string, from: From, convert?: Convert];

/** What one record of a JSON log means. */
export interface JsonMeaning {
  readonly kind?: string | undefined;
  readonly category?: readonly string[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly action?: string | undefined;
  readonly outcome?: string | undefined;
}

/** A JSON log format as data: all names are those of the flattened document. */
export interface Mapping {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly dataset: string;
  /** Where one format has several data sets: that of this record. */
  readonly datasetOf?: (raw: Fields) => string;
  readonly sniff: (json: JsonObject) => boolean;
  /** Where the event's time stands, best first. */
  readonly time: readonly string[];
  /** Where a message for people stands; without one the record's text is the message. */
  readonly message?: From;
  /** Where the record names the host it came from. */
  readonly host?: From;
  readonly rows: readonly Row[];
  /** The name of the source's own field in the event, under which its value is kept; undefined: it is not. */
  readonly own: (key: string, dataset: string) => string | undefined;
  /** Names of the source whose values the rows keep whole under ECS's names, so that they are not kept twice. */
  readonly renamed?: ReadonlySet<string>;
  readonly meaning: (raw: Fields) => JsonMeaning;
  /** What no table can say. */
  readonly finish?: (fields: Fields, raw: Fields, json: JsonObject) => void;
  /**
   * Whether `finish` sets or reads an own field of this name; told, so that all others are there before it and cost next to
   * nothing. Without it every own field waits.
   */
  readonly finishes?: (name: string) => boolean;
}

/** A format read by its mapping. */
export interface MappedFormat extends JsonFormat {
  /**
   * As `parse`, for a document whose layout is known and whose values stand in `LAYOUTS`; the document itself is made only
   * where no plan can do without.
   */
  readonly read: (layout: Layout, document: () => JsonObject, line: Line) => Fields | undefined;
}

/**
 * A format read by its mapping: ECS fields by the rows (a value that does not convert is left out), then all of the
 * record's own values, what is empty apart, under the module's name. Linear in the record's size.
 */
export function mapped(mapping: Mapping): MappedFormat {
  const { name, aliases, dataset, sniff } = mapping;
  const names = new OwnNames(mapping);
  const planner = new Planner(mapping);
  const needsDocument = mapping.finish !== undefined && mapping.finish.length > 2;
  const parse = (json: JsonObject, line: Line): Fields | undefined => {
    const layout = layoutNear(json);
    return layout === undefined ? readSlowly(mapping, names, json, line) : read(layout, () => json, line);
  };
  const read = (layout: Layout, document: () => JsonObject, line: Line): Fields | undefined => {
    const raw = flattened(layout);
    const datasetName = mapping.datasetOf?.(raw) ?? dataset;
    const plan = planner.of(layout, datasetName);
    if (plan?.fits(LAYOUTS.values) === true) return plan.read(raw, needsDocument ? document() : raw, line);
    const fields = readSlowly(mapping, names, document(), line);
    if (fields !== undefined) planner.learn(layout, datasetName, fields, (key) => names.name(key, datasetName));
    return fields;
  };
  return { reads: 'json', name, aliases, dataset, sniff, parse, read };
}

const MOST_NAMES = 10_000;
const LONGEST_KEY = 256;

/** The names of a format's own fields by data set and key, made once and not for every record; bounded. */
class OwnNames {
  readonly #own: Mapping['own'];
  readonly #renamed: Mapping['renamed'];
  readonly #known = new Map<string, Map<string, string | undefined>>();
  #count = 0;

  constructor({ own, renamed }: Mapping) {
    this.#own = own;
    this.#renamed = renamed;
  }

  /** The names known of a data set's keys. */
  of(dataset: string): Map<string, string | undefined> {
    if (this.#count > MOST_NAMES) {
      this.#known.clear();
      this.#count = 0;
    }
    const known = this.#known.get(dataset);
    if (known !== undefined) return known;
    const names = new Map<string, string | undefined>();
    this.#known.set(dataset, names);
    return names;
  }

  /** The name of a key, made. */
  name(key: string, dataset: string): string | undefined {
    return this.#renamed?.has(key) === true ? undefined : this.#own(key, dataset);
  }

  /** The name of a key that `names` does not know yet. */
  learn(names: Map<string, string | undefined>, key: string, dataset: string): string | undefined {
    const name = this.name(key, dataset);
    if (key.length > LONGEST_KEY) return name;
    this.#count++;
    names.set(key, name);
    return name;
  }
}

/** What a plan does for documents of a usual layout, for any document: the plan's answers are compared with these. */
function readSlowly(mapping: Mapping, names: OwnNames, json: JsonObject, line: Line): Fields | undefined {
  const flat = flatten(json);
  if ('failure' in flat) {
    line.failure = flat.failure;
    return undefined;
  }
  const raw = flat.fields;
  line.time = timeIn(raw, mapping.time, line);
  const fields = head(mapping, raw, line);
  setRows(fields, raw, mapping.rows);
  mapping.finish?.(fields, raw, json);
  keepOwn(fields, raw, names);
  return fields;
}

function head(mapping: Mapping, raw: Fields, line: Line): Fields {
  const dataset = mapping.datasetOf?.(raw) ?? mapping.dataset;
  const dot = dataset.indexOf('.');
  const meaning = mapping.meaning(raw);
  return {
    'event.kind': meaning.kind ?? 'event',
    'event.module': dot > 0 ? dataset.slice(0, dot) : dataset,
    'event.dataset': dataset,
    'event.category': meaning.category,
    'event.type': meaning.type,
    'event.action': meaning.action,
    'event.outcome': meaning.outcome,
    'event.original': line.original,
    message: (mapping.message === undefined ? undefined : stringOf(raw, mapping.message)) ?? line.original,
    'host.name': line.hostOf(mapping.host === undefined ? undefined : stringOf(raw, mapping.host)),
  };
}

/** Sets every row whose value is there and converts, unless the field is set already. */
export function setRows(fields: Fields, raw: Fields, rows: readonly Row[]): void {
  for (const [field, from, convert] of rows) {
    if (fields[field] !== undefined) continue;
    const value = valueOf(raw, from);
    const read = value === undefined || convert === undefined ? value : convert(value);
    if (read !== undefined) fields[field] = read;
  }
}

function keepOwn(fields: Fields, raw: Fields, own: OwnNames): void {
  const dataset = stringOf(fields, 'event.dataset') ?? '';
  const names = own.of(dataset);
  for (const key in raw) {
    const value = raw[key];
    if (value === undefined || isEmpty(value)) continue;
    const known = names.get(key);
    const name = known === undefined && !names.has(key) ? own.learn(names, key, dataset) : known;
    if (name !== undefined && fields[name] === undefined) fields[name] = value;
  }
}

/** The names of a text, parted by spaces. */
export function names(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** The usual outcome of a web answer: failure from status 400. */
export function byStatus(status: number | undefined): string | undefined {
  if (status === undefined) return undefined;
  return status < 400 ? 'success' : 'failure';
}
