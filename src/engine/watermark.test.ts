import { describe, expect, it } from 'vitest';
import { Watermark } from './watermark.js';

const make = (): Watermark => new Watermark({ lateness: 300_000, idle: 60_000 });

describe('Watermark', () => {
  it('stays at −∞ until every source has reported', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.open('b', null);
    watermark.saw('a', 1_000_000);
    expect(watermark.current()).toBe(-Infinity);
    watermark.saw('b', 2_000_000);
    expect(watermark.current()).toBe(700_000);
  });

  it('never goes back, not when a new source begins earlier', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.saw('a', 1_000_000);
    expect(watermark.current()).toBe(700_000);
    watermark.open('late', null);
    watermark.saw('late', 400_000);
    expect(watermark.current()).toBe(700_000);
  });

  it('advances at wall speed after idle, without a jump, and keeps that when the source speaks again', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.saw('a', 1_000_000);
    for (const [now, value] of [
      [10_000, 700_000],
      [70_000, 700_000],
      [75_000, 705_000],
      [80_000, 710_000],
    ] as const) {
      watermark.caughtUp('a', now);
      expect(watermark.current()).toBe(value);
    }
    watermark.saw('a', 1_000_001);
    expect(watermark.current()).toBe(710_000);
  });

  it('does not count the time in which nobody looked: the process was stopped, the broker away', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.saw('a', 1_000_000);
    watermark.caughtUp('a', 0);
    watermark.caughtUp('a', 61_000);
    watermark.saw('a', -Infinity);
    expect(watermark.current()).toBe(701_000);
    watermark.caughtUp('a', 3_600_000);
    expect(watermark.current()).toBe(701_000);
  });

  it('goes on from the floor that silence had brought a source to', () => {
    const watermark = make();
    watermark.open('a', 1_000_000, 900_000);
    expect([watermark.of('a'), watermark.current()]).toEqual([900_000, 900_000]);
    watermark.open('empty', null);
    expect(watermark.of('empty')).toBe(-Infinity);
    watermark.caughtUp('empty', 0);
    expect(watermark.of('empty')).toBeUndefined();
  });

  it('stands still for a source with input left, however long it takes', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.saw('a', 1_000_000);
    expect(watermark.current()).toBe(700_000);
  });

  it('is not held back by an empty source that is caught up, nor by a closed one', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.open('empty', null);
    watermark.open('gone', null);
    watermark.saw('a', 1_000_000);
    watermark.caughtUp('empty', 0);
    expect(watermark.current()).toBe(-Infinity);
    watermark.close('gone');
    expect(watermark.current()).toBe(700_000);
  });
});
