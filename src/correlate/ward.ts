import type { EvidenceRef } from '../event/index.js';
import type { Held, Mark } from './cell.js';
import { AMPLE_EVIDENCE, BYTES, HELD_BATCHES, HELD_CELLS, type IdleEvidence } from './limits.js';

/** Accounted bytes of a key and of an entry without its evidence. */
const KEY_BYTES = 120;
const ENTRY_BYTES = 40;
const ROOM = 1024;

/**
 * The detections of one cell's time that wait at a gate, by key.
 *
 * In columns, because they are many and live long: an object for each would cost more to keep than to make. Entries of a
 * key are a chain from its last to its first.
 */
export class Ward {
  /** A key's place in the columns of keys. */
  readonly places = new Map<string, number>();
  counts = new Int32Array(ROOM);
  /** Bits of the members that are told of the key. */
  opened = new Int32Array(ROOM);
  /** Accounted bytes. */
  bytes = 0;
  #last = new Int32Array(ROOM);
  #keys = 0;
  #times = new Float64Array(ROOM);
  #before = new Int32Array(ROOM);
  readonly #held: Held[] = [];
  readonly #marks: Mark[] = [];
  /** How many entries there were at the end of each batch whose evidence is not settled, oldest first. */
  readonly #ends: number[] = [];
  #settled = 0;

  constructor(readonly index: number) {}

  /** Appends an entry to a key's chain; `opened` where the key is new. */
  push(key: string, time: number, mark: Mark, held: EvidenceRef, opened: number): void {
    const place = this.places.get(key) ?? this.#enter(key, opened);
    const at = this.#held.length;
    if (at === this.#times.length) {
      this.#times = grown(this.#times, new Float64Array(at * 2));
      this.#before = grown(this.#before, new Int32Array(at * 2));
    }
    this.#times[at] = time;
    this.#before[at] = this.#last[place] as number;
    this.#last[place] = at;
    this.#held.push(held);
    if (mark !== '') this.#marks.push(mark);
    this.counts[place] = (this.counts[place] as number) + 1;
    this.bytes += ENTRY_BYTES + BYTES.evidence;
  }

  #enter(key: string, opened: number): number {
    const place = this.#keys++;
    if (place === this.counts.length) {
      this.counts = grown(this.counts, new Int32Array(place * 2));
      this.opened = grown(this.opened, new Int32Array(place * 2));
      this.#last = grown(this.#last, new Int32Array(place * 2));
    }
    this.places.set(key, place);
    this.opened[place] = opened;
    this.#last[place] = -1;
    this.bytes += KEY_BYTES + 2 * key.length;
    return place;
  }

  /** Visits the entries of a key from the last to the first. */
  visit(place: number, see: (time: number, mark: Mark, held: Held) => void): void {
    for (let at = this.#last[place] as number; at >= 0; at = this.#before[at] as number) {
      see(this.#times[at] as number, this.#marks[at] ?? '', this.#held[at]);
    }
  }

  /** Ends a batch: what is left of older ones is copied out of their text, whole or only who and where. */
  settle(idle: IdleEvidence): void {
    const size = this.#held.length;
    this.#ends.push(size);
    while (this.#ends.length > HELD_BATCHES || size - this.#settled > HELD_CELLS) {
      const end = this.#ends.shift() ?? size;
      for (; this.#settled < end; this.#settled++) this.#keep(this.#settled, idle === AMPLE_EVIDENCE);
      if (this.#ends.length === 0) break;
    }
  }

  #keep(at: number, isAmple: boolean): void {
    const held = this.#held[at];
    if (held === undefined || typeof held === 'string') return;
    const before = this.#before[at] as number;
    if (isAmple || before < 0) return held.keep();
    const previous = this.#held[before];
    this.#held[at] = held.subjectText(typeof previous === 'string' ? previous : undefined);
    this.bytes -= BYTES.evidence - BYTES.subject;
  }

  /** The time of a key's last entry. */
  lastTime(place: number): number {
    return this.#times[this.#last[place] as number] as number;
  }

  /** Forgets a key; what it held is let go. Returns the accounted bytes this frees. */
  remove(key: string): number {
    const place = this.places.get(key);
    if (place === undefined) return 0;
    let freed = KEY_BYTES + 2 * key.length;
    for (let at = this.#last[place] as number; at >= 0; at = this.#before[at] as number) {
      freed += ENTRY_BYTES + (typeof this.#held[at] === 'string' ? BYTES.subject : BYTES.evidence);
      this.#held[at] = undefined;
    }
    this.places.delete(key);
    this.bytes -= freed;
    return freed;
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
