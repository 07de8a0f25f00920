import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { change, changed, goldenLines } from '../support/damage.js';
import { runs } from '../support/runs.js';
import { anyRecord, auditRecord, usualRecord } from '../../src/normalise/format/server/auditd/auditd.js';
import { usualHead } from '../../src/normalise/format/server/auditd/head.js';
import { AuditJoins } from '../../src/normalise/format/server/auditd/join.js';
import { Line } from '../../src/normalise/line.js';

/** Audit records of layouts that were learned, beside the way that reads all records: whatever a layout makes, it makes the same. */
const AGENT = 'type=SYSCALL msg=audit(1795415955.123:112): arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c';
const NAMED = '\u001dARCH=x86_64 SYSCALL=openat AUID="alice" UID="bob" GID="bob" EUID="unset"';
const TEMPLATES = [
  ...goldenLines('auditd.log').filter((text) => text.startsWith('type=')),
  `${AGENT} items=1 ppid=1 pid=1800 auid=1000 uid=1001 gid=1000 euid=1000 comm="bash" exe="/usr/bin/bash" key="k"${NAMED}`,
  `${AGENT} ppid=1 pid=18 auid=1000 uid=1000 gid=1000 euid=1000 tty=pts0 comm="bash" exe="/usr/bin/bash" key=(null)${NAMED}`,
  `${AGENT} pid=18 uid=1000 auid=1000 comm=612062 exe="/usr/bin/bash" key="k"`,
  'type=EXECVE msg=audit(1795415947.123:104): argc=3 a0="cat" a1="/etc/shadow" a2=612062 a3="x"',
  'type=EXECVE msg=audit(1795415947.123:104): argc=3 a1="/etc/shadow" a2="1"',
  'type=PATH msg=audit(1795415947.123:104): item=0 name="/usr/bin/cat" inode=131 dev=fd:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL\u001dOUID="root" OGID="root"',
  'type=SYSCALL msg=audit(1795415955.123:112): arch=c000003e syscall=42 success=yes exit=0 pid=1 uid=0 comm="curl" exe="/usr/bin/curl"',
  'type=USER_ERR msg=audit(1795415955.123:112): pid=1 uid=0 auid=1000 ses=3 msg=\'op=PAM:bad_ident acct="?" src=198.51.100.7 dst=web1 lport=22 id=7 terminal=? res=failed\'',
  'type=LOGIN msg=audit(1795415950.123:107): pid=1500 uid=0 old-auid=4294967295 auid=0 ses=5 res=1\u001dUID="root" OLD-AUID="unset" AUID="root"',
];
/** Values of all kinds, some of which decide what else an event says. */
const ODD = [
  ...['', '?', '(null)', '(none)', '0', '00', '1', '1000', '1001', '-1', '-0', '-', '9999999999', '1234567890123456'],
  ...[
    '1.5',
    '61',
    '612062',
    '616',
    '0A',
    'c000003e',
    '198.51.100.7',
    '198.51.100.07',
    '2001:db8::1',
    '::ffff:192.0.2.1',
  ],
  ...[
    'root',
    'unset',
    'unknown(5)',
    '/etc/x',
    'x y',
    "it's",
    "x'",
    'é',
    'a=b',
    'avc:  denied  { read } for ',
    'yes',
    'success',
  ],
  ...[
    'failed',
    'login',
    'openat',
    'constructor',
    '__proto__',
    '59',
    '42',
    'x:y',
    '\u0000',
    '\ue0000\ue001',
    '100000000000001',
  ],
];

const VALUE = new RegExp(`(?<==)("?)([^\\s"'\u001d]*)`, 'g');

/** The record with one value in `share` (0 to 9) replaced by an odd one, and the others by others of their kind. */
function varied(template: string, seed: number, share: number): string {
  let nth = 0;
  return template.replace(VALUE, (value: string, quote: string, bare: string) => {
    if (value.startsWith('audit(') || nth++ === 0) return value;
    const at = Math.imul(seed + 31 * nth, 0x9e3779b1) >>> 8;
    if (share > 0 && at % 10 < share) return quote + (ODD[at % ODD.length] as string);
    if (/^[1-9]\d{0,3}$/.test(bare)) return quote + String((at % 3) + 1000);
    return /^[a-z]{2,8}$/.test(bare) && quote === '"' ? `"u${at % 100}` : value;
  });
}

function lineFor(text: string): Line {
  const line = new Line();
  line.hostName = 'h';
  line.audits = new AuditJoins();
  line.reset();
  line.original = text;
  return line;
}

/** Whether a record was made by a layout; it must be what reading it the long way makes of it. */
function check(text: string): boolean {
  const other = lineFor(text);
  const expected = anyRecord(text, other);
  const learning = lineFor(text);
  const learned = auditRecord(text, learning);
  expect({ ...learned, time: learning.time }).toEqual({ ...expected, time: other.time });
  const line = lineFor(text);
  const offset = line.offsetOf(text);
  const head = usualHead(text, line, offset);
  const fields = head === undefined ? undefined : usualRecord(text, line, head, offset);
  if (fields !== undefined) expect({ ...fields, time: line.time }).toEqual({ ...expected, time: other.time });
  return fields !== undefined;
}

describe('audit records of a layout', () => {
  const made = fc.tuple(fc.constantFrom(...TEMPLATES), fc.nat(), fc.constantFrom(0, 0, 0, 1, 1, 2));

  it('are what reading any record makes of them, whatever their values', () => {
    let quick = 0;
    let all = 0;
    const property = fc.property(made, ([template, seed, share]) => {
      all++;
      if (check(varied(template, seed, share))) quick++;
    });
    fc.assert(property, { numRuns: runs(20_000) });
    expect(quick / all).toBeGreaterThan(0.3);
  });

  it('are what reading any record makes of them, damaged', () => {
    const damaged = fc.tuple(made, fc.array(change, { minLength: 1, maxLength: 2 }));
    fc.assert(
      fc.property(damaged, ([[template, seed], changes]) => {
        check(changed(varied(template, seed, 0), changes));
      }),
      { numRuns: runs(8000) },
    );
  });

  it('are known again by the fifth, of all types whose values kinds can tell', () => {
    const records = TEMPLATES.map((template) => [1, 2, 3, 4, 5].map((seed) => varied(template, seed, 0)));
    const told = records.filter((five) => five.map(check).includes(true)).map(([text]) => text?.split(/[= ]/, 2)[1]);
    const types = 'SYSCALL EXECVE CWD PATH USER_LOGIN USER_AUTH USER_ERR VIRT_CONTROL CONFIG_CHANGE'.split(' ');
    expect(told).toEqual(expect.arrayContaining(types));
    expect(told).not.toEqual(expect.arrayContaining(['LOGIN']));
  });

  it('tell values apart whose bytes or marks are alike', () => {
    const exit = (n: number): string =>
      `type=SYSCALL msg=audit(1.123:1): arch=c000003e syscall=257 success=yes exit=100000000000000 ppid=${n} pid=7 uid=0`;
    const op = (value: string, n: number): string =>
      `type=USER_CMD msg=audit(1.123:1): pid=${n} uid=0 auid=0 ses=3 msg='cwd="/home" op=${value} res=success'`;
    for (let n = 1; n < 7; n++) check(exit(n));
    for (const value of ['"é"', '"ü"', '127.0.0.2', '100000000000001']) for (let n = 1; n < 7; n++) check(op(value, n));
  });

  it('are too many to know all, and the usual ones are known again', () => {
    const many = Array.from({ length: 6000 }, (_, n) => `type=USER msg=audit(1.123:1): pid=1 key${n}="x" uid=5`);
    many.forEach(check);
    expect(many.filter((_, n) => n % 7 === 0).filter(check).length).toBeLessThan(100);
    const [usual = ''] = TEMPLATES;
    for (let round = 0; round < 400; round++) check(usual);
    expect(check(usual)).toBe(true);
  });
});
