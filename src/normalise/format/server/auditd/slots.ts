import { type Kind, kindOf, KINDS, type Sort, sortOf, UNTOLD } from './sorts.js';
import type { Key, Pairs } from './values.js';

/** Values of one record that its layout does not tell. */
export const MOST_VALUES = 64;
const QUOTE = 34;
const APOSTROPHE = 39;
const COLON = 58;

/** Bytes that may stand in a value without quotes, and in one with them: a colon may be of an AVC decision. */
const BARE = new Uint8Array(256).fill(1, 33, 127);
BARE[QUOTE] = 0;
BARE[APOSTROPHE] = 0;
const QUOTED = new Uint8Array(256).fill(1);
QUOTED[QUOTE] = 0;
QUOTED[COLON] = 0;

/** A value of a record that its layout leaves open. */
export interface Slot {
  /** Which of the pairs it is of. */
  readonly pair: number;
  readonly key: Key;
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  readonly sort: Sort;
  readonly kind: Kind;
}

/** Where a value ends that begins at `start`: before what can't be a part of it. */
export function valueEnd(bytes: Uint8Array, start: number, end: number, isQuoted: boolean): number {
  const part = isQuoted ? QUOTED : BARE;
  let at = start;
  while (at < end && part[bytes[at] as number] === 1) at++;
  return at;
}

/** The open values of a record, whose pairs `readUsualPairs` has read; undefined for one that can't be told by a layout. */
export function slotsOf(bytes: Uint8Array, pairs: Pairs): readonly Slot[] | undefined {
  if (pairs.hasColon) return undefined;
  const slots: Slot[] = [];
  for (let pair = 0; pair < pairs.length; pair++) {
    const key = pairs.keys[pair] as Key;
    const start = pairs.spans[2 * pair] as number;
    const end = pairs.spans[2 * pair + 1] as number;
    const isQuoted = bytes[start - 1] === QUOTE;
    const sort = sortOf(key, isQuoted, pairs.isCommand);
    const kind = kindOf(sort, bytes, start, end);
    if (UNTOLD.has(key.key)) return undefined;
    if (kind === KINDS.literal) continue;
    if (valueEnd(bytes, start, bytes.length, isQuoted) !== end) return undefined;
    slots.push({ pair, key, start, end, isQuoted, sort, kind });
  }
  return slots.length <= MOST_VALUES ? slots : undefined;
}

/**
 * Two values of which it matters whether they are the same: an enriched record names the user of `auid`, which is also that of
 * `uid` where these are one (see `setNames`). The indexes of their slots; undefined where there are none.
 */
export function twinsOf(slots: readonly Slot[]): readonly [number, number] | undefined {
  const [uid, auid, name] = ['uid', 'auid', 'AUID'].map((wanted) => slots.findIndex(({ key }) => key.key === wanted));
  return uid === undefined || auid === undefined || Math.min(uid, auid, name ?? -1) < 0 ? undefined : [uid, auid];
}
