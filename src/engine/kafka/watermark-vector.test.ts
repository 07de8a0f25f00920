import { expect, it } from 'vitest';
import { WatermarkVector } from './watermark-vector.js';

const both = ['a:0', 'a:1'];

/** A detection's mark; all of one rule set. */
const at = (offset: number, sub: number, source = 'a:0') => {
  return { source, offset, sub, nth: 0, name: 'n', role: 0, generation: 'g' };
};
const had = (): undefined => undefined;

it('stays at minus infinity until every listed partition has reported, then is the least of them', () => {
  const vector = new WatermarkVector();
  vector.see({ expected: both, owned: [['a:0', 10, 500]] });
  expect(vector.watermark).toBe(-Infinity);
  vector.see({ expected: both, owned: [['a:1', 4, null]] });
  expect(vector.watermark).toBe(-Infinity);
  vector.see({ expected: both, owned: [['a:1', 5, 300]] });
  expect(vector.watermark).toBe(300);
  vector.see({ expected: both, owned: [['a:1', 9, 900]] });
  expect(vector.watermark).toBe(500);
});

it('stands still while an added partition has not reported, whoever does not know of it yet', () => {
  const vector = new WatermarkVector();
  vector.see({ expected: ['a:0'], owned: [['a:0', 1, 100]] });
  vector.see({ expected: both, owned: [] });
  vector.see({ expected: ['a:0'], owned: [['a:0', 2, 200]] });
  expect(vector.watermark).toBe(100);
  vector.see({ expected: both, owned: [['a:1', 1, 150]] });
  expect(vector.watermark).toBe(150);
});

it('ignores markers of a member that has lost the partition, and never goes back', () => {
  const vector = new WatermarkVector();
  vector.see({ expected: ['a:0'], owned: [['a:0', 10, 100]] });
  vector.see({ expected: ['a:0'], owned: [['a:0', 9, 9_999]] });
  expect(vector.watermark).toBe(100);
  vector.see({ expected: ['a:0'], owned: [['a:0', 11, 50]] });
  expect(vector.watermark).toBe(100);
});

it('is not held back by an empty partition, until it has an event', () => {
  const vector = new WatermarkVector();
  vector.see({
    expected: both,
    owned: [
      ['a:0', 1, 100],
      ['a:1', 0, 'empty'],
    ],
  });
  expect(vector.watermark).toBe(100);
  const restored = new WatermarkVector();
  restored.restore(vector.state());
  for (const each of [vector, restored]) {
    each.see({ expected: both, owned: [['a:0', 2, 200]] });
    expect(each.watermark).toBe(200);
    each.see({
      expected: both,
      owned: [
        ['a:0', 3, 300],
        ['a:1', 1, null],
      ],
    });
    expect(each.watermark).toBe(200);
    each.see({ expected: both, owned: [['a:1', 1, 250]] });
    expect(each.watermark).toBe(250);
    each.see({
      expected: both,
      owned: [
        ['a:0', 4, 400],
        ['a:1', 1, 'empty'],
      ],
    });
    expect(each.watermark).toBe(250);
  }
});

it('forgets a partition that no member lists any more', () => {
  const vector = new WatermarkVector();
  vector.see({
    expected: both,
    owned: [
      ['a:0', 1, 100],
      ['a:1', 1, 50],
    ],
  });
  for (let i = 2; i < 61; i++) vector.see({ expected: ['a:0'], owned: [['a:0', i, 100 + i]] });
  expect(vector.watermark).toBe(50);
  const last = at(70, 0, 'a:1');
  expect([vector.isNew(last, had), vector.isNew(last, had)]).toEqual([true, false]);
  vector.see({ expected: ['a:0'], owned: [['a:0', 61, 161]] });
  expect(vector.watermark).toBe(161);
  // The topic was deleted; one of its name begins anew.
  expect(vector.isNew(at(0, 0, 'a:1'), had)).toBe(true);
});

it('takes each detection once, and goes on so after its state was read back', () => {
  const vector = new WatermarkVector();
  expect([at(3, 0), at(3, 1), at(3, 1), at(2, 9), at(2, 0, 'a:1')].map((mark) => vector.isNew(mark, had))).toEqual([
    ...[true, true, false, false, true],
  ]);
  vector.see({ expected: both, owned: [['a:0', 4, 70]] });
  const again = new WatermarkVector();
  again.restore(vector.state());
  expect(again.state()).toBe(vector.state());
  expect([at(3, 1), at(3, 2)].map((mark) => again.isNew(mark, had))).toEqual([false, true]);
  again.see({ expected: both, owned: [['a:1', 3, 60]] });
  expect(again.watermark).toBe(60);
});
