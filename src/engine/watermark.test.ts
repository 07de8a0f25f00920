import { describe, expect, it } from 'vitest';
import { Watermark } from './watermark.js';

const make = (): Watermark => new Watermark({ lateness: 300_000, idle: 60_000 });

describe('Watermark', () => {
  it('stays at −∞ until every source has reported', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.open('b', null);
    watermark.saw('a', 1_000_000, 0);
    expect(watermark.current(0)).toBe(-Infinity);
    watermark.saw('b', 2_000_000, 0);
    expect(watermark.current(0)).toBe(700_000);
  });

  it('never goes back, not when a new source begins earlier', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.saw('a', 1_000_000, 0);
    expect(watermark.current(0)).toBe(700_000);
    watermark.open('late', null);
    watermark.saw('late', 400_000, 0);
    expect(watermark.current(0)).toBe(700_000);
  });

  it('advances at wall speed after idle, without a jump, and keeps that when the source speaks again', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.saw('a', 1_000_000, 5_000);
    watermark.caughtUp('a', 10_000);
    expect(watermark.current(70_000)).toBe(700_000);
    expect(watermark.current(75_000)).toBe(705_000);
    watermark.saw('a', 1_000_001, 80_000);
    expect(watermark.current(500_000)).toBe(710_000);
  });

  it('stands still for a source with input left, however long it takes', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.saw('a', 1_000_000, 0);
    expect(watermark.current(10_000_000)).toBe(700_000);
  });

  it('is not held back by an empty source that is caught up, nor by a closed one', () => {
    const watermark = make();
    watermark.open('a', null);
    watermark.open('empty', null);
    watermark.open('gone', null);
    watermark.saw('a', 1_000_000, 0);
    watermark.caughtUp('empty', 0);
    expect(watermark.current(0)).toBe(-Infinity);
    watermark.close('gone');
    expect(watermark.current(0)).toBe(700_000);
  });
});
