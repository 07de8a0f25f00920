/**
 * `npm run bench:rules [FOLDER] [--events N] [--rsigma]`: events a second against 20, 1,000 and 3,000 rules, reading and
 * JSON.parse included, one process each; load time and memory. Without a folder the bundled rules, repeated with other
 * texts. With `--rsigma` (and cargo) the rsigma crate 0.23 beside it, built in a temporary folder. Asserts nothing.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDetector } from '../../src/detect/compile.js';
import { bundledRules } from '../../src/engine/rules.js';
import { eventFromJson } from '../../src/normalise/json/json-event.js';
import { readRuleFiles } from '../../src/rule/files.js';
import { loadRules } from '../../src/rule/load.js';
import type { EventRule, Expression, RuleSet, ValueTest } from '../../src/rule/types.js';
import { buildRsigma } from './rsigma.js';
import { writeRuleEvents } from './rule-events.js';

const COUNTS = [20, 1000, 3000];

interface Figures {
  readonly rules: number;
  /** Milliseconds to read and compile the rules of the folder. */
  readonly load: number;
  readonly perSecond: number;
  readonly matches: number;
  readonly peakMiB?: number;
}

const [, , ...args] = process.argv;
if (args[0] === '--measure') measure(args[1] ?? '', args[2] ?? '', Number(args[3]));
else main();

function main(): void {
  const at = args.indexOf('--events');
  const events = at < 0 ? 200_000 : Number(args[at + 1]);
  const folder = args.find((arg, i) => !arg.startsWith('--') && (at < 0 || i !== at + 1)) ?? bundledRules();
  const temp = mkdtempSync(join(tmpdir(), 'sekisho-bench-'));
  try {
    const file = join(temp, 'events.ndjson');
    writeRuleEvents(file, events);
    const rsigma = args.includes('--rsigma') ? buildRsigma(temp, folder) : undefined;
    for (const count of COUNTS) {
      tell('sekisho', ownFigures(folder, file, count));
      if (rsigma !== undefined) tell('rsigma', JSON.parse(rsigma(file, count)) as Figures);
    }
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

function ownFigures(folder: string, file: string, count: number): Figures {
  const self = [import.meta.filename, '--measure', folder, file, String(count)];
  return JSON.parse(execFileSync(process.execPath, self, { encoding: 'utf8' })) as Figures;
}

function tell(name: string, { rules, load, perSecond, matches, peakMiB }: Figures): void {
  const memory = peakMiB === undefined ? '' : `, peak ${peakMiB} MiB`;
  console.log(
    `${name}: ${rules.toLocaleString('en')} rules: ${perSecond.toLocaleString('en')} events/s, ${matches.toLocaleString('en')} matches, loaded in ${load} ms${memory}`,
  );
}

/** In a process of its own: loads, matches, prints its figures as JSON. */
function measure(folder: string, file: string, count: number): void {
  const began = performance.now();
  const loaded = loadRules(readRuleFiles([folder]).files, { mapping: false });
  const detector = createDetector(widened(loaded, count));
  const load = Math.round(performance.now() - began);
  const start = performance.now();
  let events = 0;
  let matches = 0;
  for (const line of linesOf(file)) {
    matches += detector.match(eventFromJson(JSON.parse(line) as object, events++)).length;
  }
  const seconds = (performance.now() - start) / 1000;
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  const figures: Figures = { rules: count, load, perSecond: Math.round(events / seconds), matches, peakMiB };
  console.log(JSON.stringify(figures));
}

function* linesOf(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  const chunk = Buffer.alloc(1 << 20);
  let rest = '';
  for (let size = readSync(handle, chunk); size > 0; size = readSync(handle, chunk)) {
    const text = rest + chunk.toString('utf8', 0, size);
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      yield text.slice(from, end);
      from = end + 1;
    }
    rest = text.slice(from);
  }
  closeSync(handle);
}

/** The first `count` rules; where there are fewer, copies of them that look for other texts. */
function widened({ rules }: RuleSet, count: number): RuleSet {
  const wide = Array.from({ length: count }, (_, index): EventRule => {
    const rule = rules[index % rules.length] as EventRule;
    const copy = Math.floor(index / rules.length);
    return { ...rule, index, expression: copy === 0 ? rule.expression : varied(rule.expression, copy) };
  });
  return { rules: wide, correlations: [], silenced: [], problems: [] };
}

function varied(expression: Expression, copy: number): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return { ...expression, items: expression.items.map((item) => varied(item, copy)) };
    case 'not':
      return { ...expression, item: varied(expression.item, copy) };
    case 'test':
    case 'keyword':
      return { ...expression, test: variedTest(expression.test, copy) };
  }
}

function variedTest(test: ValueTest, copy: number): ValueTest {
  if (test.kind !== 'pattern') return test;
  return { ...test, parts: test.parts.map((part) => (typeof part === 'string' ? `${part}${copy}` : part)) };
}
