import { describe, expect, test } from 'vitest';
import { namesOf, parseCondition, type Condition, type ConditionFault } from './condition.js';

function show(condition: Condition | ConditionFault): string {
  switch (condition.kind) {
    case 'fault':
      return `fault@${condition.offset}`;
    case 'name':
      return condition.name;
    case 'of':
      return `${condition.all ? 'all' : 'one'}[${condition.pattern}]`;
    case 'not':
      return `!${show(condition.item)}`;
    default:
      return `(${condition.items.map(show).join(condition.kind === 'and' ? '&' : '|')})`;
  }
}

describe('conditions', () => {
  test.each([
    ['a', 'a'],
    ['a and b', '(a&b)'],
    ['a or b and c', '(a|(b&c))'],
    ['a and b or c', '((a&b)|c)'],
    ['(a or b) and c', '((a|b)&c)'],
    ['not a and b', '(!a&b)'],
    ['not (a and b)', '!(a&b)'],
    ['not not a', 'a'],
    ['not not not a', '!a'],
    ['a and not 1 of filter*', '(a&!one[filter*])'],
    ['all of selection_* or any of x', '(all[selection_*]|one[x])'],
    ['1 of them', 'one[them]'],
    ['A AND NOT B', '(A&!B)'],
    ['a and\n  b', '(a&b)'],
    ['((a))', 'a'],
    ['sel-1 and sel.2', '(sel-1&sel.2)'],
    ['1 of *-x*', 'one[*-x*]'],
  ])('%s', (text, tree) => {
    expect(show(parseCondition(text))).toBe(tree);
  });

  test.each([
    ['', 0],
    ['a b', 2],
    ['a and', 5],
    ['and a', 0],
    ['(a', 0],
    ['a)', 1],
    ['a or or b', 5],
    ['not', 3],
    ['2 of x*', 0],
    ['all of', 6],
    ['1 of (a)', 5],
    ['a | count() > 5', 2],
    ['()', 1],
  ])('%j is refused at its fault', (text, offset) => {
    expect(show(parseCondition(text))).toBe(`fault@${offset}`);
  });

  test('an aggregation is refused with the way out', () => {
    const fault = parseCondition('sel | count() by src > 5');
    expect(fault).toMatchObject({ kind: 'fault', fix: expect.stringContaining('correlation') as string });
  });

  test.each([
    ['a | near b', '`| near` was removed', 'type temporal'],
    ['a | count(F) by G > 5', '`| count` was removed', 'value_count where it counted a field'],
    ['a | max(F) > 5', '`| max` was removed', 'percentile: 100'],
    ['a | b', 'after a pipe was removed', 'correlation rule'],
    ['a || b', '`||` is not in Sigma', 'write `or`'],
    ['a && b', '`&&` is not in Sigma', 'write `and`'],
    ['!a', '`!` is not in Sigma', 'write `not a`'],
    ['1 of (a*, b*)', 'takes one pattern', 'write `(1 of a* or 1 of b*)`'],
    ['all of (a*,b) and c', 'takes one pattern', 'write `(all of a* and all of b)`'],
    ['1 of (', 'takes one pattern', 'write `them`'],
  ])('%s is told in Sigma', (text, reason, fix) => {
    expect(parseCondition(text)).toMatchObject({
      kind: 'fault',
      reason: expect.stringContaining(reason) as string,
      fix: expect.stringContaining(fix) as string,
    });
  });

  test('ten thousand parentheses and operators end in a sentence, not in a full stack', () => {
    expect(parseCondition('('.repeat(10_000) + 'a' + ')'.repeat(10_000)).kind).toBe('fault');
    expect(parseCondition('not '.repeat(10_001) + 'a').kind).toBe('not');
    expect(parseCondition('a or '.repeat(100_000) + 'a').kind).toBe('fault');
  });
});

describe('patterns of selections', () => {
  const names = ['selection', 'selection_a', 'sel_b', '_hidden', 'filter_x'];
  test.each([
    ['them', ['selection', 'selection_a', 'sel_b', 'filter_x']],
    ['selection*', ['selection', 'selection_a']],
    ['selection_*', ['selection_a']],
    ['*_x', ['filter_x']],
    ['s*_*', ['selection_a', 'sel_b']],
    ['sel_b', ['sel_b']],
    ['*', ['selection', 'selection_a', 'sel_b', 'filter_x']],
    ['*hidden', []],
    ['_*', ['_hidden']],
    ['none*', []],
  ])('%s', (pattern, matched) => {
    expect(namesOf(pattern, names)).toEqual(matched);
  });

  test('pieces do not overlap', () => {
    expect(namesOf('ab*ba', ['aba', 'abba'])).toEqual(['abba']);
  });
});
