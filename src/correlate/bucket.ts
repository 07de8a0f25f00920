import type { Detection } from '../event/index.js';
import type { Cell } from './cell.js';
import { KeyState, type Entry } from './key-state.js';
import { PAGE_SIZE, PAGE_WEAR } from './limits.js';
import { pagedCell, pagedDetection, pageKey, pageValue } from './pages.js';
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
  /** What the next page tells. */
  #cells: string[] = [];
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
  page(cell: Detection | { readonly key: KeyState; readonly cell: Cell }): void {
    this.#cells.push(textOf(cell, this.table));
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
    this.#told += this.#cells.length;
    let gone: readonly string[] = this.#gone;
    for (let at = 0; at < this.#cells.length || gone.length > 0; gone = []) {
      const from = at;
      for (let size = 0; at < this.#cells.length && size < PAGE_SIZE; at++) size += (this.#cells[at] as string).length;
      const page = this.table.buckets.nextPage();
      this.#pages.push(page);
      entries.set(pageKey(this, page), pageValue(this.#cells.slice(from, at), gone));
    }
    this.#cells = [];
    this.#gone = [];
  }

  /** As `write` for all cells that pages tell, in the pages that there are. Right after a commit. */
  *snapshot(): Generator<readonly [key: string, value: string]> {
    if (this.#pages.length === 0) return;
    const cells = this.#live();
    const each = Math.ceil(cells.length / this.#pages.length);
    for (const [i, page] of this.#pages.entries()) {
      yield [pageKey(this, page), pageValue(cells.slice(i * each, (i + 1) * each), [])];
    }
  }

  /** What the next page was to tell is not told, since all is dropped. */
  drop(): void {
    this.#cells = [];
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
    this.#cells = this.#live();
    this.#gone = [];
    this.#told = this.#lost = 0;
  }

  /** The small cells that live; forgets the entries that don't. */
  #live(): string[] {
    const { keys } = this.table;
    const live = new Set<Entry>();
    for (const entry of this.entries) {
      const now = keys.get(entry.group.key);
      if (now === entry || now instanceof KeyState) live.add(now);
    }
    this.entries = [...live];
    return this.entries.flatMap((entry) => {
      if (!(entry instanceof KeyState)) return textOf(entry, this.table);
      const cell = entry.cellAt(this.index);
      return cell?.isPaged === true && !cell.written ? textOf({ key: entry, cell }, this.table) : [];
    });
  }
}

function textOf(cell: Detection | { readonly key: KeyState; readonly cell: Cell }, { kind }: Table): string {
  return 'cell' in cell ? pagedCell(cell.key.group, cell.cell) : pagedDetection(cell, kind.mark(cell));
}

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
