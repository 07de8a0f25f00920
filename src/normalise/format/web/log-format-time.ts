import { decimal } from '../../capture.js';
import type { Line } from '../../line.js';
import { epoch } from '../../time/time.js';

/** Reads a variable's value as a time, epoch ms; NaN where it is none. */
type TimeReader = (value: string, at: Line) => number;

const anyTime: TimeReader = (value, at) => at.clock.any(value, at.receiveTime);
const epochTime: TimeReader = (value) => epoch(decimal(value) ?? Number.NaN);

const TIMES: Readonly<Record<string, TimeReader>> = {
  $time_local: anyTime,
  $time_iso8601: anyTime,
  $msec: epochTime,
  '%{time}': anyTime,
  '%{sec}t': epochTime,
  '%{msec}t': epochTime,
  '%{usec}t': epochTime,
};

const STRFTIME = /^%\{(?:begin:|end:)?(.*%.*)\}t$/;

/**
 * How a variable of a format string is read as a time; undefined: it is none. Apache's `%{format}t` is strftime's, several that
 * follow each other (`%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t`) are one time. Source: mod_log_config, "Custom Log Formats".
 */
export function timeReaderOf(variable: string): TimeReader | undefined {
  if (Object.hasOwn(TIMES, variable)) return TIMES[variable];
  const pattern = STRFTIME.exec(variable)?.[1];
  return pattern === undefined ? undefined : strftime(pattern);
}

/** Joins the times of an Apache format string that stand beside each other to one. */
export function joinTimes(pattern: string): string {
  return pattern.replace(/%\{[^{}]{1,128}\}t(?:[ .,:T]?%\{[^{}]{1,128}\}t)+/g, (times) => {
    const inner = times.replace(/%\{(?:begin:|end:)?([^{}]*)\}t/g, (_, one: string) => FRACTIONS[one] ?? one);
    return `%{${inner}}t`;
  });
}

/** Parts of a second, which strftime has no letter for, under letters that it leaves free. */
const FRACTIONS: Readonly<Record<string, string>> = { msec_frac: '%3', usec_frac: '%6' };

/** strftime's letters as Luxon's tokens; what is not here makes the time unreadable. */
const TOKENS: Readonly<Record<string, string>> = {
  ...{ Y: 'yyyy', y: 'yy', m: 'MM', b: 'MMM', h: 'MMM', B: 'MMMM', d: 'dd', e: 'd', j: 'ooo', a: 'EEE', A: 'EEEE' },
  ...{ H: 'HH', I: 'hh', M: 'mm', S: 'ss', p: 'a', z: 'ZZZ', s: 'X', 3: 'SSS', 6: 'u' },
  ...{ T: 'HH:mm:ss', F: 'yyyy-MM-dd', R: 'HH:mm', D: 'MM/dd/yy', '%': "'%'" },
};

function strftime(pattern: string): TimeReader {
  const tokens = pattern.replace(/%(.)|([A-Za-z]+)/g, (_, letter: string | undefined, literal: string) =>
    letter === undefined ? `'${literal}'` : (TOKENS[letter] ?? `'%${letter}'`),
  );
  return (value, at) => {
    const time = at.clock.any(value, at.receiveTime);
    return Number.isNaN(time) ? at.clock.formatted(value.replace(/ {2}/g, ' '), tokens) : time;
  };
}

/** How often a text stands in the values of a time variable: spaces in dates don't end them. */
export function countWithin(variable: string, text: string): number {
  const form = variable === '$time_local' ? '%d/%b/%Y:%T %z' : (STRFTIME.exec(variable)?.[1] ?? '');
  return text === '' ? 0 : form.split(text).length - 1;
}
