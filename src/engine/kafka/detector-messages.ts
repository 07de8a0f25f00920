import type { Config } from '../config/config.js';
import type { PipelineCounts } from '../counts.js';
import type { LeftOutOfRule } from '../left-out.js';
import type { RuleSource } from '../rules.js';

/** What a member tells its detector's thread, in this order: what to work with, to begin; other rules at any time; to stop. */
export type DetectorOrder =
  | { readonly kind: 'plan'; readonly config: Config; readonly rules: RuleSource }
  | { readonly kind: 'begin' }
  | { readonly kind: 'rules'; readonly rules: RuleSource }
  | { readonly kind: 'stop' };

/** What the thread tells: that its program is there, troubles and warnings, each change of rules, counts, its end. */
export type DetectorNews =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'trouble'; readonly name: string; readonly message: string | undefined }
  | { readonly kind: 'warning'; readonly message: string }
  /** Why the rules given last can't be put into force; undefined: they are. */
  | { readonly kind: 'rules'; readonly refused: string | undefined }
  | { readonly kind: 'counts'; readonly counts: PipelineCounts; readonly leftOut: readonly LeftOutOfRule[] }
  | { readonly kind: 'ended' };
