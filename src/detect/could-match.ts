import type { EcsEvent, Fields, FieldValue, Source } from '../event/index.js';
import {
  isKeyedByProgram,
  logsourceKey,
  logsourceMatches,
  logsourcesOf,
  overrideLogsources,
} from '../rule/taxonomy/logsource.js';
import type { EventRule, Expression, FieldRef } from '../rule/types.js';
import { passes } from './explain.js';
import { cutValue } from './text.js';

/** What is known of all events of one kind, and of the source they are from. */
export interface EventKind {
  /** Fields that are the same in all of them; `undefined`: those that none has. A field that isn't named may be anything. */
  readonly known: Fields;
  readonly source: Source;
}

/**
 * Whether any of the rules could match some event of a kind: false only where none does, whatever its other fields are.
 *
 * Partial evaluation with three values: a test of a known field is decided, one of any other (and every keyword) is
 * open. Slow and obvious; asked once per kind.
 */
export function couldMatch(rules: readonly EventRule[], { known, source }: EventKind): boolean {
  if (!isKeyedByProgram(known['event.dataset']) || !Object.hasOwn(known, 'process.name')) return true;
  const derived = logsourcesOf(logsourceKey(known));
  const has = overrideLogsources(derived, source.settings.logsource ?? {});
  const event = { fields: known, time: 0, source, offset: 0, sub: 0, receiveTime: 0, movesWatermark: true };
  return rules.some(
    (rule) =>
      (rule.looseLogsource || logsourceMatches(rule.logsource, has)) && evaluate(rule.expression, event) !== false,
  );
}

/** True or false where the known fields decide it, else undefined. */
function evaluate(expression: Expression, event: EcsEvent): boolean | undefined {
  switch (expression.kind) {
    case 'and':
      return allOf(expression.items.map((item) => evaluate(item, event)));
    case 'or':
      return not(allOf(expression.items.map((item) => not(evaluate(item, event)))));
    case 'not':
      return not(evaluate(expression.item, event));
    case 'keyword':
      return undefined;
    case 'test': {
      const { field, test } = expression;
      if (test.kind === 'field' || !isKnown(field, event.fields)) return undefined;
      return passes(test, valueOf(field, event.fields), event);
    }
  }
}

function allOf(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(false)) return false;
  return values.includes(undefined) ? undefined : true;
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** Whether the known fields tell what reading the field gives: it is the first that is neither missing nor null. */
function isKnown({ paths }: FieldRef, known: Fields): boolean {
  for (const path of paths) {
    if (!Object.hasOwn(known, path)) return false;
    if (known[path] !== undefined && known[path] !== null) return true;
  }
  return true;
}

function valueOf({ paths }: FieldRef, known: Fields): FieldValue | undefined {
  const values = paths.map((path) => known[path]).filter((value) => value !== undefined);
  const value = values.find((one) => one !== null) ?? values[0];
  return value === undefined ? undefined : cutValue(value);
}
