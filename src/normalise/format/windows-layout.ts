import type { Layout } from '../layout.js';
import { Names } from '../names.js';
import type { From } from '../raw.js';
import type { Row } from './mapped.js';

/** What of an event is asked here. */
interface LaidOut {
  /** The layout of the document it was read from, where that is a usual one. */
  readonly layout: Layout | undefined;
}

/** The rows of a table whose values an event may have, from where it may have them: all, or those of its layout. */
export function rowsOf({ layout }: LaidOut, rows: readonly Row[]): readonly Row[] {
  if (layout === undefined) return rows;
  const known = layout.plans.get(rows) as readonly Row[] | undefined;
  if (known !== undefined) return known;
  const own = rows
    .map(([field, from, ...convert]): Row => [field, foundIn(layout, from), ...convert])
    .filter(([, from]) => from.length > 0);
  layout.plans.set(rows, own);
  return own;
}

/** Of the names of an event's data, by whatever they are called: all, or those of its layout. */
export function namesOf<T extends Readonly<Record<string, From>>>(
  { layout }: LaidOut,
  names: T,
): Readonly<Record<keyof T, From>> {
  if (layout === undefined) return names;
  const known = layout.plans.get(names) as Readonly<Record<keyof T, From>> | undefined;
  if (known !== undefined) return known;
  const own = Object.fromEntries(Object.entries(names).map(([name, from]) => [name, foundIn(layout, from)]));
  layout.plans.set(names, own);
  return own as Readonly<Record<keyof T, From>>;
}

/** Those names that stand in the data of a layout: looking for the others in each event costs more than reading these. */
function foundIn({ paths }: Layout, from: From): From {
  const names = new Set(paths.map(nameOf));
  const found = (typeof from === 'string' ? [from] : from).filter((name) => names.has(name));
  return found.length === 1 ? (found[0] as string) : found;
}

/** The event's own name of a path; '' where it is no data. */
export function nameOf(path: string): string {
  return path.startsWith('winlog.') ? DATA_NAMES.of(path) : '';
}

/** The event's own names of Winlogbeat's data fields; '' for other fields. */
const DATA_NAMES = new Names((key) => DATA.exec(key)?.[1] ?? '');
const DATA = /^winlog\.(?:event_data|user_data)\.(.+)$/s;
