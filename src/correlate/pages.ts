import type { Detection, Group } from '../event/index.js';
import type { Bucket } from './bucket.js';
import { Cell, type Mark } from './cell.js';
import { finite, type HeldValue, heldOf, heldValue } from './codec.js';

/** Pages came with this version of state; one that knows only version 1 refuses them at start. */
const VERSION = 2;
const SIGN = '+';

/** One small cell. `values` is null where the group key is the one value. */
type PagedCell = readonly [
  key: string,
  values: readonly (string | null)[] | null,
  count: number,
  times: readonly number[],
  marks: readonly Mark[] | null,
  held: readonly HeldValue[],
  decided: number | null,
  roles: number,
];

interface PageValue {
  readonly v: number;
  readonly gone: readonly string[];
  readonly cells: readonly PagedCell[];
}

/** The state key of a page: definition hash, number of the page, index of its cells. */
export function pageKey({ table, index }: Bucket, page: number): string {
  return `${table.hash}/${SIGN}${page}/${index}`;
}

/** Whether what stands where a state key has a group's digest is a page's number: that number. */
export function pageNumber(digest: string): number | undefined {
  return digest.startsWith(SIGN) ? Number(digest.slice(1)) : undefined;
}

/** A page as JSON: cells as `pagedCell` tells them, group keys whose cells are gone. */
export function pageValue(cells: readonly string[], gone: readonly string[]): string {
  return `{"v":${VERSION},"gone":${JSON.stringify(gone)},"cells":[${cells.join(',')}]}`;
}

/** A small cell as JSON. Resolves its evidence. */
export function pagedCell(group: Group, cell: Cell): string {
  const { count, times, marks, held, decided, roles } = cell;
  return textOf(group, [count, times, marks.length === 0 ? null : marks, held.map(heldValue), finite(decided), roles]);
}

/** A detection that is all its key holds, as its cell would be told. */
export function pagedDetection({ group, time, evidence }: Detection, mark: Mark): string {
  const roles = typeof mark === 'number' ? 1 << mark : 0;
  return textOf(group, [1, [time], mark === '' ? null : [mark], [evidence.resolve()], null, roles]);
}

function textOf({ key, values }: Group, rest: readonly unknown[]): string {
  const isPlain = values.length === 1 && values[0] === key;
  return JSON.stringify([key, isPlain ? null : values, ...rest]);
}

/** A page that was read. */
export interface ReadPage {
  readonly page: number;
  readonly index: number;
  readonly text: string;
}

/** The pages of one bucket. */
export interface ReadPages {
  readonly index: number;
  readonly pages: readonly number[];
  /** By group key. */
  readonly cells: ReadonlyMap<string, { readonly group: Group; readonly cell: Cell }>;
}

/** Reads pages of one correlation, in any order. `cap`: as of cells. Throws where their version is not this one's. */
export function* readPages(pages: readonly ReadPage[], cap: number): Generator<ReadPages> {
  const byIndex = new Map<number, ReadPage[]>();
  for (const page of pages.toSorted((a, b) => a.page - b.page)) {
    const some = byIndex.get(page.index);
    if (some === undefined) byIndex.set(page.index, [page]);
    else some.push(page);
  }
  for (const [index, inOrder] of byIndex) {
    const cells = new Map<string, { readonly group: Group; readonly cell: Cell }>();
    for (const { text } of inOrder) {
      const { v, gone, cells: told } = JSON.parse(text) as PageValue;
      if (v !== VERSION) throw new Error(`correlator state has a page of version ${v}, this program reads ${VERSION}`);
      for (const key of gone) cells.delete(key);
      for (const one of told) cells.set(one[0], read(one, index, cap));
    }
    yield { index, pages: inOrder.map(({ page }) => page), cells };
  }
}

function read(paged: PagedCell, index: number, cap: number): { readonly group: Group; readonly cell: Cell } {
  const [key, values, count, times, marks, held, decided, roles] = paged;
  const cell = new Cell(index, Math.max(cap, times.length + 1), 0, '', undefined);
  cell.restore(times, marks, held.map(heldOf));
  cell.count = count;
  cell.roles = roles;
  cell.written = false;
  cell.isPaged = true;
  if (decided !== null) cell.know({ decided });
  cell.changed = false;
  return { group: { key, values: values ?? [key] }, cell };
}
