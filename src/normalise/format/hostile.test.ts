import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.js';
import type { EcsEvent, Source } from '../../event/index.js';
import { createNormaliser } from '../normaliser.js';

const GOLDEN = join(import.meta.dirname, '../../../test/golden');
const LENGTH = 65_536;
const UNITS = [
  ' from ',
  '"\\',
  '="',
  ' ',
  'a=b ',
  '[1.2.3.4]',
  '; from=<',
  ', rip=',
  ' [id "1"]',
  '<',
  "'@'",
  '#',
  '\t',
  ',',
];

/** The first lines of every golden file: each is a head behind which anything may stand. */
const heads = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
  .filter((file) => /[/\\].*\.log$/.test(file))
  .flatMap((file) => readFileSync(join(GOLDEN, file), 'utf8').trimEnd().split('\n').slice(0, 6))
  .filter((line) => !line.startsWith('{'));

const URL = `/${'a'.repeat(8000)}?q=${'b'.repeat(8000)}`;
const AGENT = `curl/8.5 ${'x'.repeat(16_000)}`;
const LONG: readonly (readonly [dataset: string, line: string])[] = [
  ['nginx.access', `203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET ${URL} HTTP/1.1" 200 5 "-" "${AGENT}"`],
  [
    'nginx_ingress_controller.access',
    `203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET ${URL} HTTP/1.1" 200 5 "-" "${AGENT}" 480 0.005 [web-80] [] 10.0.1.5:80 5 0.004 200 f1`,
  ],
  [
    'traefik.access',
    `203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET ${URL} HTTP/1.1" 200 5 "-" "${AGENT}" 1 "web@docker" "http://10.0.0.4:80" 17ms`,
  ],
  [
    'envoyproxy.log',
    `[2026-11-23T06:39:04.123Z] "GET ${URL} HTTP/1.1" 200 - 0 5 12 11 "203.0.113.9" "${AGENT}" "c8f3" "www.example.com" "10.0.0.2:80"`,
  ],
];

describe('hostile lines', () => {
  it.each(LONG)('are read as %s, however long URL and agent are', (dataset, text) => {
    const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here' } };
    const out: EcsEvent[] = [];
    const at = { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined };
    createNormaliser({ derive: new Set() }).normalise(source, at, out);
    expect(out[0]?.fields).toMatchObject({
      'event.dataset': dataset,
      'source.ip': '203.0.113.9',
      'url.original': URL,
      'user_agent.original': AGENT,
      'http.response.status_code': 200,
    });
  });

  it('cost time linear in their length, wherever they begin to be hostile', { timeout: 120_000 }, () => {
    const source: Source = { id: 'test', label: 'test', settings: { timezone: 'UTC', host: 'here' } };
    const normaliser = createNormaliser({ derive: 'all' });
    const slow: string[] = [];
    for (const [index, head] of heads.entries()) {
      const unit = UNITS[index % UNITS.length] ?? ' ';
      for (const cut of [head.length, Math.floor(head.length / 2)]) {
        const read = (length: number): void => {
          const text = head.slice(0, cut) + unit.repeat(length / unit.length) + head.slice(cut);
          normaliser.normalise(source, { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23), bytes: undefined }, []);
        };
        const times = growth(read, LENGTH / 4);
        if (times > LINEAR) slow.push(`${times.toFixed(1)} times: ${head.slice(0, 120)} | ${unit} at ${cut}`);
      }
    }
    expect(slow).toEqual([]);
  });
});
