import { expect, it } from 'vitest';
import { expiredIndices } from './retention.js';

const DAY = 86_400_000;

it('names months of alerts that ended longer ago than the retention, and nothing that is not ours', () => {
  const names = [
    'sekisho-alerts-2025.12',
    'sekisho-alerts-2026.01',
    'sekisho-alerts-2026.02',
    'sekisho-alerts-mine',
    'sekisho-alerts-2020.01-reindexed',
    'sekisho-triage',
  ];
  const march = Date.UTC(2026, 2, 1);
  expect(expiredIndices(names, march, 28 * DAY)).toEqual(['sekisho-alerts-2025.12', 'sekisho-alerts-2026.01']);
  expect(expiredIndices(names, march - 1, 28 * DAY)).toEqual(['sekisho-alerts-2025.12']);
  expect(expiredIndices(names, march, 0)).toHaveLength(3);
});

it('names days of events alike, over the ends of months and years', () => {
  const names = [
    'sekisho-events-2025.12.31',
    'sekisho-events-2026.02.28',
    'sekisho-events-2026.03.01',
    'sekisho-events-x',
  ];
  const march = Date.UTC(2026, 2, 1);
  expect(expiredIndices(names, march, 0)).toEqual(names.slice(0, 2));
  expect(expiredIndices(names, march - 1, 0)).toEqual(names.slice(0, 1));
  expect(expiredIndices(names, march + DAY, 0)).toEqual(names.slice(0, 3));
  expect(expiredIndices(names, Date.UTC(2026, 0, 1) + 7 * DAY, 7 * DAY)).toEqual(names.slice(0, 1));
});
