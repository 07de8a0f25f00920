import type { ExplainedEvent } from '../engine/explain.js';
import { printable } from '../event/index.js';
import type { Paint } from './terminal.js';

/** Why a rule matches, as a tree of lines. */
export function explanationLines(explanation: ExplainedEvent['matched'][number], paint: Paint): readonly string[] {
  return [paint('bold', printable(JSON.stringify(explanation)))];
}
