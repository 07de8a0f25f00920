import { expect, it } from 'vitest';
import { LevelVector } from './level-vector.js';

it('is the least that all partitions told for a level, minus infinity until each has', () => {
  const levels = new LevelVector(2);
  levels.see({ level: 1, partition: 0, watermark: 500 });
  expect(levels.watermark(1)).toBe(-Infinity);
  levels.see({ level: 1, partition: 1, watermark: 300 });
  expect([levels.watermark(1), levels.watermark(2)]).toEqual([300, -Infinity]);
});

it('ignores what is older, and partitions that there are not', () => {
  const levels = new LevelVector(1);
  levels.see({ level: 1, partition: 0, watermark: 500 });
  levels.see({ level: 1, partition: 0, watermark: 400 });
  for (const partition of [-1, 1, 0.5]) levels.see({ level: 1, partition, watermark: 1 });
  expect(levels.watermark(1)).toBe(500);
});

it('is carried over by its state', () => {
  const levels = new LevelVector(2);
  levels.see({ level: 1, partition: 0, watermark: 500 });
  levels.see({ level: 2, partition: 1, watermark: 100 });
  const restored = new LevelVector(2);
  restored.restore(JSON.parse(JSON.stringify(levels.state())) as ReturnType<LevelVector['state']>);
  for (const each of [levels, restored]) {
    each.see({ level: 1, partition: 1, watermark: 600 });
    each.see({ level: 2, partition: 0, watermark: 700 });
    expect([each.watermark(1), each.watermark(2)]).toEqual([500, 100]);
  }
});
