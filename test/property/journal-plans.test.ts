import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields, FieldValue } from '../../src/event/index.js';
import { goldenLines } from '../support/damage.js';
import { runs } from '../support/runs.js';
import { lineMaker } from '../bench/log-lines.js';
import { JSON_LOGS } from '../bench/json-kinds.js';
import { entryFields } from '../../src/normalise/format/server/journald.js';
import { type Plan, planOf, setHead } from '../../src/normalise/format/server/journald-head.js';
import { parseObject } from '../../src/normalise/json/json.js';
import { type JsonObject, Line } from '../../src/normalise/line.js';
import { Clock } from '../../src/normalise/time/time.js';

/** Journal entries read by the plan of their layout, beside the way that reads all entries: whatever a plan reads, it reads the same. */
const made = (JSON_LOGS.find(({ name }) => name === 'journald')?.lines ?? []).map((line) => lineMaker([line])(7));
const ENTRIES = [
  ...goldenLines('journald.log'),
  ...made,
  ...made.map((text) => text.replace('"_HOSTNAME"', '"_AUDIT_LOGINUID":"1000","_GID":"5","_HOSTNAME"')),
  // A message may tell of what is told besides it.
  ...goldenLines('journald.log').map((text) => text.replace('"_HOSTNAME"', '"_EXE":"/x","SYSLOG_PID":"7","_HOSTNAME"')),
  ...made.map((text) => text.replace('"_HOSTNAME"', '"A_B":"1","_A_B":"2","_HOSTNAME"')),
  ...made.map((text) =>
    text.replace('"MESSAGE":"', '"MESSAGE":"pam_unix(sshd:session): session opened for user root '),
  ),
].map((text) => parseObject(text) as JsonObject);

const VALUES: readonly FieldValue[] = [
  ...[
    '',
    ' ',
    '0',
    '1',
    '1000',
    '007',
    '-1',
    '1.5',
    'x',
    'sshd',
    'sudo',
    'é'.repeat(20),
    '99999999999999999999',
    '\ud800',
  ],
  ...[
    '1795415944123456',
    '1795415944999999',
    '1795415944',
    '17954159441234567',
    '179541594412345x',
    '0000000000000500',
  ],
  ...['0000000000000000', '00000000000000000', '/bin/sh -c "a b"', '   ', '1f', '{"a":1}', '192.0.2.1 - - [x]', '-'],
  ...[1, 0, 1795415944123456, true, null, ['a', 'b'], ['1'], [27, 91], [], [true], [null]],
];

interface Read {
  readonly fields: Fields | undefined;
  readonly time: number;
  readonly inner: object | undefined;
}

function read(json: JsonObject, plan: Plan | undefined): Read {
  const line = new Line();
  line.clock = new Clock('UTC');
  line.receiveTime = Date.UTC(2026, 10, 25);
  line.hostName = 'h';
  line.reset(JSON.stringify(json));
  line.original = line.message;
  return { fields: entryFields(json, line, plan), time: line.time, inner: line.inner };
}

/** Whether an entry has a plan; fails where reading by it gives something else than reading without one. */
function check(json: JsonObject): boolean {
  // A layout is worked out once it has been met often.
  for (let time = 0; time < 20; time++) planOf({ ...json });
  const plan = planOf(json);
  const planned = read(json, plan);
  expect(planned).toEqual(read({ ...json }, undefined));
  const micros = Number(json['__REALTIME_TIMESTAMP']);
  if (typeof json['__REALTIME_TIMESTAMP'] === 'string' && micros > 0)
    expect(planned.time).toBe(Math.floor(micros / 1000));
  return plan !== undefined;
}

describe('journal entries of a usual layout', () => {
  it('are what reading any entry makes of them, whatever their values', () => {
    let quick = 0;
    const value = fc.tuple(fc.nat(), fc.constantFrom(...VALUES));
    const entry = fc.tuple(fc.constantFrom(...ENTRIES), fc.array(value, { maxLength: 4 }));
    const property = fc.property(entry, ([json, values]) => {
      const names = Object.keys(json);
      const changed: Record<string, FieldValue | undefined> = { ...json };
      for (const [at, one] of values) changed[names[at % names.length] as string] = one;
      if (check(changed)) quick++;
    });
    fc.assert(property, { numRuns: runs(4000) });
    expect(quick).toBeGreaterThan(runs(4000) / 2);
  });

  it('keep what is set, and go with a log that the message carries', () => {
    const [first = {}] = ENTRIES;
    check(first);
    const fields: Fields = { 'process.executable': 'own' };
    setHead(fields, first, planOf(first));
    expect(fields).toMatchObject({
      'process.executable': 'own',
      'log.syslog.priority': 6,
      'systemd.unit': 'ssh.service',
    });
    const carrying = { ...first, SYSLOG_IDENTIFIER: 'app', MESSAGE: '{"a":1}' };
    check(carrying);
    const { inner } = read(carrying, planOf(carrying));
    expect(inner).toMatchObject({ fields: { 'process.name': 'app', 'log.syslog.priority': 6 }, text: '{"a":1}' });
  });

  it('are read the long way where two keys stand for one field', () => {
    const twice = ENTRIES.filter((json) => 'A_B' in json);
    expect(twice.map(check)).toEqual(twice.map(() => false));
  });
});
