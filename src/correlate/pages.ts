import { type Detection, EvidenceRef, type Group, KeptEvidence, type TextValue } from '../event/index.js';
import type { Bucket } from './bucket.js';
import { Cell, type Held, type Mark } from './cell.js';
import { finite, heldOf, heldValue } from './codec.js';
import { PAGE_SIZE } from './limits.js';

/** Pages came with this version of state; one that knows only version 1 refuses them at start. */
const VERSION = 2;
const SIGN = '+';

/** Time, source, offset, sub, address, user, target, host, line, and which other entities. */
type PagedEvidence = readonly [
  time: number,
  source: number,
  offset: number,
  sub: number,
  ip: TextValue,
  user: TextValue,
  target: TextValue,
  host: TextValue,
  original: string,
  others: number,
];

/** What a cell keeps of a detection: as `heldValue` tells it, but for evidence. */
type PagedHeld = PagedEvidence | readonly [ip: Text, user: Text, target: Text, host: Text] | null;
type Text = string | null;

/** One small cell. `values` is null where the group key is the one value. */
type PagedCell = readonly [
  key: string,
  values: readonly (string | null)[] | null,
  count: number,
  times: readonly number[],
  marks: readonly Mark[] | null,
  held: readonly PagedHeld[],
  decided: number | null,
  roles: number,
];

/** `gone`: group keys whose cells are gone; `p` sources and `o` other entities, which evidence refers to by place. */
interface PageValue {
  readonly v: number;
  readonly gone: readonly string[];
  readonly p: readonly string[];
  readonly o: readonly (readonly TextValue[])[];
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

/** A page while it is written. */
export class Page {
  /** Cells in it. */
  count = 0;
  #size = 0;
  readonly #cells: string[] = [];
  readonly #sources = new Map<string, number>();
  readonly #others = new Map<string, number>();
  /** Places by identity: what was read from one record shares its lists. */
  readonly #known = new Map<readonly TextValue[], number>();

  get isFull(): boolean {
    return this.#size >= PAGE_SIZE;
  }

  /** Adds a small cell. Copies its evidence out of its batch. */
  addCell(group: Group, cell: Cell): void {
    const { count, times, marks, held, decided, roles } = cell;
    const kept = held.map((one) => this.#heldOf(one));
    this.#add(group, [count, times, marks.length === 0 ? null : marks, kept, finite(decided), roles]);
  }

  /** Adds a detection that is all its key holds, as its cell would be told. */
  addDetection({ group, time, evidence }: Detection, mark: Mark): void {
    const roles = typeof mark === 'number' ? 1 << mark : 0;
    this.#add(group, [1, [time], mark === '' ? null : [mark], [this.#evidenceOf(evidence)], null, roles]);
  }

  /** The page as JSON, which tells too whose cells are gone: before those in it. */
  text(gone: readonly string[]): string {
    const lists = `"p":${JSON.stringify([...this.#sources.keys()])},"o":[${[...this.#others.keys()].join()}]`;
    return `{"v":${VERSION},"gone":${JSON.stringify(gone)},${lists},"cells":[${this.#cells.join()}]}`;
  }

  #add({ key, values }: Group, rest: readonly unknown[]): void {
    const isPlain = values.length === 1 && values[0] === key;
    const text = JSON.stringify([key, isPlain ? null : values, ...rest]);
    this.#cells.push(text);
    this.#size += text.length;
    this.count++;
  }

  #heldOf(held: Held): PagedHeld {
    return held === undefined || typeof held === 'string' ? (heldValue(held) as PagedHeld) : this.#evidenceOf(held);
  }

  #evidenceOf(evidence: EvidenceRef): PagedEvidence {
    const { time, source, offset, sub, ip, user, target, host, original, others } = evidence.kept();
    let place = this.#known.get(others);
    if (place === undefined) this.#known.set(others, (place = placeIn(this.#others, JSON.stringify(others))));
    return [time, placeIn(this.#sources, source), offset, sub, ip, user, target, host, original, place];
  }
}

/** The place of a text among those seen so far. */
function placeIn(places: Map<string, number>, text: string): number {
  let place = places.get(text);
  if (place === undefined) places.set(text, (place = places.size));
  return place;
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

/** The list of a key, begun if there is none. */
export function listIn<K, T>(lists: Map<K, T[]>, key: K): T[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}

/** Reads pages of one correlation, in any order. `cap`: as of cells. Throws where their version is not this one's. */
export function* readPages(pages: readonly ReadPage[], cap: number): Generator<ReadPages> {
  const byIndex = new Map<number, ReadPage[]>();
  for (const page of pages.toSorted((a, b) => a.page - b.page)) listIn(byIndex, page.index).push(page);
  for (const [index, inOrder] of byIndex) {
    const cells = new Map<string, { readonly group: Group; readonly cell: Cell }>();
    for (const { text } of inOrder) {
      const page = JSON.parse(text) as PageValue;
      if (page.v !== VERSION)
        throw new Error(`correlator state has a page of version ${page.v}, this program reads ${VERSION}`);
      for (const key of page.gone) cells.delete(key);
      for (const one of page.cells) cells.set(one[0], read(one, page, index, cap));
    }
    yield { index, pages: inOrder.map(({ page }) => page), cells };
  }
}

function read(
  paged: PagedCell,
  page: PageValue,
  index: number,
  cap: number,
): { readonly group: Group; readonly cell: Cell } {
  const [key, values, count, times, marks, held, decided, roles] = paged;
  const cell = new Cell(index, Math.max(cap, times.length + 1), 0, '', undefined);
  const kept = held.map((one) => (one === null || one.length === 4 ? heldOf(one) : readEvidence(one, page)));
  cell.restore(times, marks, kept);
  cell.count = count;
  cell.roles = roles;
  cell.written = false;
  cell.isPaged = true;
  if (decided !== null) cell.know({ decided });
  cell.changed = false;
  return { group: { key, values: values ?? [key] }, cell };
}

function readEvidence(paged: PagedEvidence, { p, o }: PageValue): EvidenceRef {
  const [time, source, offset, sub, ip, user, target, host, original, others] = paged;
  const at = { time, source: p[source] as string, offset, sub };
  return EvidenceRef.ofRow(new KeptEvidence(at, ip, user, target, host, original, o[others] ?? []), 0);
}
