import type { Fields, FieldValue } from '../../../../event/index.js';
import type { Layout } from '../../../json/layout.js';
import { Names } from '../../../text/names.js';
import { compileSetter, type Setter } from '../../../shape.js';
import { type Row, setRows } from '../../mapped.js';

/** What of an event is asked here. */
interface LaidOut {
  readonly data: Fields;
  /** The layout of the document it was read from, where that is a usual one. */
  readonly layout: Layout | undefined;
}

/** Sets the rows of a table from an event's data, as `setRows`: of a usual layout by what was compiled for it. */
export function setData(to: Fields, { data, layout }: LaidOut, rows: readonly Row[]): void {
  if (layout === undefined) setRows(to, data, rows);
  else setterOf(layout, rows, nameOf)(to, data);
}

/**
 * What sets the rows of a table from values of a layout, whose names `named` makes of its paths: only the rows that these
 * may have, since looking for the others in each event costs more than reading these. Made once for each layout.
 */
export function setterOf(layout: Layout, rows: readonly Row[], named: (path: string) => string): Setter {
  return (layout.plans.get(rows) as Setter | undefined) ?? makeSetter(layout, rows, named);
}

function makeSetter(layout: Layout, rows: readonly Row[], named: (path: string) => string): Setter {
  const names = new Set(layout.paths.map(named));
  const own = rows
    .map(([field, from, convert]) => {
      const found = (typeof from === 'string' ? [from] : from).filter((name) => names.has(name));
      return convert === undefined ? ([field, found] as const) : ([field, found, convert] as const);
    })
    .filter(([, from]) => from.length > 0);
  const setter: Setter = compileSetter(own) ?? ((to, from) => setRows(to, from, own));
  layout.plans.set(rows, setter);
  return setter;
}

/** The event's own name of a path; '' where it is no data. */
export function nameOf(path: string): string {
  return path.startsWith('winlog.') ? DATA_NAMES.of(path) : '';
}

/** The event's own names of Winlogbeat's data fields; '' for other fields. */
const DATA_NAMES = new Names((key) => DATA.exec(key)?.[1] ?? '');
const DATA = /^winlog\.(?:event_data|user_data)\.(.+)$/s;

/** Whether an event's data has a value, were it only Windows' `-` for none. */
export function isThere(value: unknown): value is FieldValue {
  return value !== undefined && value !== null && value !== '';
}

/** A channel's name in lower case; '' where none is told. */
export function logOf(channel: string | undefined): string {
  return channel === undefined ? '' : LOWER.of(channel);
}

const LOWER = new Names((channel) => channel.toLowerCase());
