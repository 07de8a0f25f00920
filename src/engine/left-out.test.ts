import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { LeftOutCounts, leftOutByRule } from './left-out.js';
import { addLeftOutMetric } from './metrics.js';

it('counts by rule, role and field; the metric sums the roles of a rule, each time anew', async () => {
  const counts = new LeftOutCounts();
  for (let n = 0; n < 3; n++) counts.add(1, 0, 'source.ip');
  counts.add(1, 1, 'source.ip');
  counts.add(0, 0, 'user.name');
  const told = leftOutByRule(counts.all(), [{ meta: {} }, { meta: { id: 'brute' } }]);
  expect(told).toEqual([
    { rule: 'brute', field: 'source.ip', count: 3 },
    { rule: 'brute', field: 'source.ip', count: 1 },
    { rule: '?', field: 'user.name', count: 1 },
  ]);
  const registry = new Registry();
  addLeftOutMetric({ registry }, () => told);
  await registry.metrics();
  const text = await registry.metrics();
  expect(text).toContain('sekisho_left_out_total{rule="brute",field="source.ip"} 4');
  expect(text).toContain('sekisho_left_out_total{rule="?",field="user.name"} 1');
});
