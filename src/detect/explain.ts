import type { EcsEvent, FieldValue } from '../event/index.js';
import {
  ANY,
  ONE,
  type EventRule,
  type Expression,
  type FieldRef,
  type PatternPart,
  type ValueTest,
} from '../rule/types.js';
import { COMPARE_TEXTS } from './compare.js';
import { readField } from './frame.js';
import { isScalarTest, scalarTest } from './scalar.js';
import { anyScalar, cutValue, fold, isList, isNull, textOf, type Scalar } from './text.js';

/** One node of a rule's condition as it stood for one event: what was asked, what was seen, what came out. */
export interface Explanation {
  /** The selection's name as written in the rule, where the node is one. */
  readonly label: string | undefined;
  readonly kind: Expression['kind'];
  /** The field as the rule names it. */
  readonly field: string | undefined;
  /** Where events have it. */
  readonly paths: readonly string[];
  /** The test in words: `contains "mimikatz"`. */
  readonly test: string | undefined;
  /** The value seen; undefined: the field is missing. Keywords: the values that passed. */
  readonly saw: FieldValue | undefined;
  readonly result: boolean;
  readonly children: readonly Explanation[];
}

/**
 * Evaluates a rule on one event node by node, nothing skipped, for `sekisho explain`. The log source is not looked at.
 *
 * Slow and obvious on purpose; a property test holds it to the same answers as `Detector.match`.
 */
export function explainRule(rule: EventRule, event: EcsEvent): Explanation {
  return explain(rule.expression, event);
}

function explain(expression: Expression, event: EcsEvent): Explanation {
  const { kind, label } = expression;
  const node = { kind, label, field: undefined, paths: [], test: undefined, saw: undefined };
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const children = expression.items.map((item) => explain(item, event));
      const result = kind === 'and' ? children.every((child) => child.result) : children.some((child) => child.result);
      return { ...node, result, children };
    }
    case 'not': {
      const child = explain(expression.item, event);
      return { ...node, result: !child.result, children: [child] };
    }
    case 'test': {
      const { field } = expression;
      const saw = read(event, field);
      const result = passes(expression.test, saw, event);
      return {
        ...node,
        field: field.name,
        paths: field.paths,
        test: describeTest(expression.test),
        saw,
        result,
        children: [],
      };
    }
    case 'keyword': {
      const found = strings(event).filter((text) => isScalarTest(expression.test) && scalarTest(expression.test)(text));
      return { ...node, test: describeTest(expression.test), saw: found, result: found.length > 0, children: [] };
    }
  }
}

function read(event: EcsEvent, field: FieldRef): FieldValue | undefined {
  const value = readField(event, field.paths);
  return value === undefined ? undefined : cutValue(value);
}

function strings(event: EcsEvent): readonly string[] {
  return Object.values(event.fields).flatMap((value) => {
    const cut = value === undefined ? null : cutValue(value);
    const elements = isList(cut) ? cut : [cut];
    return elements.filter((element): element is string => typeof element === 'string');
  });
}

/** Whether a value passes a test; `event` is where `fieldref` reads the other field. */
export function passes(test: ValueTest, value: FieldValue | undefined, event: EcsEvent): boolean {
  const missing = value === undefined || value === null;
  switch (test.kind) {
    case 'never':
      return false;
    case 'null':
      return isNull(value);
    case 'exists':
      return (value !== undefined) === test.present;
    case 'field':
      return passesField(test, value, read(event, test.other));
    default:
      return isAnything(test) ? !missing : anyScalar(value, scalarTest(test));
  }
}

function isAnything(test: ValueTest): boolean {
  if (test.kind !== 'pattern') return false;
  const parts = test.parts.filter((part) => part !== '');
  return parts.length > 0 && parts.every((part) => part === ANY);
}

function passesField(
  test: Extract<ValueTest, { readonly kind: 'field' }>,
  value: FieldValue | undefined,
  other: FieldValue | undefined,
): boolean {
  const form = (scalar: Scalar): string => (test.cased ? textOf(scalar) : fold(textOf(scalar)));
  return anyScalar(value, (left) => anyScalar(other, (right) => COMPARE_TEXTS[test.how](form(left), form(right))));
}

const OPERATORS = { lt: '<', lte: '≤', gt: '>', gte: '≥', eq: '=' } as const;

/** A test in words, as people would say it. */
export function describeTest(test: ValueTest): string {
  switch (test.kind) {
    case 'pattern':
      return describePattern(test.parts) + caseWords(test.cased);
    case 'number':
      return `= ${test.text}`;
    case 'boolean':
      return `= ${test.value}`;
    case 'null':
    case 'exists':
      return test.kind === 'exists' ? `is ${test.present ? '' : 'not '}there` : 'is missing';
    case 'regex':
      return `matches /${test.source}/${test.flags}`;
    case 'cidr':
      return `lies in ${test.text}`;
    case 'compare':
      return `${OPERATORS[test.op]} ${test.value}`;
    case 'time':
      return `${test.part} ${OPERATORS[test.op]} ${test.value}`;
    case 'field':
      return `${test.how} field ${test.other.name}${caseWords(test.cased)}`;
    case 'list':
      return `is in list ${test.list}`;
    case 'never':
      return `can't be true: ${test.why}`;
  }
}

function caseWords(cased: boolean): string {
  return cased ? ' (case counts)' : '';
}

function describePattern(parts: readonly PatternPart[]): string {
  const [first, second, third] = parts;
  if (parts.length === 1 && first === ANY) return 'is there';
  if (parts.length === 3 && first === ANY && typeof second === 'string' && third === ANY)
    return `contains ${quote(second)}`;
  if (parts.length === 2 && typeof first === 'string' && second === ANY) return `starts with ${quote(first)}`;
  if (parts.length === 2 && first === ANY && typeof second === 'string') return `ends with ${quote(second)}`;
  if (parts.every((part) => typeof part === 'string')) return `is ${quote(parts.join(''))}`;
  const glob = parts.map((part) => (part === ANY ? '*' : part === ONE ? '?' : part.replaceAll(/[\\*?]/gu, '\\$&')));
  return `is like ${quote(glob.join(''))}`;
}

function quote(text: string): string {
  return JSON.stringify(text).replaceAll('\\\\', '\\');
}
