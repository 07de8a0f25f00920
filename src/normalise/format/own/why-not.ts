import type { FormatDescription } from '../../../event/index.js';
import { Clock } from '../../time/time.js';
import { capture, readPattern } from './pattern.js';
import { timeEndOf } from './time-end.js';

/**
 * Why a described format does not read a line: where the pattern that comes furthest ceases to fit, by column, and what it
 * asks for there; undefined where a pattern fits but for the time, or there is none. For people who write formats.
 */
export function whyNot(description: FormatDescription, text: string, receiveTime: number): string | undefined {
  const timeEnd = timeEndOf(description, { clock: new Clock('UTC'), receiveTime });
  const patterns = description.patterns.map(readPattern).filter((pattern) => typeof pattern !== 'string');
  const tried = patterns.map((pattern) => ({ pattern, values: capture(text, pattern, timeEnd) }));
  const misfits = tried.flatMap(({ values }) => ('why' in values ? [values] : [])).sort((a, b) => b.from - a.from);
  const [furthest] = misfits;
  for (const { pattern, values } of tried) {
    if ('why' in values) continue;
    const time = values[pattern.captures.findIndex(({ field }) => field === '@timestamp')] ?? '';
    return `\`${time}\` is no time${description.time === undefined ? '' : ` of the form \`${description.time}\``}`;
  }
  if (furthest === undefined) return undefined;
  const rest = text.slice(furthest.from, furthest.from + 24);
  return `column ${furthest.from + 1}, \`${rest}\`: ${furthest.why}`;
}
