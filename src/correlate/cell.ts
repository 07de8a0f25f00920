import { detach, type EvidenceRef, type Subject } from '../event/index.js';
import { EntityBag } from './entities.js';
import { BYTES, EPISODE_EVIDENCE, IDLE_EVIDENCE_FIRST, IDLE_EVIDENCE_LAST } from './limits.js';
import { firstAfter } from './search.js';

/** What a detection means to its correlation: the role's index, the value, the number; '' where nothing. */
export type Mark = string | number;

/** What a cell keeps of one detection: evidence, only who and where, or nothing. */
export type Held = EvidenceRef | Subject | undefined;

/** How a cell grows thin once it holds `cap` detections. See limits.ts for what that costs in exactness. */
export interface Thinning {
  readonly cap: number;
  /** So many earliest and latest detections are always kept one by one. */
  readonly edge: number;
  /** The rest is summed up on a grid of so many slots per timespan. */
  readonly slots: number;
  /** Sums are kept per role: first and last of each slot and role stay. */
  readonly byRole: boolean;
  /** Detections a type needs besides: sets `keep[i]` to 1. */
  readonly essential: ((cell: Cell, keep: Uint8Array) => void) | undefined;
}

/**
 * The detections of one group key in [index × timespan, (index + 1) × timespan).
 *
 * Sorted by time. A window (t − timespan, t] covers the end of one cell and the beginning of the next, never more.
 * All firings of one cell belong to one run (cuts apart), because gaps are shorter than the timespan: `first` and
 * `last` say it all.
 */
export class Cell {
  /** Detections seen, thinned ones included. */
  count = 0;
  readonly times: number[] = [];
  readonly marks: Mark[] = [];
  /** Detections each kept one stands for; undefined: one each. */
  weights: number[] | undefined = undefined;
  readonly held: Held[] = [];
  /** Entities of detections thinned out, by role. */
  bags: EntityBag[] | undefined = undefined;
  /** First and last firing; NaN: none (or already sealed in episodes). */
  first = NaN;
  last = NaN;
  /** Greatest value of a window among the firings. */
  peak = 0;
  /** From this time on the cell's own detections make the condition hold: every later one fires. Infinity: unknown. */
  saturated = Infinity;
  /** Times before this are decided (patient types). */
  decided = -Infinity;
  /** Something came in since the last look at the firings: 1 only after `saturated`, 2 anywhere. */
  stale: 0 | 1 | 2 = 0;
  /** Bits of the roles seen, of the first 31. */
  roles = 0;
  /** Batch in which it was last queued to be settled. */
  batch = -1;
  /** Changed since last written; ever written. */
  changed = false;
  written = false;
  /** Held a firing at some time: its evidence is worth more. */
  hasFired = false;
  isDropped = false;
  /** Accounted bytes. */
  bytes: number = BYTES.cell;

  constructor(
    readonly index: number,
    private limit: number,
  ) {}

  /** Takes one detection in. Constant time in order; otherwise a shift of what is kept. */
  insert(time: number, mark: Mark, held: Held, thinning: Thinning, span: number): void {
    const times = this.times;
    const size = times.length;
    this.count++;
    if (size === 0 || time >= (times[size - 1] as number)) {
      times.push(time);
      this.marks.push(mark);
      this.held.push(held);
      this.weights?.push(1);
    } else {
      const at = firstAfter(times, time);
      times.splice(at, 0, time);
      this.marks.splice(at, 0, mark);
      this.held.splice(at, 0, held);
      this.weights?.splice(at, 0, 1);
    }
    if (this.stale !== 2) this.stale = time >= this.saturated ? 1 : 2;
    this.changed = true;
    if (size >= this.limit) this.#thin(thinning, span);
    this.bytes += (this.times.length - size) * (BYTES.entry + BYTES.evidence);
  }

  /** Fills an empty cell with what was written. */
  restore(times: readonly number[], marks: readonly Mark[], held: readonly Held[]): void {
    for (let i = 0; i < times.length; i++) {
      this.times.push(times[i] as number);
      this.marks.push(marks[i] as Mark);
      this.held.push(held[i]);
    }
    this.bytes = BYTES.cell + times.length * (BYTES.entry + BYTES.evidence);
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
    bag.add('resolve' in held ? held.subject() : held);
  }

  /**
   * Copies what stays out of its batch: full evidence of the first and last (and of the first and last of each role),
   * only who and where of the others.
   */
  settle(byRole: boolean): void {
    const size = this.held.length;
    const first = this.hasFired ? EPISODE_EVIDENCE : IDLE_EVIDENCE_FIRST;
    const last = size - (this.hasFired ? EPISODE_EVIDENCE : IDLE_EVIDENCE_LAST);
    const edges = byRole ? this.#roleEdges() : undefined;
    let full = 0;
    for (let i = 0; i < size; i++) {
      const held = this.held[i];
      if (held === undefined || !('resolve' in held)) continue;
      if (i < first || i >= last || edges?.has(i) === true) {
        held.resolve();
        full++;
      } else this.held[i] = keptSubject(held.subject());
    }
    if (this.bags !== undefined) for (const bag of this.bags) bag?.settle();
    this.bytes = BYTES.cell + size * BYTES.entry + full * BYTES.evidence + (size - full) * BYTES.subject;
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

  #thin(thinning: Thinning, span: number): void {
    const size = this.times.length;
    const keep = new Uint8Array(size);
    keep.fill(1, 0, thinning.edge).fill(1, Math.max(0, size - thinning.edge));
    thinning.essential?.(this, keep);
    const heirs = this.#heirs(thinning, span, keep);
    const weights = this.weights ?? new Array<number>(size).fill(1);
    for (let i = 0; i < size; i++) {
      const heir = heirs[i] as number;
      if (heir === i) continue;
      weights[heir] = (weights[heir] as number) + (weights[i] as number);
      this.lose(this.held[i], thinning.byRole ? (this.marks[i] as number) : 0);
    }
    this.#compact(heirs, weights);
    this.limit = Math.max(thinning.cap, this.times.length + (this.times.length >> 3) + 1);
  }

  /** For each detection the one that will stand for it: itself where it is kept. */
  #heirs({ slots, byRole }: Thinning, span: number, keep: Uint8Array): Int32Array {
    const heirs = new Int32Array(keep.length);
    const lastOf = new Map<Mark, number>();
    const firstOf = new Set<Mark>();
    let slot = NaN;
    for (let i = keep.length - 1; i >= 0; i--) {
      heirs[i] = i;
      if (keep[i] === 1) continue;
      const time = this.times[i] as number;
      const own = Math.floor(((time - this.index * span) / span) * slots);
      if (own !== slot) lastOf.clear();
      slot = own;
      const role: Mark = byRole ? (this.marks[i] as Mark) : '';
      const heir = lastOf.get(role);
      if (heir === undefined) lastOf.set(role, i);
      else heirs[i] = heir;
    }
    if (byRole) this.#keepFirsts(heirs, keep, slots, span, firstOf);
    return heirs;
  }

  /** The first of each slot and role is kept too. */
  #keepFirsts(heirs: Int32Array, keep: Uint8Array, slots: number, span: number, seen: Set<Mark>): void {
    let slot = NaN;
    for (let i = 0; i < keep.length; i++) {
      if (keep[i] === 1) continue;
      const own = Math.floor((((this.times[i] as number) - this.index * span) / span) * slots);
      if (own !== slot) seen.clear();
      slot = own;
      const role = this.marks[i] as Mark;
      if (!seen.has(role)) heirs[i] = i;
      seen.add(role);
    }
  }

  #compact(heirs: Int32Array, weights: number[]): void {
    let to = 0;
    for (let i = 0; i < heirs.length; i++) {
      if (heirs[i] !== i) continue;
      this.times[to] = this.times[i] as number;
      this.marks[to] = this.marks[i] as Mark;
      this.held[to] = this.held[i];
      weights[to] = weights[i] as number;
      to++;
    }
    this.times.length = to;
    this.marks.length = to;
    this.held.length = to;
    weights.length = to;
    this.weights = weights;
  }
}

function keptSubject({ ip, user, target, host }: Subject): Subject {
  return { ip: kept(ip), user: kept(user), target: kept(target), host: kept(host) };
}

function kept(text: string | undefined): string | undefined {
  return text === undefined ? undefined : detach(text);
}
