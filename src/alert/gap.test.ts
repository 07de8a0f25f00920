import { expect, it } from 'vitest';
import { gapAlert } from './gap.js';

const NOW = Date.UTC(2026, 10, 25, 12);
/** Why, in words. */
const reasonOf = (...args: Parameters<typeof gapAlert>): string =>
  (gapAlert(...args).document['event'] as unknown as { reason: string }).reason;
const gap = { topic: 'logs', partition: 2, from: 3, to: 12, reason: 'expired' } as const;

it('tells topic, partition, offsets and count, and what to do', () => {
  const { severity, revision, document } = gapAlert(gap, NOW);
  expect([severity, revision]).toEqual([73, NOW]);
  expect(document).toMatchObject({
    '@timestamp': '2026-11-25T12:00:00.000Z',
    rule: { id: 'sekisho.gap' },
    event: { kind: 'alert' },
    sekisho: {
      alert: { state: 'ended', count: 9, group: { topic: 'logs', partition: '2', from: '3', to: '12' } },
    },
  });
  expect(reasonOf(gap, NOW)).toContain('logs[2]: the records from offset 3 to 11 (at most 9)');
});

it('is the same alert when it is found again, though more is gone by then', () => {
  expect(gapAlert({ ...gap, to: 20 }, NOW + 1).id).toBe(gapAlert(gap, NOW).id);
  expect(gapAlert({ ...gap, partition: 1 }, NOW).id).not.toBe(gapAlert(gap, NOW).id);
});

it('of a topic made anew says so, and no count', () => {
  const anew = { ...gap, to: 0, reason: 'recreated' } as const;
  expect(gapAlert(anew, NOW).document).toMatchObject({ sekisho: { alert: { count: 0 } } });
  expect(reasonOf(anew, NOW)).toContain('the topic was made anew');
});
