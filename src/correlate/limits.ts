import type { Group } from '../event/index.js';

/**
 * Every cap of this room. Below them the answers are exact in any order of arrival; what happens at each is said here.
 */

/** Full evidence of an open or ended episode: the first and the last so many. */
export const EPISODE_EVIDENCE = 25;
/** Among them up to so many of the detections with which it opened, wherever those stand. */
export const OPENING_EVIDENCE = 2;

/** Of how many earliest and latest detections a cell without a firing keeps full evidence; of others who and where. */
export interface IdleEvidence {
  readonly first: number;
  readonly last: number;
}

/** While all state together is small, so that an alert can show the run-up to its threshold. */
export const AMPLE_EVIDENCE: IdleEvidence = { first: 6, last: 4 };

/** Once it is more than `AMPLE_BYTES` (or a quarter of the budget). */
export const SCANT_EVIDENCE: IdleEvidence = { first: 1, last: 1 };
/** What is accounted for a cell without a firing: full evidence of so many at most, as when memory is short. */
export const IDLE_EVIDENCE = SCANT_EVIDENCE.first + SCANT_EVIDENCE.last;
/** See `SCANT_EVIDENCE`. */
export const AMPLE_BYTES = 24 * 1024 * 1024;

/** Distinct addresses, users and hosts kept for an episode (and a stage), each; more only sets `more`. */
export const ENTITY_LIMIT = 256;

/**
 * event_count: a cell with more detections than this (or four times the bound) keeps only the `bound` earliest and
 * latest one by one, and the rest as counts on a grid of `COUNT_SLOTS` per timespan. Start, end and count stay exact,
 * but for the place of a cut at `max-episode` within such a cell, which then is exact to a slot.
 */
export const COUNT_CELL = 128;
/** See `COUNT_CELL`. */
export const COUNT_SLOTS = 16;

/**
 * value_count: as above; exact as long as a cell keeps fewer than this many repeats before the bound is reached in it.
 * Beyond, the end of an episode that stops firing amid the repeats is exact to a slot.
 */
export const VALUE_CELL = 512;
/** See `VALUE_CELL`. */
export const VALUE_SLOTS = 128;

/** temporal and temporal_ordered: detections of a cell kept one by one; beyond, first and last per role and slot. */
export const ROLE_CELL = 1024;
/** See `ROLE_CELL`. */
export const ROLE_SLOTS = 256;

/**
 * value_sum, value_avg, value_median, value_percentile: values of a cell kept one by one. Beyond, the first and last
 * quarter stay, and one in each of `METRIC_SLOTS` slots between them: the number is then that of a sample.
 */
export const METRIC_CELL = 16_384;
/** See `METRIC_CELL`. */
export const METRIC_SLOTS = 4096;

/** Evidence is copied out of its batch when it has survived so many batches: most of it is dropped before. */
export const HELD_BATCHES = 4;

/** And earlier where more cells than this wait for it: what they hold should die young. */
export const HELD_CELLS = 2048;

/** A cell that has not fired and keeps at most so many detections is written in a page, together with others. */
export const PAGE_CELL = 4;

/** A page is full at so many characters. */
export const PAGE_SIZE = 128 * 1024;

/** The pages of a bucket are written anew once half of what they hold is gone, and at least so many cells. */
export const PAGE_WEAR = 1_000;

/** Accounted bytes: estimates of what V8 uses, the same on every machine. */
export const BYTES = { key: 400, cell: 260, entry: 24, evidence: 450, subject: 80, episode: 1200 } as const;

/** Accounted bytes of a cell that holds one detection. */
export const SINGLE_BYTES = BYTES.cell + BYTES.entry + BYTES.evidence;

/** Accounted bytes of a group key. */
export function keyBytes({ key }: Group): number {
  return BYTES.key + 2 * key.length;
}
