import type { Detection } from '../event/index.js';
import type { Gate as GatePlan } from '../rule/types.js';
import { detectionsNeeded } from './bounds.js';
import type { Held, Mark } from './cell.js';
import type { IdleEvidence } from './limits.js';
import type { Table } from './table.js';
import { Ward } from './ward.js';

/** A correlation behind a gate. */
interface Member {
  readonly table: Table;
  /** So many detections must wait before anything can follow for it. */
  readonly needed: number;
  readonly countsValues: boolean;
  /** Its bit in `Ward.opened`. */
  readonly bit: number;
}

/** Before a value: the first of its event, and a further one; alone: an event without a value. */
const FIRST = '=';
const FURTHER = '+';
const NONE = '-';

/**
 * Keeps the detections that several correlations count, once for all, as long as they are too few for any of them.
 *
 * Most keys never come to as many: they cost a few numbers here and nothing in the members' tables. When as many wait as
 * a member needs, it is told of all that its own windows still reach, and from then on of each as it comes. Exact for
 * what is not late: a ward holds the longest timespan and is kept as long as a cell of it, so that detections of one window
 * of any member wait together.
 */
export class Gate {
  readonly #members: readonly Member[];
  readonly #all: number;
  readonly #least: number;
  readonly #hasValues: boolean;
  readonly #span: number;
  /** In no order; two or three. */
  #wards: Ward[] = [];

  /** `tables` by place in `RuleSet.correlations`. */
  constructor({ members, valued }: GatePlan, tables: readonly Table[]) {
    this.#members = members.map((index, i) => {
      const table = tables[index] as Table;
      const needed = detectionsNeeded(table.correlation.bounds ?? { gte: 1 });
      return { table, needed, countsValues: valued.includes(index), bit: 1 << i };
    });
    this.#all = (1 << members.length) - 1;
    this.#least = Math.min(...this.#members.map(({ needed }) => needed));
    this.#hasValues = valued.length > 0;
    this.#span = Math.max(...this.#members.map(({ table }) => table.span));
  }

  /** Accounted bytes. */
  get bytes(): number {
    let bytes = 0;
    for (const ward of this.#wards) bytes += ward.bytes;
    return bytes;
  }

  /** Keys that wait; one that waits in two wards counts twice. */
  get keys(): number {
    return this.#wards.reduce((sum, { places }) => sum + places.size, 0);
  }

  /** Takes one detection in, the one made for all members. */
  add(detection: Detection): void {
    const { time, group, evidence } = detection;
    const { key } = group;
    const own = this.#wardOf(time);
    let waiting = 0;
    let opened = 0;
    for (const ward of this.#wards) {
      const place = ward.places.get(key);
      if (place === undefined) continue;
      waiting += ward.counts[place] as number;
      opened |= ward.opened[place] as number;
    }
    if (waiting === 0) opened = this.#known(key);
    if (opened !== 0) this.#forward(detection, opened);
    if (opened === this.#all) return;
    own.push(key, time, this.#hasValues ? markOf(detection) : '', evidence, opened);
    if (waiting + 1 < this.#least) return;
    for (const member of this.#members) {
      if ((opened & member.bit) !== 0 || waiting + 1 < member.needed) continue;
      this.#open(member, detection);
    }
  }

  /** Ends a batch. */
  settle(idle: IdleEvidence): void {
    for (const ward of this.#wards) ward.settle(idle);
  }

  /** Forgets what no window reaches any more. */
  advance(watermark: number): void {
    if (this.#wards.some((ward) => this.#isPast(ward, watermark)))
      this.#wards = this.#wards.filter((ward) => !this.#isPast(ward, watermark));
  }

  /** Forgets keys heard of longest ago until so many accounted bytes are free. Returns how many. O(keys log keys). */
  evict(bytes: number): number {
    const rows = this.#wards.flatMap((ward) =>
      Array.from(ward.places, ([key, place]) => ({ ward, key, time: ward.lastTime(place) })),
    );
    rows.sort((a, b) => a.time - b.time || (a.key < b.key ? -1 : 1));
    let freed = 0;
    let evicted = 0;
    for (; evicted < rows.length && freed < bytes; evicted++) {
      const { ward, key } = rows[evicted] as (typeof rows)[number];
      freed += ward.remove(key);
    }
    return evicted;
  }

  #isPast({ index }: Ward, watermark: number): boolean {
    return (index + 2) * this.#span <= watermark;
  }

  #wardOf(time: number): Ward {
    const index = Math.floor(time / this.#span);
    for (const ward of this.#wards) if (ward.index === index) return ward;
    const ward = new Ward(index);
    this.#wards.push(ward);
    return ward;
  }

  /** What is known of a key that is new here: bits of the members that still keep something of it. */
  #known(key: string): number {
    let known = 0;
    for (const { table, bit } of this.#members) if (table.keys.size > 0 && table.keys.has(key)) known |= bit;
    return known;
  }

  #forward(detection: Detection, opened: number): void {
    const { value, role } = detection;
    for (const { table, countsValues, bit } of this.#members) {
      if ((opened & bit) !== 0 && (countsValues ? value !== undefined : role === 0)) table.add(detection);
    }
  }

  /** Tells a member of all that waits for a key. */
  #open({ table, countsValues, bit }: Member, { group }: Detection): void {
    const waiting: { readonly time: number; readonly mark: Mark; readonly held: Held }[] = [];
    for (const ward of this.#wards) {
      const place = ward.places.get(group.key);
      if (place === undefined) continue;
      ward.opened[place] = (ward.opened[place] as number) | bit;
      ward.visit(place, (time, mark, held) => waiting.push({ time, mark, held }));
    }
    waiting.sort((a, b) => a.time - b.time);
    for (const { time, mark: both, held } of waiting) {
      if (table.isPast(time)) continue;
      const mark = this.#hasValues ? String(both) : NONE;
      if (countsValues ? mark === NONE : mark.startsWith(FURTHER)) continue;
      table.insert(table.keyOf(group), time, table.kind.mark({ value: mark.slice(1), role: 0 }), held);
    }
  }
}

function markOf({ value, role }: Detection): string {
  if (value === undefined) return NONE;
  return (role === 0 ? FIRST : FURTHER) + value;
}
