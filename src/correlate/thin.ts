import type { Cell, Mark } from './cell.js';

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
 * Makes a full cell thin: detections that are not kept one by one are summed up in the one that stands for them. Returns how
 * many detections it may hold before it is made thin again. Linear in the cell.
 */
export function thin(cell: Cell, thinning: Thinning, span: number): number {
  const size = cell.times.length;
  const keep = new Uint8Array(size);
  keep.fill(1, 0, thinning.edge).fill(1, Math.max(0, size - thinning.edge));
  thinning.essential?.(cell, keep);
  const heirs = heirsOf(cell, thinning, span, keep);
  const weights = cell.weights ?? new Array<number>(size).fill(1);
  for (let i = 0; i < size; i++) {
    const heir = heirs[i] as number;
    if (heir === i) continue;
    weights[heir] = (weights[heir] as number) + (weights[i] as number);
    cell.lose(cell.held[i], thinning.byRole ? (cell.marks[i] as number) : 0);
  }
  compact(cell, heirs, weights);
  return Math.max(thinning.cap, cell.times.length + (cell.times.length >> 3) + 1);
}

/** For each detection the one that will stand for it: itself where it is kept, else the last of its slot (and role). */
function heirsOf(cell: Cell, { slots, byRole }: Thinning, span: number, keep: Uint8Array): Int32Array {
  const heirs = new Int32Array(keep.length);
  const slotOf = (at: number): number => Math.floor((((cell.times[at] as number) - cell.index * span) / span) * slots);
  let slot = NaN;
  let heir = -1;
  for (let i = keep.length - 1; i >= 0; i--) {
    heirs[i] = i;
    if (keep[i] === 1) continue;
    const own = slotOf(i);
    if (own === slot) heirs[i] = heir;
    else heir = i;
    slot = own;
  }
  if (byRole) keepRoles(cell, heirs, keep, slotOf);
  return heirs;
}

/** As above, but within a slot each role has its own heir, and the first of each role is kept too. */
function keepRoles(cell: Cell, heirs: Int32Array, keep: Uint8Array, slotOf: (at: number) => number): void {
  const lastOf = new Map<Mark, number>();
  let slot = NaN;
  for (let i = keep.length - 1; i >= 0; i--) {
    if (keep[i] === 1) continue;
    const own = slotOf(i);
    if (own !== slot) lastOf.clear();
    slot = own;
    const heir = lastOf.get(cell.marks[i] as Mark);
    heirs[i] = heir ?? i;
    if (heir === undefined) lastOf.set(cell.marks[i] as Mark, i);
  }
  const seen = new Set<Mark>();
  slot = NaN;
  for (let i = 0; i < keep.length; i++) {
    if (keep[i] === 1) continue;
    const own = slotOf(i);
    if (own !== slot) seen.clear();
    slot = own;
    const role = cell.marks[i] as Mark;
    if (!seen.has(role)) heirs[i] = i;
    seen.add(role);
  }
}

function compact(cell: Cell, heirs: Int32Array, weights: number[]): void {
  const isMarked = cell.marks.length > 0;
  let to = 0;
  for (let i = 0; i < heirs.length; i++) {
    if (heirs[i] !== i) continue;
    cell.times[to] = cell.times[i] as number;
    if (isMarked) cell.marks[to] = cell.marks[i] as Mark;
    cell.held[to] = cell.held[i];
    weights[to] = weights[i] as number;
    to++;
  }
  cell.times.length = to;
  if (isMarked) cell.marks.length = to;
  cell.held.length = to;
  weights.length = to;
  cell.weights = weights;
}
