import { describe, expect, it } from 'vitest';
import type { AlertDocument } from '../event/index.js';
import { evidenceLines } from './evidence.js';
import { story } from './story.js';

const SPAN = '(2026-03-10T12:00:00.000Z to 2026-03-10T12:30:00.000Z)';
const OPTIONS = { paint: (_: string, text: string): string => text, zone: 'UTC', columns: 100 };

function alertOf(reason: string, count: number): AlertDocument {
  const evidence = [{ time: '2026-03-10T12:00:00.000Z', position: 'log@1', original: 'Failed password' }];
  const document = {
    message: 'SSH brute force: source.ip 203.0.113.9',
    event: { start: '2026-03-10T12:00:00.000Z', end: '2026-03-10T12:30:00.000Z', reason: `${reason} ${SPAN}.` },
    rule: { id: 'r', name: 'SSH brute force' },
    sekisho: { alert: { state: 'ended', severity: 'high', count, evidence } },
  };
  return { id: 'a', revision: 1, severity: 73, document };
}

describe('an alert as people read it', () => {
  it.each([
    ['1200 matching events; the rule asks for ≥ 10 within 5m', ['The rule asks for ≥ 10 within 5m.']],
    ['1200 matching events', []],
    ['1 matching event', []],
    [
      '10 or more different values of user.name within 30m, 1200 events in all',
      ['10 or more different values of user.name within 30m.'],
    ],
    ['Partition 3 of nginx lost the records 5 to 9', ['Partition 3 of nginx lost the records 5 to 9.']],
  ])('says how many events there were once: %s', (reason, told) => {
    const [title, when, ...rest] = story(alertOf(reason, 1200), OPTIONS).map((line) => line.trim());
    expect(title).toBe('HIGH      SSH brute force: source.ip 203.0.113.9');
    expect(when).toBe('2026-03-10 12:00:00 – 12:30:00 · 1,200 events');
    expect(rest).toEqual(told);
  });

  it('says how many of its lines are shown, where not all are', () => {
    expect(evidenceLines(alertOf('1200 matching events', 1200), OPTIONS)).toContain(
      'Lines (the first and last, 1 in all)',
    );
    expect(evidenceLines(alertOf('1 matching event', 1), OPTIONS)).toContain('Lines');
  });
});
