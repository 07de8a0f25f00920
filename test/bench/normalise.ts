/**
 * `npm run bench:normalise [LINES] [NAME]`: lines per second of CPU that `normalise` reads of each kind of log, beside what
 * splitting plus the format's bare regular expression (or JSON.parse, or splitting at tabs) does with the same lines in the
 * same process. `NAME`: only kinds whose name holds it. Prints figures; asserts nothing.
 *
 * Each kind is measured by five processes one after the other, with a fifth of the lines each, and the medians of both
 * readers' speeds are told, with the quotient of these and the least and the greatest quotient of one process. From one
 * process to the next the same expression is up to 1.6 times as fast over the same lines (where its code and its texts
 * come to lie is chance), and what a process has drawn it keeps, however many lines it reads: one process alone tells
 * chance, and the best of several would flatter. Within a process everything is summed, collecting garbage included.
 *
 * Both are given the text of whole batches and split it, and go first in turn: who reads a text that was just made pays for cold
 * memory and for the garbage of making it. `normalise` works as the pipeline has it where no rule asks for more:
 * all fields of the format, none of the derived ones (geo, user agent, `related.*` …), which are computed where a rule reads them
 * or an alert shows them. Start-up, generating the lines and the first 80,000 of them are outside.
 */
import { execFileSync } from 'node:child_process';
import type { EcsEvent, Source } from '../../src/event/index.js';
import { createNormaliser } from '../../src/normalise/normaliser.js';
import { JSON_LOGS } from './json-kinds.js';
import { type LogKind, TEXT_LOGS } from './log-kinds.js';
import { lineMaker } from './log-lines.js';
import { VARIED_CLOUD } from './varied-cloud.js';
import { VARIED_HOSTS } from './varied-hosts.js';
import { DAY, DAY_START } from './write.js';

const KINDS = [...TEXT_LOGS, ...JSON_LOGS, ...VARIED_CLOUD, ...VARIED_HOSTS];
const PROCESSES = 5;
/** Lines generated, then read by both readers, at a time. */
const BATCH = 20_000;

interface Figures {
  /** Lines per second of CPU time. */
  readonly bare: number;
  readonly own: number;
  /** Lines that became no event of a known format. */
  readonly unread: number;
}

/** Reads a text of whole lines and returns how many lines it could not read. */
type Reader = (text: string) => number;

const [, , first = '1000000', second] = process.argv;
if (first === '--measure') {
  const [name, lines] = process.argv.slice(3);
  console.log(JSON.stringify(measure(KINDS.find((kind) => kind.name === name) as LogKind, Number(lines))));
} else {
  for (const kind of KINDS) if (second === undefined || kind.name.includes(second)) tell(kind.name);
}

function tell(name: string): void {
  const lines = String(Math.ceil(Number(first) / PROCESSES));
  const self = [import.meta.filename, '--measure', name, lines];
  const runs = Array.from(
    { length: PROCESSES },
    () => JSON.parse(execFileSync(process.execPath, self, { encoding: 'utf8' })) as Figures,
  );
  const bare = median(runs.map((run) => run.bare));
  const own = median(runs.map((run) => run.own));
  const ratios = runs.map((run) => run.own / run.bare);
  const unread = runs.reduce((sum, run) => sum + run.unread, 0);
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const note = unread === 0 ? '' : `, ${unread.toLocaleString('en')} not read`;
  console.log(
    `${name.padEnd(26)} ${thousands(own)} lines/s, bare ${thousands(bare)}: ${(own / bare).toFixed(2)} (${range})${note}`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function thousands(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en').padStart(9);
}

/** Both readers in turn over the same batches; the first batches warm up and are not counted. */
function measure(kind: LogKind, lines: number): Figures {
  const line = lineMaker(kind.lines);
  const readers = [bareReader(kind), ownReader(kind)];
  const spent = [0, 0];
  let unread = 0;
  let counted = 0;
  const warm = Math.min(4 * BATCH, lines);
  for (let from = 0; from < lines + warm; from += BATCH) {
    const text = Array.from({ length: BATCH }, (_, i) => line(from + i)).join('\n') + '\n';
    // A text just joined is made whole by the first search in it.
    text.indexOf('\0');
    const first = (from / BATCH) % 2;
    for (const which of [first, 1 - first]) {
      const read = readers[which] as Reader;
      const began = process.cpuUsage();
      const missed = read(text);
      const { user, system } = process.cpuUsage(began);
      if (from < warm) continue;
      spent[which] = (spent[which] ?? 0) + (user + system) / 1e6;
      unread += missed;
    }
    if (from >= warm) counted += BATCH;
  }
  const [bare = NaN, own = NaN] = spent;
  return { bare: counted / bare, own: counted / own, unread };
}

function bareReader({ bare }: LogKind): Reader {
  if (bare === 'json') return (text) => eachLine(text, (line) => typeof JSON.parse(line) === 'object');
  if (bare === 'tabs') return (text) => eachLine(text, (line) => line.split('\t').length > 1);
  if (bare.global) return (text) => eachLine(text, (line) => [...line.matchAll(bare)].length > 1);
  return (text) => eachLine(text, (line) => bare.exec(line) !== null);
}

function ownReader({ type, header = [] }: LogKind): Reader {
  const settings = type === undefined ? { timezone: 'UTC', host: 'bench' } : { timezone: 'UTC', host: 'bench', type };
  const source: Source = { id: 'bench', label: 'bench', settings };
  const normaliser = createNormaliser({ derive: new Set() });
  const receiveTime = DAY_START + DAY * 30;
  const events: EcsEvent[] = [];
  let offset = 0;
  const read = (text: string): boolean => {
    while (events.length > 0) events.pop();
    normaliser.normalise(source, { text, offset: offset++, receiveTime, bytes: undefined }, events);
    const tags = events[0]?.fields['tags'];
    return events.length > 0 && !(Array.isArray(tags) && tags.includes('sekisho.unparsed'));
  };
  header.forEach(read);
  return (text) => eachLine(text, read);
}

/** Calls `read` for each line; how many times it said no. */
function eachLine(text: string, read: (line: string) => boolean): number {
  let missed = 0;
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    if (!read(text.slice(from, end))) missed++;
    from = end + 1;
  }
  return missed;
}
