import { expect, it } from 'vitest';
import { expiredIndices } from './elasticsearch-retention.js';

const DAY = 86_400_000;

it('names months that ended longer ago than the retention, and nothing that is not ours', () => {
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
