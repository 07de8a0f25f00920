import { gapAlert, type UnreadGap } from '../alert/index.js';
import type { AlertDocument } from '../event/index.js';

/** Gaps found in topics, until they are told as alerts of Sekisho's own. The functions need no `this`. */
export class Gaps {
  readonly #found: UnreadGap[] = [];

  /** Remembers a gap. */
  readonly add = (gap: UnreadGap): void => void this.#found.push(gap);

  /** Alerts of the gaps since the last call; `now` as in `gapAlert`. */
  readonly take = (now: number): readonly AlertDocument[] => this.#found.splice(0).map((gap) => gapAlert(gap, now));
}
