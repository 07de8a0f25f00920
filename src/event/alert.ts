import type { FieldValue } from './event.js';

/**
 * The document written for people: plain nested ECS (DESIGN.md section 7), ready for JSON.
 *
 * `id` and `revision` are its `_id` and external version; `index` fields that never move: `@timestamp`,
 * `event.created`. Shown strings are already cleared of control and bidirectional characters; evidence keeps its bytes.
 */
export interface AlertDocument {
  readonly id: string;
  readonly revision: number;
  readonly severity: number;
  readonly document: { readonly [key: string]: FieldValue };
}
