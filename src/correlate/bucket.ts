import type { Detection } from '../event/index.js';
import type { Cell } from './cell.js';
import { KeyState, type Entry } from './key-state.js';
import { PAGE_WEAR } from './limits.js';
import { Page, pageKey } from './pages.js';
import type { Table } from './table.js';

/**
 * The keys of one correlation with a live cell of one index, and the pages of its small cells in the ledger.
 *
 * A commit writes all small cells of the bucket that changed together, as a page: of a key's cell the latest page tells,
 * and a later one that tells it gone. They are forgotten with the bucket, since it is dropped as a whole. Where much of
 * them is gone before (evicted), what is left is written anew: so the ledger grows with what lives.
 */
export class Bucket {
  entries: Entry[] = [];
  /** Numbers of the pages that the ledger has. */
  #pages: number[] = [];
  /** What the next commit writes. */
  #open: Page[] = [];
  #gone: string[] = [];
  /** Cells told in pages; those of them that are gone. */
  #told = 0;
  #lost = 0;
  #isQueued = false;

  constructor(
    readonly table: Table,
    readonly index: number,
  ) {}

  /** Numbers of the pages that the ledger has. */
  get pages(): readonly number[] {
    return this.#pages;
  }

  /** Has a small cell written with the next page, or a detection that is all its key holds. */
  page(small: Small): void {
    this.#put(small, this.#open);
    this.#queue();
  }

  /** The cell of a key is gone before its time. */
  lose(groupKey: string): void {
    if (this.#pages.length === 0) return;
    this.#gone.push(groupKey);
    this.#queue();
  }

  /** Goes on after the pages that were read back, which told so many cells. */
  resume(pages: readonly number[], cells: number): void {
    for (const page of pages) this.#pages.push(page);
    this.#told += cells;
  }

  /** The pages to write, by their state keys; null forgets one. */
  write(entries: Map<string, string | null>): void {
    this.#isQueued = false;
    this.#lost += this.#gone.length;
    if (this.#lost >= PAGE_WEAR && this.#lost * 2 > this.#told) this.#renew(entries);
    if (this.#gone.length > 0 && this.#open.length === 0) this.#open.push(new Page());
    for (const [i, page] of this.#open.entries()) {
      const number = this.table.buckets.nextPage();
      this.#pages.push(number);
      this.#told += page.count;
      entries.set(pageKey(this, number), page.text(i === 0 ? this.#gone : []));
    }
    this.drop();
  }

  /** As `write` for all cells that pages tell, in the pages that there are. Right after a commit. */
  *snapshot(): Generator<readonly [key: string, value: string]> {
    if (this.#pages.length === 0) return;
    const pages = this.#live(this.#pages.length);
    for (const [i, number] of this.#pages.entries()) {
      yield [pageKey(this, number), (pages[i] ?? new Page()).text([])];
    }
  }

  /** What the next page was to tell is not told, since all is dropped. */
  drop(): void {
    this.#open = [];
    this.#gone = [];
  }

  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    this.table.changes.paged(this);
  }

  /** All anew that pages tell. */
  #renew(entries: Map<string, string | null>): void {
    for (const page of this.#pages) entries.set(pageKey(this, page), null);
    this.#pages = [];
    this.#open = this.#live(Infinity);
    this.#gone = [];
    this.#told = this.#lost = 0;
  }

  /** The small cells that live, in pages, at most so many; forgets the entries that don't. */
  #live(most: number): Page[] {
    const { keys } = this.table;
    const live = new Set<Entry>();
    for (const entry of this.entries) {
      const now = keys.get(entry.group.key);
      if (now === entry || now instanceof KeyState) live.add(now);
    }
    this.entries = [...live];
    const pages: Page[] = [];
    for (const entry of this.entries) {
      const cell = entry instanceof KeyState ? entry.cellAt(this.index) : undefined;
      if (!(entry instanceof KeyState)) this.#put(entry, pages, most);
      else if (cell?.isPaged === true && !cell.written) this.#put({ key: entry, cell }, pages, most);
    }
    return pages;
  }

  /** Into the last page, or one more where that is full. */
  #put(small: Small, pages: Page[], most = Infinity): void {
    let page = pages.at(-1);
    if (page === undefined || (page.isFull && pages.length < most)) pages.push((page = new Page()));
    if ('cell' in small) page.addCell(small.key.group, small.cell);
    else page.addDetection(small, this.table.kind.mark(small));
  }
}

/** A small cell, or a detection that is all its key holds. */
type Small = Detection | { readonly key: KeyState; readonly cell: Cell };

/** The buckets of one correlation. */
export class Buckets {
  readonly #all = new Map<number, Bucket>();
  #pages = 0;

  constructor(private readonly table: Table) {}

  /** Those that there are. */
  all(): Iterable<Bucket> {
    return this.#all.values();
  }

  at(index: number): Bucket | undefined {
    return this.#all.get(index);
  }

  /** The one of an index; begun, and dropped in time, if there is none. */
  of(index: number): Bucket {
    let bucket = this.#all.get(index);
    if (bucket === undefined) {
      bucket = new Bucket(this.table, index);
      this.#all.set(index, bucket);
      this.table.level.scheduleDrop(bucket, (index + 2) * this.table.span);
    }
    return bucket;
  }

  /** The number of the next page. */
  nextPage(): number {
    return this.#pages++;
  }

  /** The bucket goes on after pages that were read back. */
  resume(index: number, pages: readonly number[], cells: number): void {
    for (const page of pages) this.#pages = Math.max(this.#pages, page + 1);
    this.of(index).resume(pages, cells);
  }

  /** Drops a bucket and its pages. */
  forget(bucket: Bucket): void {
    this.#all.delete(bucket.index);
    this.table.changes.pagesGone(bucket.pages.map((page) => pageKey(bucket, page)));
    bucket.drop();
  }
}
