import { patternSource } from '../pattern.js';
import { ANY, ONE, type Expression, type PatternPart, type ValueTest } from '../types.js';

/** Two tests of one field that no event passes together, in words; undefined where none were found. */
export function contradictionOf(expression: Expression): string | undefined {
  if (expression.kind === 'not') return undefined;
  if (expression.kind === 'test' || expression.kind === 'keyword') {
    return expression.test.kind === 'never' ? expression.test.why : undefined;
  }
  const inner = expression.items.map(contradictionOf);
  if (expression.kind === 'or') return inner.every((one) => one !== undefined) ? inner[0] : undefined;
  return inner.find((one) => one !== undefined) ?? clashOf(expression.items.flatMap(required));
}

/** The selections of an expression that can't be true, by name, with the reason. */
export function impossibleSelections(expression: Expression): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (node: Expression): void => {
    const reason = node.label === undefined ? undefined : contradictionOf(node);
    if (node.label !== undefined && reason !== undefined) found.set(node.label, reason);
    else if (node.kind === 'not') visit(node.item);
    else if (node.kind === 'and' || node.kind === 'or') node.items.forEach(visit);
  };
  visit(expression);
  return found;
}

/** What all must hold where an item of an AND does. */
function required(item: Expression): readonly Expression[] {
  return item.kind === 'and' ? item.items.flatMap(required) : [item];
}

function clashOf(items: readonly Expression[]): string | undefined {
  const byField = new Map<string, ValueTest[]>();
  for (const item of items) {
    if (item.kind !== 'test') continue;
    const tests = byField.get(item.field.name);
    if (tests === undefined) byField.set(item.field.name, [item.test]);
    else tests.push(item.test);
  }
  for (const [field, tests] of byField) {
    if (isAbsentAndPresent(tests)) return `\`${field}\` must be missing and have a value`;
    if (isEmptyRange(tests)) return `no number of \`${field}\` is within its bounds`;
    const [one, other] = apartIn(tests) ?? [];
    if (one !== undefined) return `\`${field}\` must be "${one}" and ${other}`;
  }
  return undefined;
}

function isAbsentAndPresent(tests: readonly ValueTest[]): boolean {
  const absent = tests.some((test) => test.kind === 'exists' && !test.present);
  const needsValue = (test: ValueTest): boolean => test.kind !== 'null' && !(test.kind === 'exists' && !test.present);
  return absent && tests.some(needsValue);
}

/** Tests of one field that are compared with each other, and the longest pattern that is. */
const COMPARED = 32;
const LONGEST = 20;

/** A text that a field must be, and in words another test of it that this text does not pass. Lists may pass both. */
function apartIn(all: readonly ValueTest[]): readonly [string, string] | undefined {
  const tests = all.slice(0, COMPARED);
  for (const test of tests) {
    const exact = exactText(test);
    if (exact === undefined) continue;
    for (const other of tests) if (refuses(other, exact)) return [exact, otherText(other)];
  }
  return undefined;
}

function exactText(test: ValueTest): string | undefined {
  if (test.kind === 'number') return test.text;
  if (test.kind !== 'pattern') return undefined;
  const literal = test.parts.every((part) => typeof part === 'string');
  return literal ? test.parts.join('') : undefined;
}

function refuses(test: ValueTest, text: string): boolean {
  switch (test.kind) {
    case 'pattern':
      return (
        test.parts.length <= LONGEST && text.length < 1000 && !new RegExp(patternSource(test.parts), 'iu').test(text)
      );
    case 'cidr':
      return !test.test(text);
    case 'regex':
      return !test.test(text) && !test.test(text.toUpperCase());
    default:
      return false;
  }
}

function otherText(test: ValueTest): string {
  if (test.kind === 'cidr') return `in ${test.text}`;
  if (test.kind === 'regex') return `match /${test.source}/`;
  if (test.kind !== 'pattern') return 'something else';
  return `match ${patternText(test.parts)}`;
}

function patternText(parts: readonly PatternPart[]): string {
  return `"${parts.map((part) => (typeof part === 'string' ? part : part === ANY ? '*' : '?')).join('')}"`;
}

function isEmptyRange(tests: readonly ValueTest[]): boolean {
  let low = -Infinity;
  let high = Infinity;
  let strict = false;
  for (const test of tests) {
    if (test.kind !== 'compare') continue;
    if (test.op === 'gt' || test.op === 'gte') low = Math.max(low, test.value);
    else high = Math.min(high, test.value);
    strict ||= test.op === 'gt' || test.op === 'lt';
  }
  return low > high || (low === high && strict);
}

/** A character that texts of any kind hold. */
const COMMON = /^[a-z0-9 ./\\:_-]$/i;

/** Whether nearly every text holds a pattern's few characters where the pattern wants them. */
function isEverywhere(parts: readonly PatternPart[], keyword: boolean): boolean {
  const literal = parts.filter((part) => typeof part === 'string').join('');
  const free = keyword || (parts[0] === ANY && parts.at(-1) === ANY);
  const common = [...literal].every((char) => COMMON.test(char));
  if (free) return (literal.length < 3 && common) || /^[ -~]?$/.test(literal);
  // At an end of the text, a space or a sign is rare.
  return literal === '' || /^[a-z0-9]$/i.test(literal);
}

/** Why nearly every event passes; undefined where some test every match must pass says something. */
export function broadReason(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'not':
      return 'it only says what must not be there';
    case 'and': {
      const reasons = expression.items.map(broadReason);
      return reasons.includes(undefined) ? undefined : (reasons[0] ?? 'it asks nothing');
    }
    case 'or':
      return expression.items.map(broadReason).find((reason) => reason !== undefined);
    case 'test':
    case 'keyword':
      return broadTest(expression.test, expression.kind === 'keyword');
  }
}

function broadTest(test: ValueTest, keyword: boolean): string | undefined {
  switch (test.kind) {
    case 'pattern': {
      const open = test.parts.includes(ANY) || test.parts.includes(ONE);
      if (!open && !keyword) return undefined;
      return isEverywhere(test.parts, keyword)
        ? `the pattern ${patternText(test.parts)} is found everywhere`
        : undefined;
    }
    case 'exists':
      return 'a field that is there, or not, tells little';
    case 'null':
      return 'a missing field tells little';
    case 'regex':
      return test.test('') && test.test('0') && test.test('zz zz') ? 'its expression matches any text' : undefined;
    case 'cidr':
      return /^(?:0\.0\.0\.0|::)\/0$/.test(test.text) ? 'every address is in that network' : undefined;
    default:
      return undefined;
  }
}
