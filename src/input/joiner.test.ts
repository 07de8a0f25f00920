import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogRecord, RecordBatch } from '../event/index.js';
import { detectEncoding } from './encoding.js';
import type { Joining } from './joiner.js';
import { LineSplitter } from './lines.js';

const AUTO: Joining = { rule: 'auto', maxLines: 500, timeout: 1000 };

/** What a file gives that grows by `step` bytes; and that `next` never passes a record that is still to come. */
function read(text: string, joining = AUTO, step = Infinity): readonly LogRecord[] {
  const bytes = Buffer.from(text);
  const source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
  const splitter = new LineSplitter(source, detectEncoding(bytes), 0, 4096, joining);
  const batches: RecordBatch[] = [];
  for (let end = Math.min(step, bytes.length); ; end = Math.min(end + step, bytes.length)) {
    for (;;) {
      const before = splitter.readAt;
      const batch = splitter.take(bytes.subarray(before, end), 1, end === bytes.length);
      if (batch !== undefined) batches.push(batch);
      else if (splitter.readAt === before) break;
    }
    if (end === bytes.length) break;
  }
  let committed = 0;
  for (const { records, next } of batches) {
    for (const { offset } of records) expect(offset >= committed && offset < next).toBe(true);
    committed = next;
  }
  return batches.flatMap(({ records }) => records);
}

const texts = (text: string, joining?: Joining): readonly string[] => read(text, joining).map((record) => record.text);

/** Each element a record of several lines, in one file. */
const LOGS = {
  java: [
    '2026-11-23 06:39:04,123 ERROR [main] c.e.Shop - order failed',
    '2026-11-23 06:39:05,123 ERROR [main] c.e.Shop - order failed\njava.lang.IllegalStateException: no stock\n\tat c.e.Shop.order(Shop.java:3)\n\t... 3 more\nCaused by: java.io.IOException: gone\n\tat c.e.Disk.read(Disk.java:9)',
    'java.lang.IllegalStateException: first\n\tat c.e.Shop.order(Shop.java:3)',
    'java.lang.IllegalStateException: second\n\tat c.e.Shop.order(Shop.java:3)',
    '2026-11-23 06:39:06,123 INFO [main] c.e.Shop - done',
  ],
  python: [
    'ERROR:root:it failed\nTraceback (most recent call last):\n  File "a.py", line 1, in f\n    f()\nValueError: x\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 3, in <module>\n    g()\nKeyError: 1',
    'INFO:root:next: fine',
    'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: x',
    'WARNING:root:other',
  ],
  node: [
    'Error: boom\n    at f (/a.js:1:2)\n    at node:internal/main:1:1',
    'TypeError: x\n    at g (/a.js:2:1)',
    'listening',
  ],
  postgresql: [
    '2026-11-23 06:39:04.123 UTC [1] LOG:  statement: SELECT\n\t  1\n\tFROM t',
    '2026-11-23 06:39:04.200 UTC [1] ERROR:  syntax error at character 1',
    '2026-11-23 06:39:04.200 UTC [1] STATEMENT:  SELEC\nFROM t',
  ],
  'postgresql, other logs in the same file': [
    '2026-11-23 06:39:04.123 UTC [1] LOG:  one',
    'type=USER_AUTH msg=audit(1795673400.123:1): pid=1',
    '2026-11-23 06:39:04.123 UTC [1] LOG:  two',
    '2026/11/23 06:39:04 [error] 1#2: *3 x',
    '2026-11-23 06:39:04.123 UTC [1] LOG:  three',
    'Mon Nov 23 06:39:04 2026 [pid 3] CONNECT: Client "203.0.113.9"',
  ],
  csvlog: [
    '2026-11-23 06:39:04.123 UTC,"a","b",1,"[local]","statement: SELECT\n""1""\n, 2",x',
    '2026-11-23 06:39:05.123 UTC,"a","b",1,"[local]","SELECT 1",x',
  ],
  'slow log': [
    '# Time: 2026-11-23T06:39:05Z\n# User@Host: a[a] @ [203.0.113.9]  Id: 4\n# Query_time: 2.5\nSET timestamp=1;\nSELECT\n 1;',
    '# User@Host: b[b] @ [203.0.113.9]  Id: 5\n# Query_time: 2.5\nSET timestamp=1;\nSELECT 2;',
  ],
  modsecurity: [
    '--4f9d1954-A--\n[23/Nov/2026:06:39:04 +0000] Z 203.0.113.9 1 192.0.2.1 80\n--4f9d1954-B--\nGET / HTTP/1.1\nHost: a\n\n--00000000-Z--\nNov 23 06:39:04 h sshd[1]: x\n--4f9d1954-Z--',
    '---abc---A--\n[23/Nov/2026:06:39:04 +0000] Z 203.0.113.9 1 192.0.2.1 80\n---abc---Z--',
  ],
  'windows events in XML': [
    '<?xml version="1.0" encoding="utf-8"?>\n<Events>\n<Event xmlns="x"><System><EventID>1</EventID></System></Event>',
    '<Event xmlns="x"><RenderingInfo><Message>An account failed\n\nSubject:\n\tUser:\tbob &lt;/Event&gt;</Message></RenderingInfo></Event>',
    '  <Event xmlns="x">\n    <System>\n      <EventID>2</EventID>\n    </System>\n  </Event>',
    '<Event xmlns="x"><System/></Event><Event xmlns="x">\n<System/></Event>',
    '<Event xmlns="x"><System>',
    '<Event xmlns="x"><System/></Event>',
    '<Event xmlns="x"><System>',
    'Nov 23 06:39:04 h sshd[1]: Failed password',
    '</Events>',
  ],
  'windows events whose text has lines of other logs': [
    '<Event xmlns="x"><EventData><Data Name="ScriptBlockText">function f\n{\nNov 23 06:39:04 h sshd[1]: Accepted password\n&lt;Event &gt;\n\n}</Data></EventData></Event>',
    '<Event>\n<EventData>\n<Data Name="a">x</Data>\n<Data Name="b">2026-11-23 06:39:04\n{</Data>\n</EventData>\n</Event>',
    '<Event>\n<Message>The text of an event that has no end',
    'Nov 23 06:39:04 h sshd[1]: Failed password',
    'Nov 23 06:39:05 h sshd[1]: Failed password',
    '2026-11-23 06:39:06,123 ERROR [main] c.e.Shop - order failed\n\tat c.e.Shop.order(Shop.java:3)',
    '<Event>\n<Data Name="ended"/>',
    '[app] one',
    '[app] two',
    '<Event a="forged">\n<Data>',
    '[app] three',
    '[app] four',
    'Nov 23 06:39:04 h sshd[1]: Failed password',
  ],
  'other XML': ['<?xml version="1.0"?>', '<configuration>', '<a/>'],
  'JSON that is laid out': [
    '{\n\t"MESSAGE" : "x",\n\t"_PID" : "1"\n}',
    '{\n  "a": {\n    "b": [\n      1\n    ]\n  }\n}',
    '{"a":1}',
    '{',
    'Nov 23 06:39:04 h sshd[1]: Failed password',
  ],
  'JSON that is laid out in a list': ['[', '  {\n    "a": [\n      1\n    ]\n  }', ']'],
  'lines that stand alone': [
    'Nov 23 06:39:04 h sshd[1]: Failed password',
    '\tnot part of it',
    '2026-11-23T06:39:04.123456+00:00 h sshd[1]: Failed password',
    '203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET / HTTP/1.1" 200 1',
    '{"a":1}',
    '#Fields: date time',
  ],
};

describe('lines of one record', () => {
  it.each(Object.entries(LOGS))('%s', (_, records) => {
    expect(texts(records.join('\n'))).toEqual(records);
    expect(texts(records.join('\r\n').replace(/\r?\n/g, '\r\n'))).toEqual(records);
  });

  it('has the offset of its first line', () => {
    expect(read('one\n\ttwo\nthree\n').map(({ offset }) => offset)).toEqual([0, 9]);
  });

  it('parts of a container’s line, with the other stream between them', () => {
    const at = (stream: string, tag: string, text: string): string =>
      `2026-11-23T06:39:04.123456789Z ${stream} ${tag} ${text}`;
    const lines = [
      at('stdout', 'P', 'one '),
      at('stderr', 'F', 'other'),
      at('stdout', 'P', 'two '),
      at('stdout', 'F', 'three'),
    ];
    expect(texts(lines.join('\n'))).toEqual([at('stdout', 'F', 'one two three'), at('stderr', 'F', 'other')]);
  });

  it('parts of a line in Docker’s json-file', () => {
    const at = (log: string, stream = 'stdout'): string =>
      JSON.stringify({ log, stream, time: '2026-11-23T06:39:04Z' });
    expect(texts([at('one '), at('x\n', 'stderr'), at('"two"\n'), at('three\n')].join('\n'))).toEqual([
      at('one "two"\n'),
      at('x\n', 'stderr'),
      at('three\n'),
    ]);
  });

  it('documents that are laid out further in, without the comma behind them', () => {
    expect(texts('  {\n    "a": 1\n  },\n  {\n    "a": 2\n  }\n')).toEqual([
      '  {\n    "a": 1\n  }',
      '  {\n    "a": 2\n  }',
    ]);
  });

  it('an event of Windows of many lines is whole, and one without an end is given up in the end', () => {
    const script = 'Nov 23 06:39:04 h sshd[1]: Accepted password\n'.repeat(3000);
    const event = `<Event>\n<Data>x\n${script}</Data>\n</Event>`;
    expect(texts(`${event}\nnext\n`)).toEqual([event, 'next']);
    const records = texts(`<Event>\n<Data>x\n${script.repeat(8)}`);
    expect(records).toHaveLength(24_001);
    expect(records[0]).toBe('<Event>\n<Data>x');
  });

  it('by a start, by indentation, and bounded', () => {
    const starts: Joining = { ...AUTO, rule: (line) => line.startsWith('* ') };
    expect(texts('* a\nb\n\nc\n* d\n', starts)).toEqual(['* a\nb\n\nc', '* d']);
    expect(texts('a\n b\nc\n', { ...AUTO, rule: 'indent' })).toEqual(['a\n b', 'c']);
    expect(texts('a\n b\n c\n d\n', { ...AUTO, maxLines: 2 })).toEqual(['a\n b', ' c\n d']);
  });

  it('keeps the bytes of what is no UTF-8', () => {
    const source = { id: 's', label: 's', settings: { timezone: 'UTC' } };
    const bytes = Buffer.from('one\n\t\xff\n', 'latin1');
    const splitter = new LineSplitter(source, detectEncoding(bytes), 0, 4096, AUTO);
    const [record] = splitter.take(bytes, 1, true)?.records ?? [];
    expect(Buffer.from(record?.bytes ?? []).toString('latin1')).toBe('one\n\t\xff');
  });

  it('ends before a line that is too long', () => {
    expect(texts(`one\n${'x'.repeat(5000)}\n\ttwo\n`)).toEqual(['one', '\ttwo']);
  });

  it('gives the same however the lines come, and never passes an open record', () => {
    const line = fc.constantFrom(
      ...Object.values(LOGS)
        .flat()
        .flatMap((record) => record.split('\n')),
      '',
      'é\u{1f600}',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), (lines, step) => {
        const text = lines.join('\n');
        expect(read(text, AUTO, step)).toEqual(read(text));
        const all = lines.filter((one) => one !== '').join('\n');
        expect(texts(text).join('\n').replace(/\n+/g, '\n')).toBe(all);
      }),
    );
  });
});
