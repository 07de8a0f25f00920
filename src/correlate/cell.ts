import { readSubject, type EvidenceRef, type Subject } from '../event/index.js';
import { EntityBag } from './entities.js';
import { BYTES, EPISODE_EVIDENCE, IDLE_EVIDENCE, type IdleEvidence, PAGE_CELL } from './limits.js';
import { firstAfter } from './search.js';
import { thin, type Thinning } from './thin.js';

/** What a detection means to its correlation: the role's index, the value, the number; '' where nothing. */
export type Mark = string | number;

/** What a cell keeps of one detection: evidence, only who and where (a subject's text), or nothing. */
export type Held = EvidenceRef | string | undefined;

/** Who and where of what is kept. */
export function subjectOf(held: EvidenceRef | string): Subject {
  return typeof held === 'string' ? readSubject(held) : held.subject();
}

/** What is known of a cell's firings. */
class CellFirings {
  /** First and last firing; NaN: none (or already sealed in episodes). */
  first = NaN;
  last = NaN;
  /** Greatest value of a window among the firings. */
  peak = 0;
  /** From this time on the cell's own detections make the condition hold: every later one fires. Infinity: unknown. */
  saturated = Infinity;
  /** Times before this are decided (patient types). */
  decided = -Infinity;
  /** Held a firing at some time: its evidence is worth more. */
  hasFired = false;
}

/** What nearly all cells have: shared, never changed. */
const NO_FIRINGS: Readonly<CellFirings> = Object.freeze(new CellFirings());

/** Types that need no marks share this; never changed. */
const NO_MARKS: Mark[] = [];

/**
 * The detections of one group key in [index × timespan, (index + 1) × timespan).
 *
 * Sorted by time. A window (t − timespan, t] covers the end of one cell and the beginning of the next, never more.
 * All firings of one cell belong to one run (cuts apart), because gaps are shorter than the timespan: `first` and
 * `last` say it all. Small on purpose: most cells hold one detection and never fire.
 */
export class Cell {
  times: number[];
  /** Empty where the type needs none. */
  marks: Mark[];
  held: Held[];
  /** Detections seen, thinned ones included. */
  count = 1;
  /** Detections each kept one stands for; undefined: one each. */
  weights: number[] | undefined = undefined;
  /** Entities of detections thinned out, by role. */
  bags: EntityBag[] | undefined = undefined;
  #firings: Readonly<CellFirings> = NO_FIRINGS;
  /** Something came in since the last look at the firings: 1 only after `saturated`, 2 anywhere. */
  stale: 0 | 1 | 2 = 2;
  /** Bits of the roles seen, of the first 31. */
  roles = 0;
  /** Batch in which it was last queued to be settled. */
  batch = -1;
  /** Changed since last written; ever written by itself; ever written in a page. */
  changed = true;
  written = false;
  isPaged = false;
  isDropped = false;
  /** A cell with its first detection. `limit`: how many it keeps before it grows thin. */
  constructor(
    readonly index: number,
    private limit: number,
    time: number,
    mark: Mark,
    held: Held,
  ) {
    this.times = [time];
    this.marks = mark === '' ? NO_MARKS : [mark];
    this.held = [held];
  }

  /** First and last firing; NaN: none (or already sealed in episodes). */
  get first(): number {
    return this.#firings.first;
  }

  get last(): number {
    return this.#firings.last;
  }

  /** Greatest value of a window among the firings. */
  get peak(): number {
    return this.#firings.peak;
  }

  /** From this time on the cell's own detections make the condition hold: every later one fires. Infinity: unknown. */
  get saturated(): number {
    return this.#firings.saturated;
  }

  /** Times before this are decided (patient types). */
  get decided(): number {
    return this.#firings.decided;
  }

  /** Held a firing at some time: its evidence is worth more. */
  get hasFired(): boolean {
    return this.#firings.hasFired;
  }

  /**
   * Accounted bytes: of how many detections it keeps and whether it has fired, so that they are the same whenever its
   * evidence was last settled, and after a restart.
   */
  get bytes(): number {
    const size = this.times.length;
    const full = Math.min(size, this.#firings.hasFired ? 2 * EPISODE_EVIDENCE : IDLE_EVIDENCE);
    return BYTES.cell + size * (BYTES.entry + BYTES.subject) + full * (BYTES.evidence - BYTES.subject);
  }

  /** How many detections it may keep before it is made thin again. */
  get room(): number {
    return this.limit;
  }

  /** Whether it is written in a page of small cells: it never grows small again once it was written by itself. */
  get isSmall(): boolean {
    if (this.written || this.times.length > PAGE_CELL || this.#firings.hasFired) return false;
    return this.weights === undefined && this.bags === undefined;
  }

  /** Changes what is known of the firings. */
  know(news: Partial<CellFirings>): void {
    if (this.#firings === NO_FIRINGS) this.#firings = new CellFirings();
    Object.assign(this.#firings, news);
    this.changed = true;
  }

  /** Takes one detection in. Constant time in order; otherwise a shift of what is kept. */
  insert(time: number, mark: Mark, held: Held, thinning: Thinning, span: number): void {
    const times = this.times;
    const size = times.length;
    this.count++;
    if (time >= (times[size - 1] as number)) {
      times.push(time);
      if (mark !== '') this.marks.push(mark);
      this.held.push(held);
      this.weights?.push(1);
    } else {
      const at = firstAfter(times, time);
      times.splice(at, 0, time);
      if (mark !== '') this.marks.splice(at, 0, mark);
      this.held.splice(at, 0, held);
      this.weights?.splice(at, 0, 1);
    }
    if (this.stale !== 2) this.stale = time >= this.saturated ? 1 : 2;
    this.changed = true;
    if (size >= this.limit) this.limit = thin(this, thinning, span);
  }

  /** Fills a cell with what was written. */
  restore(times: readonly number[], marks: readonly Mark[] | null, held: readonly Held[]): void {
    this.times = [...times];
    this.marks = marks === null ? NO_MARKS : [...marks];
    this.held = [...held];
    this.stale = 0;
    this.changed = false;
    this.written = true;
  }

  /** How many detections the kept one at `at` stands for. */
  weightAt(at: number): number {
    return this.weights === undefined ? 1 : (this.weights[at] as number);
  }

  /** Time of the latest detection. */
  get latest(): number {
    return this.times[this.times.length - 1] ?? -Infinity;
  }

  /** Adds the entities of a detection that is let go. */
  lose(held: Held, role: number): void {
    if (held === undefined) return;
    this.bags ??= [];
    const bag = (this.bags[role] ??= new EntityBag());
    bag.add(subjectOf(held));
  }

  /**
   * Copies what stays out of its batch: full evidence of the first and last (and of the first and last of each role, and
   * of the first firing), only who and where of the others.
   */
  settle(byRole: boolean, idle: IdleEvidence): void {
    const size = this.held.length;
    const first = this.hasFired ? EPISODE_EVIDENCE : idle.first;
    const last = size - (this.hasFired ? EPISODE_EVIDENCE : idle.last);
    const others = this.#otherWhole(byRole);
    let previous: string | undefined;
    for (let i = 0; i < size; i++) {
      const held = this.held[i];
      if (held === undefined) continue;
      if (typeof held === 'string') previous = held;
      else if (i < first || i >= last || others?.has(i) === true) {
        held.keep();
      } else {
        this.held[i] = previous = held.subjectText(previous);
      }
    }
    if (this.bags !== undefined) for (const bag of this.bags) bag?.settle();
  }

  /** Where full evidence stays besides the first and last: of the first firing, and of each role the first and last. */
  #otherWhole(byRole: boolean): ReadonlySet<number> | undefined {
    const edges = byRole ? this.#roleEdges() : undefined;
    if (!this.hasFired) return edges;
    return new Set([...(edges ?? []), firstAfter(this.times, this.first) - 1]);
  }

  #roleEdges(): ReadonlySet<number> {
    const firsts = new Map<Mark, number>();
    const lasts = new Map<Mark, number>();
    for (let i = 0; i < this.marks.length; i++) {
      const mark = this.marks[i] as Mark;
      if (!firsts.has(mark)) firsts.set(mark, i);
      lasts.set(mark, i);
    }
    return new Set([...firsts.values(), ...lasts.values()]);
  }
}
