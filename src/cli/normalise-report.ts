import type { NormaliseReport, UnmatchedShape } from '../engine/tools/normalise-report.js';
import { printable } from '../event/index.js';
import { Out } from './terminal.js';
import { counted } from './text.js';

const DOUBTS: Readonly<Record<string, string>> = {
  'sekisho.unparsed': 'not of the type named',
  'sekisho.fault':
    'that Sekisho failed to read, by a fault of its own: please report one of them (error.message tells)',
  'sekisho.no-time': 'without a time of their own: the time of receipt stands in',
  'sekisho.future-time': 'more than five minutes in the future: kept, but no window moves',
  'sekisho.past-time': 'more than twenty years ago, as of a clock that was never set: kept in their own time',
  'sekisho.invalid-utf8': 'with bytes that are no UTF-8',
  'sekisho.ambiguous': 'that can be read in two ways',
};

/** Writes what `normalise --report` found, for people. */
export async function tellReport(report: NormaliseReport): Promise<void> {
  const out = new Out();
  await out.write(`${counted(report.records, 'line')}, ${counted(report.events, 'event')}\n`);
  await section(out, 'Formats', report.datasets);
  await section(
    out,
    'Doubtful events',
    report.doubts.map(([tag, count]) => [`${tag}: ${DOUBTS[tag] ?? 'see the tag'}`, count]),
  );
  await section(out, 'Dead letters', report.failures);
  if (report.unmatched.length > 0) await out.write('\nNot understood, with an example of each shape:\n');
  for (const shape of report.unmatched) await out.write(shapeText(shape));
  await out.flush();
}

async function section(out: Out, title: string, rows: readonly (readonly [string, number])[]): Promise<void> {
  if (rows.length === 0) return;
  await out.write(`\n${title}:\n`);
  for (const [name, count] of rows) await out.write(`${count.toLocaleString('en').padStart(12)}  ${printable(name)}\n`);
}

function shapeText({ count, example, source, offset }: UnmatchedShape): string {
  const place = `${printable(source)} at byte ${offset}`;
  return `${count.toLocaleString('en').padStart(12)}  ${place}\n              ${printable(example)}\n`;
}
