import type { Source } from './record.js';

/** A value of an ECS field. Objects occur only inside arrays or fields that ECS leaves open. */
export type FieldValue =
  string | number | boolean | null | readonly FieldValue[] | { readonly [key: string]: FieldValue };

/**
 * The fields of one ECS document, flat: the keys are dotted ECS names (`source.ip`), a missing field is `undefined`.
 *
 * Each format builds its own with one object literal in one order of keys, so that reading stays monomorphic.
 * `event.original` and `message` are always set; `@timestamp` is not here: it is `EcsEvent.time`, written on output.
 */
export interface Fields {
  [field: string]: FieldValue | undefined;
}

/**
 * One ECS document with its event time and its position.
 *
 * `time` is epoch milliseconds and always the event's own; what is doubtful about it is said in `fields.tags`.
 */
export interface EcsEvent {
  readonly fields: Fields;
  readonly time: number;
  readonly source: Source;
  readonly offset: number;
  readonly sub: number;
  readonly receiveTime: number;
  /** False where the time lies more than 5 minutes beyond the receive time: such a time moves no watermark. */
  readonly movesWatermark: boolean;
}

/**
 * Before the name of a field: the names of the operator's lists that hold its value (`sekisho.list.source.ip`). Rules ask
 * for such fields, and events are given those that are asked for.
 */
export const LIST_PREFIX = 'sekisho.list.';
