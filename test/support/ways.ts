import fc from 'fast-check';
import { expect } from 'vitest';
import { lineMaker } from '../bench/log-lines.js';
import { TEXT_LOGS } from '../bench/log-kinds.js';
import { Line } from '../../src/normalise/line.js';
import { Clock } from '../../src/normalise/time/time.js';
import { change, changed } from './damage.js';
import { runs } from './runs.js';

/** When the lines are received. */
export const receiveTime = Date.UTC(2026, 10, 25);

/** A line to be read into, as a normaliser has it. */
export function lineOf(zone = 'Europe/Berlin'): Line {
  const line = new Line();
  line.clock = new Clock(zone);
  line.receiveTime = receiveTime;
  return line;
}

/** Lines of the benchmark's kinds of these names. */
export const generated = (...names: readonly string[]): readonly string[] =>
  TEXT_LOGS.filter(({ name }) => names.includes(name)).flatMap(({ lines }) => {
    const make = lineMaker(lines);
    return Array.from({ length: 160 }, (_, n) => make(n));
  });

/**
 * Calls `check` with all lines, then with damaged ones (and what they were); it tells whether the quick way read the line, which
 * it must do for so many.
 */
export function each(lines: readonly string[], least: number, check: (line: string, whole: string) => boolean): void {
  let quick = 0;
  const count = (line: string, whole: string): void => {
    if (check(line, whole)) quick++;
  };
  for (const line of lines) count(line, line);
  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.array(change, { minLength: 1, maxLength: 3 }), (line, changes) => {
      count(changed(line, changes), line);
    }),
    { numRuns: runs(8000) },
  );
  expect(quick).toBeGreaterThan(least);
}
