import { expect, it, vi } from 'vitest';
import type { EcsEvent, Source } from '../event/index.js';
import { plain } from '../normalise/format/plain.js';
import { noCounts } from './counts.js';
import { DetectorSide } from './detector-side.js';
import { Misfits } from './misfits.js';

const NGINX = '192.0.2.7 - - [10/Mar/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 31 "-" "curl/8.5"';
const OTHER = 'Mar 10 12:00:01 web-1 sshd[812]: Failed password for root from 203.0.113.9 port 40022 ssh2';

function told(
  type: string | undefined,
  batches: readonly (readonly [line: string, count: number])[],
): readonly string[] {
  const said: string[] = [];
  const misfits = new Misfits((message) => said.push(message));
  const onEvent = (event: EcsEvent): void => void event;
  const side = new DetectorSide(
    { rules: [], correlations: [], silenced: [], problems: [] },
    { misfits, onEvent },
    noCounts(),
  );
  const source: Source = {
    id: 's',
    label: '/var/log/x.log',
    settings: { timezone: 'UTC', ...(type !== undefined && { type }) },
  };
  for (const [text, count] of batches) {
    const records = Array.from({ length: count }, (_, offset) => ({ text, offset, receiveTime: 0, bytes: undefined }));
    side.process({ source, records, next: 0, rejected: [] }, [], []);
  }
  return said;
}

it('tells once of a source none of whose first hundred lines is of its type', () => {
  const said = told('nginx', [
    [OTHER, 99],
    [OTHER, 1],
    [OTHER, 500],
  ]);
  expect(said).toEqual([
    '/var/log/x.log: none of the 100 lines read of it since the start is of the type nginx that its input names; name another `type`, or leave it out, and each line is looked at',
  ]);
});

it.each([
  ['few lines', 'nginx', [[OTHER, 99]]],
  [
    'one line that fits',
    'nginx',
    [
      [NGINX, 1],
      [OTHER, 500],
    ],
  ],
  ['no type named', undefined, [[OTHER, 500]]],
  ['a type that fits every line', 'plain', [['anything', 500]]],
] as const)('says nothing of %s', (_, type, batches) => {
  expect(told(type, batches)).toEqual([]);
});

it('tells once of lines that a fault of ours keeps from being read', () => {
  const fault = vi.spyOn(plain, 'parse').mockImplementation(() => {
    throw new RangeError('a bug');
  });
  try {
    expect(told(undefined, [['anything', 500]])).toEqual([
      '/var/log/x.log: Sekisho failed to read a line, by a fault of its own (a bug); please report it with the line: such lines are events tagged sekisho.fault, which only keyword rules see',
    ]);
  } finally {
    fault.mockRestore();
  }
});
