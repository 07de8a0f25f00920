import { describe, expect, it } from 'vitest';
import { expandEvent, expandLine, type TestEntry } from './test-lines.js';

/** An entry with what it writes. */
const told = <T>(entry: TestEntry<T>): unknown =>
  entry.kind === 'entries' ? { kind: 'entries', entries: entry.write() } : entry;

const from = '2026-03-09T23:59:30Z';

describe('the lines of a rule test', () => {
  it('keeps a text as one line, braces and all', () => {
    expect(told(expandLine('GET /?x={n}${jndi:ldap}'))).toEqual({
      kind: 'entries',
      entries: ['GET /?x={n}${jndi:ldap}'],
    });
  });

  it('writes a line many times, counting from 1 and moving on in time', () => {
    const line = '{time:rfc3164} gate sshd[{n}]: ${jndi:x} {time:unknown}';
    expect(told(expandLine({ repeat: 2, every: '30s', from, line }))).toEqual({
      kind: 'entries',
      entries: [
        'Mar  9 23:59:30 gate sshd[1]: ${jndi:x} {time:unknown}',
        'Mar 10 00:00:00 gate sshd[2]: ${jndi:x} {time:unknown}',
      ],
    });
  });

  it('writes times as web servers and JSON have them', () => {
    expect(told(expandLine({ repeat: 1, from, line: '[{time:clf}] {time:iso}' }))).toEqual({
      kind: 'entries',
      entries: ['[09/Mar/2026:23:59:30 +0000] 2026-03-09T23:59:30.000Z'],
    });
  });

  it.each([
    [7, 'neither'],
    [{ repeat: 0, from, line: 'x' }, '`repeat`'],
    [{ repeat: 10_001, from, line: 'x' }, '`repeat`'],
    [{ repeat: 2, every: 'soon', from, line: 'x' }, '`every`'],
    [{ repeat: 2, from: 'noon', line: 'x' }, '`from`'],
    [{ repeat: 2, every: '999999999999d', from, line: 'x' }, '`from`'],
    [{ repeat: 2, from }, '`line`'],
    [{ repeat: 2, from, lines: 'x' }, '`lines`'],
  ])('refuses %j', (entry, word) => {
    const result = expandLine(entry);
    expect(result.kind).toBe('fault');
    expect(result.kind === 'fault' ? result.reason : '').toContain(word);
  });
});

describe('the events of a rule test', () => {
  it('keeps an event as it stands', () => {
    const event = { '@timestamp': '{time:iso}', source: { ip: '192.0.2.1' } };
    expect(told(expandEvent(event))).toEqual({ kind: 'entries', entries: [event] });
  });

  it('fills every text of a repeated event, however deep, and nothing else', () => {
    const event = { '@timestamp': '{time:iso}', user: { name: 'u{n}', roles: ['r{n}', 3] } };
    expect(told(expandEvent({ repeat: 2, every: '1h', from, event }))).toEqual({
      kind: 'entries',
      entries: [
        { '@timestamp': '2026-03-09T23:59:30.000Z', user: { name: 'u1', roles: ['r1', 3] } },
        { '@timestamp': '2026-03-10T00:59:30.000Z', user: { name: 'u2', roles: ['r2', 3] } },
      ],
    });
  });

  it('refuses what is no event', () => {
    expect(expandEvent('text').kind).toBe('fault');
    expect(expandEvent({ repeat: 2, from, event: 'text' }).kind).toBe('fault');
  });
});
