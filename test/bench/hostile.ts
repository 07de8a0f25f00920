/**
 * `npm run bench:hostile`: what hostile lines of 64 KiB cost each kind of log of `bench:normalise`, told and detected: the
 * worst line's milliseconds, what it was, and how many times that takes a line twice as long. Beyond linear shows as
 * 3 or more. Prints figures; asserts nothing.
 */
import type { Source } from '../../src/event/index.js';
import { createNormaliser } from '../../src/normalise/normaliser.js';
import { JSON_LOGS } from './json-kinds.js';
import { type LogKind, TEXT_LOGS } from './log-kinds.js';
import { lineMaker } from './log-lines.js';
import { DAY, DAY_START } from './write.js';

const LENGTH = 65_536;
/** Repeated until the length is reached, put at the end of a line, in its middle and before its last quarter. */
const UNITS = [
  ' ',
  '"',
  '\\"',
  '"\\',
  '="',
  'a=b ',
  ' from ',
  '[',
  '{"a":',
  '[1.2.3.4]',
  '%25',
  ',',
  '\t',
  '\0',
  'é',
  '<a>',
];

interface Worst {
  readonly ms: number;
  readonly growth: number;
  readonly what: string;
}

for (const kind of [...TEXT_LOGS, ...JSON_LOGS]) {
  const { ms, growth, what } = worstOf(kind);
  console.log(`${kind.name.padEnd(20)} ${ms.toFixed(1).padStart(7)} ms, twice as long ×${growth.toFixed(1)}: ${what}`);
}

function worstOf(kind: LogKind): Worst {
  let worst: Worst = { ms: 0, growth: NaN, what: '' };
  const line = lineMaker(kind.lines);
  for (const type of new Set([kind.type, undefined])) {
    const read = readerOf(type, kind.header ?? []);
    for (const [n, unit] of kind.lines.flatMap((_, index) => UNITS.map((one) => [index, one] as const))) {
      for (const share of [1, 0.75, 0.5]) {
        const hostile = (length: number): string => swollen(line(n), share, unit, length);
        const ms = quickest(() => read(hostile(LENGTH)));
        if (ms <= worst.ms) continue;
        const growth = quickest(() => read(hostile(2 * LENGTH)), 9) / quickest(() => read(hostile(LENGTH)), 9);
        worst = {
          ms,
          growth,
          what: `${JSON.stringify(unit)} at ${share * 100} %${type === undefined ? ', detected' : ''}`,
        };
      }
    }
  }
  return worst;
}

function swollen(line: string, share: number, unit: string, length: number): string {
  const at = Math.floor(line.length * share);
  return line.slice(0, at) + unit.repeat(Math.ceil((length - line.length) / unit.length)) + line.slice(at);
}

/** Reads a line and tells the milliseconds of CPU it took. */
function readerOf(type: string | undefined, header: readonly string[]): (text: string) => number {
  const settings = type === undefined ? { timezone: 'UTC', host: 'bench' } : { timezone: 'UTC', host: 'bench', type };
  const source: Source = { id: 'bench', label: 'bench', settings };
  const normaliser = createNormaliser({ derive: 'all' });
  let offset = 0;
  const read = (text: string): number => {
    const began = process.cpuUsage();
    normaliser.normalise(source, { text, offset: offset++, receiveTime: DAY_START + DAY, bytes: undefined }, []);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  header.forEach(read);
  return read;
}

/** Of so many tries, what the least disturbed one took. */
function quickest(read: () => number, tries = 3): number {
  return Math.min(...Array.from({ length: tries }, read));
}
