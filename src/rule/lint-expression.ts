import { ANY, ONE, type Expression, type ValueTest } from './types.js';

/** Two tests of one field that no event passes together, in words; undefined where none were found. */
export function contradictionOf(expression: Expression): string | undefined {
  if (expression.kind === 'not') return undefined;
  if (expression.kind === 'test' || expression.kind === 'keyword') {
    return expression.test.kind === 'never' ? expression.test.why : undefined;
  }
  const inner = expression.items.map(contradictionOf);
  if (expression.kind === 'or') return inner.every((one) => one !== undefined) ? inner[0] : undefined;
  return inner.find((one) => one !== undefined) ?? clashOf(expression.items);
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
  }
  return undefined;
}

function isAbsentAndPresent(tests: readonly ValueTest[]): boolean {
  const absent = tests.some((test) => test.kind === 'exists' && !test.present);
  const needsValue = (test: ValueTest): boolean => test.kind !== 'null' && !(test.kind === 'exists' && !test.present);
  return absent && tests.some(needsValue);
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

/** Literal characters a pattern or keyword must have to tell anything. */
const LITERAL = 3;

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
      const literal = test.parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
      const open = test.parts.includes(ANY) || test.parts.includes(ONE);
      if (!open && !keyword) return undefined;
      return literal < LITERAL ? `a pattern with ${literal} fixed characters is found everywhere` : undefined;
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
