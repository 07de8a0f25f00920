import { describe, expect, it } from 'vitest';
import type { EcsEvent, Fields, Source } from '../../event/index.js';
import { bare } from './bare.js';
import { createNormaliser } from '../normaliser.js';

describe('bare', () => {
  it.each([
    ['a line', 'a line'],
    ['a line\r\n', 'a line'],
    ['a line\n\n', 'a line'],
    ['\ufeffa line', 'a line'],
    ['\ta line that goes on ', '\ta line that goes on '],
    [' \n{"a":1}\n', '{"a":1}'],
    [' [{"a":1}]', '[{"a":1}]'],
    ['\r\n', ''],
    ['', ''],
  ])('%j is %j', (text, expected) => expect(bare(text)).toBe(expected));
});

const normaliser = createNormaliser({ derive: new Set() });
let sources = 0;

function fieldsOf(text: string): Fields {
  const id = `bare ${sources++}`;
  const source: Source = { id, label: id, settings: { timezone: 'UTC', host: 'h' } };
  const out: EcsEvent[] = [];
  normaliser.normalise(source, { text, offset: 0, receiveTime: Date.UTC(2026, 10, 23, 12), bytes: undefined }, out);
  return { ...out[0]?.fields };
}

describe('what only stands around a line changes nothing but its text', () => {
  const lines = [
    'Nov 23 06:39:04 web1 CRON[1]: (root) CMD (/usr/bin/x)',
    'Nov 23 06:39:04 fw kernel: IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.10 LEN=40 PROTO=UDP SPT=1 DPT=2 LEN=20',
    '203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET / HTTP/1.1" 404 209',
    '203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] "GET / HTTP/1.1" 200 9 "-" "x" 1 "r" "http://10.0.0.4:80" 1ms',
    'type=CWD msg=audit(1795415947.123:104): cwd="/root"',
    '{"@timestamp":"2026-11-23T06:39:04Z","log":"203.0.113.9 - - [23/Nov/2026:06:39:04 +0000] \\"GET / HTTP/1.1\\" 404 9\\n"}',
  ];
  it.each(lines)('%s', (line) => {
    const expected: Fields = { ...fieldsOf(line), 'event.original': '', message: '' };
    expect(expected['event.dataset']).not.toBe('unknown');
    for (const around of [`${line}\n`, `${line}\r\n`, `\ufeff${line}`, ` ${line}`, `${line} `])
      expect({ ...fieldsOf(around), 'event.original': '', message: '' }).toEqual(expected);
  });

  it('the raw line is kept without its end, the message with the space that the kernel writes', () => {
    const fields = fieldsOf(`${lines[1] ?? ''} \n`);
    expect(fields['event.original']).toBe(`${lines[1] ?? ''} `);
    expect(fields['message']).toMatch(/LEN=20 $/);
  });
});
