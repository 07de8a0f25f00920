import { expect, it } from 'vitest';
import { generationOf, RuleHistory } from './rule-history.js';

const [first, second] = [
  ['a', 'b'],
  ['b', 'c'],
] as const;

it('knows the rule sets it has had, whatever the order of their names', () => {
  const history = new RuleHistory();
  history.put(first);
  expect(history.current).toBe(generationOf(['b', 'a']));
  history.put(second);
  expect([history.isPast(generationOf(first)), history.isPast(generationOf(second))]).toEqual([true, false]);
  expect(['a', 'c'].map((name) => history.had(generationOf(first), name))).toEqual([true, false]);
  expect(history.had('unknown', 'a')).toBeUndefined();
});

it('is written once after each change, and read back under other rules', () => {
  const history = new RuleHistory();
  history.put(first);
  const text = history.changed() as string;
  expect(history.changed()).toBeUndefined();
  history.put(first);
  expect(history.changed()).toBeUndefined();
  const heir = new RuleHistory();
  heir.put(second);
  heir.restore(text);
  expect([heir.current, heir.isPast(generationOf(first))]).toEqual([generationOf(second), true]);
  expect(heir.changed()).toBeDefined();
  const same = new RuleHistory();
  same.put(first);
  same.restore(text);
  expect(same.changed()).toBeUndefined();
});

it('remembers a few sets only, and one that comes back as the latest', () => {
  const history = new RuleHistory();
  for (const name of ['a', 'b', 'c', 'a', 'd', 'e']) history.put([name]);
  expect(['a', 'b', 'c', 'd', 'e'].map((name) => history.had(generationOf([name]), name))).toEqual([
    ...[true, undefined, true, true, true],
  ]);
});
