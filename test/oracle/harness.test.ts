import { expect, it } from 'vitest';
import { checkLate, checkSubject, type Failure } from './check.js';
import { correlateRoom } from '../property/correlate-subject.js';

/** Seed of the pairs, changed by hand now and then: any other must do as well. */
const SEED = 20_260;

const textOf = (failures: readonly Failure[]): string => failures.map(({ text }) => text).join('\n\n');

it('has the oracle’s answers on 20,000 random pairs, each in a random order of arrival', { timeout: 180_000 }, () => {
  const orders = ['sorted', 'reversed', 'shuffled', 'bounded'] as const;
  const failures = orders.flatMap((order, i) =>
    checkSubject(correlateRoom({ keepState: false }), { pairs: 5_000, seed: SEED + i, orders: [order] }),
  );
  expect(textOf(failures)).toBe('');
});

it('has them too where cells keep no more than they must', { timeout: 180_000 }, () => {
  const generator = { cuts: false, types: ['event_count'] as const };
  const subject = correlateRoom({ keepState: false, caps: { cell: 1 } });
  expect(textOf(checkSubject(subject, { pairs: 1_000, seed: SEED, generator }))).toBe('');
});

it('tells of every change once, whenever changes are gathered', { timeout: 180_000 }, () => {
  const subject = correlateRoom({ keepState: false, collectEvery: 3 });
  expect(textOf(checkSubject(subject, { pairs: 400, seed: SEED }))).toBe('');
});

it('goes on after a restart as if there had been none', { timeout: 180_000 }, () => {
  for (const restartEvery of [1, 5, 20]) {
    const failures = checkSubject(correlateRoom({ restartEvery }), { pairs: 150, seed: SEED + restartEvery });
    expect(textOf(failures)).toBe('');
  }
});

it('lets late detections disturb nobody', { timeout: 180_000 }, () => {
  const subject = correlateRoom({ keepState: false, collectEvery: 5 });
  expect(textOf(checkLate(subject, { pairs: 3_000, seed: SEED }))).toBe('');
});
