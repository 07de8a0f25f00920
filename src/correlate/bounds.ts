import type { Bounds } from '../rule/types.js';

/** Whether a number is within all given bounds. */
export function satisfies(bounds: Bounds, value: number): boolean {
  return (
    (bounds.gte === undefined || value >= bounds.gte) &&
    (bounds.gt === undefined || value > bounds.gt) &&
    (bounds.lte === undefined || value <= bounds.lte) &&
    (bounds.lt === undefined || value < bounds.lt) &&
    (bounds.eq === undefined || value === bounds.eq) &&
    (bounds.neq === undefined || value !== bounds.neq)
  );
}

/** Whether a growing number can never leave the bounds again: only gt and gte are given. */
export function isMonotone(bounds: Bounds): boolean {
  return bounds.lte === undefined && bounds.lt === undefined && bounds.eq === undefined && bounds.neq === undefined;
}

/** The least n ≥ 1 such that all whole numbers ≥ n are alike to the bounds: counting further is idle. */
export function saturation(bounds: Bounds): number {
  const { gte = 1, gt = 0, lt = 1, lte = 0, eq = 0, neq = 0 } = bounds;
  const beyond = [gt, lte, eq, neq].map((bound) => Math.floor(bound) + 1);
  return Math.max(1, Math.ceil(gte), Math.ceil(lt), ...beyond);
}

/** How many detections a count or a number of values takes before it can be within the bounds; 1: it may be from the start, or leave them again. */
export function detectionsNeeded(bounds: Bounds): number {
  return isMonotone(bounds) ? saturation(bounds) : 1;
}
