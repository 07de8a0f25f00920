import type { LeftOut } from '../../detect/types.js';
import type { DeadLetter, PackedDetections, Source } from '../../event/index.js';
import type { Config } from '../config/config.js';
import type { PipelineCounts } from '../counts.js';
import type { EndStep } from './front.js';
import type { InputDefaults } from '../inputs.js';
import type { RuleSource } from '../rules.js';
import type { SourceFailure } from '../sources.js';

/** All that a reading thread needs: plain data. */
export interface FrontPlan {
  readonly rules: RuleSource;
  readonly config: Config;
  /** Files, folders and globs. */
  readonly paths: readonly string[];
  readonly defaults: InputDefaults;
  readonly since: number | undefined;
}

/** A batch read and matched in the other thread. */
export interface HandedStep {
  readonly kind: 'batch';
  readonly source: number;
  readonly next: number;
  readonly newest: number;
  readonly deadLetters: readonly DeadLetter[];
  readonly detections: PackedDetections;
  /** Counts up to this batch. */
  readonly counts: PipelineCounts;
}

/** What a reading thread tells, in this order: failures at any time, the sources, steps, the end. */
export type FrontMessage =
  | { readonly kind: 'failure'; readonly failure: SourceFailure }
  | { readonly kind: 'sources'; readonly sources: readonly Source[] }
  | HandedStep
  | EndStep
  | { readonly kind: 'done'; readonly leftOut: readonly LeftOut[] };

/** What a reading thread is started with: steps that were taken, written by the one who takes them. */
export interface FrontStart {
  readonly taken: Int32Array;
}

/** Steps a reading thread is ahead at most: what bounds memory. */
export const STEPS_AHEAD = 16;
