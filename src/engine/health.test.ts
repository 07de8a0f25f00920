import { expect, it } from 'vitest';
import { Health } from './health.js';

it('logs a trouble when it begins, once a minute while it lasts, and when it ends, and tells its latest', () => {
  const lines: string[] = [];
  const health = new Health((level, message) => lines.push(`${level} ${message}`));
  for (let second = 0; second <= 150; second++) health.red('kafka', `gone for ${second} s`, second * 1000);
  expect(lines).toEqual(['warn gone for 0 s', 'warn gone for 60 s', 'warn gone for 120 s']);
  expect(health.troubles().get('kafka')).toMatchObject({ message: 'gone for 150 s', since: 0 });
  health.green('kafka');
  health.green('kafka');
  expect(lines.slice(3)).toEqual(['info kafka: working again']);
  expect(health.troubles().size).toBe(0);
});
