import { expect, it } from 'vitest';
import type { EcsEvent, Source } from '../../../../event/index.js';
import { createNormaliser } from '../../../normaliser.js';

const SOURCE: Source = { id: 'a', label: 'audit.log', settings: { timezone: 'UTC', host: 'h' } };

function eventsOf(lines: readonly string[]): EcsEvent[] {
  const normaliser = createNormaliser({ derive: new Set() });
  const out: EcsEvent[] = [];
  for (const [offset, text] of lines.entries())
    normaliser.normalise(SOURCE, { text, offset, receiveTime: Date.UTC(2026, 10, 23), bytes: undefined }, out);
  return out;
}

const call = (id: number, uid: number): string =>
  `type=SYSCALL msg=audit(1795415960.001:${id}): syscall=59 ppid=1 pid=${id} auid=7 uid=${uid} comm="sh" exe="/usr/bin/dash" key="exec"`;
const exec = (id: number, rest = 'argc=1 a0="sh"'): string => `type=EXECVE msg=audit(1795415960.001:${id}): ${rest}`;

it('tells a record who acted, whichever records of other events stand between', () => {
  const events = eventsOf([call(1, 33), call(2, 44), exec(2), exec(1)]);
  expect(events.map(({ fields }) => [fields['process.pid'], fields['user.id'], fields['process.executable']])).toEqual([
    [1, '33', '/usr/bin/dash'],
    [2, '44', '/usr/bin/dash'],
    [2, '44', '/usr/bin/dash'],
    [1, '33', '/usr/bin/dash'],
  ]);
});

it('does not pass on by what rules tell records apart', () => {
  const [, joined] = eventsOf([call(1, 33), exec(1)]);
  expect(joined?.fields['auditd.log.key']).toBeUndefined();
  expect(joined?.fields['process.name']).toBeUndefined();
  expect(joined?.fields['auditd.log.record_type']).toBe('EXECVE');
});

it('keeps what a record says itself', () => {
  const [, joined] = eventsOf([call(1, 33), exec(1, 'uid=99 argc=1 a0="/opt/sh"')]);
  expect([joined?.fields['user.id'], joined?.fields['process.executable']]).toEqual(['99', '/opt/sh']);
});

it('keeps events of other hosts apart and forgets the oldest beyond its bound', () => {
  const flood = Array.from({ length: 100 }, (_, id) => call(id + 10, 1));
  const events = eventsOf([call(1, 33), `node=b ${exec(1)}`, ...flood, exec(1), exec(109)]);
  expect(events[1]?.fields['user.id']).toBeUndefined();
  expect(events.at(-2)?.fields['user.id']).toBeUndefined();
  expect(events.at(-1)?.fields['user.id']).toBe('1');
});
