/** A short notation for hand-written cases. */
import type { OracleCorrelation, OracleDetection, OracleEpisode } from './model.js';
import { DAY } from './model.js';

/**
 * `a5:x,u b7` → a detection of rule a at 5 with ip x and user u, one of b at 7 with neither. An empty part is a missing
 * field (`a5:,u`).
 */
export function stream(text: string): OracleDetection[] {
  return text
    .split(' ')
    .filter((token) => token !== '')
    .map(detectionFrom);
}

function detectionFrom(token: string): OracleDetection {
  const [, rule, time, ip = '', user = ''] = /^([a-z])(-?\d+)(?::([^,]*))?(?:,(.*))?$/.exec(token) ?? [];
  if (rule === undefined) throw new Error(`not a detection: ${token}`);
  const fields = Object.entries({ ip, user }).filter(([, value]) => value !== '');
  return { rule, time: Number(time), fields: Object.fromEntries(fields) };
}

/** `C[x,u] 5..9 3` for rule C, group (x, u), start 5, end 9, count 3; `-` for null in a group. Sorted. */
export function lines(episodes: readonly OracleEpisode[]): string[] {
  return episodes
    .map(({ rule, group, start, end, count }) => {
      return `${rule}[${group.map((value) => value ?? '-').join(',')}] ${start}..${end} ${count}`;
    })
    .sort();
}

/** A correlation named C: two or more detections of a within 10 ms, one group, quiet 10 ms, unless told otherwise. */
export function correlation(changes: Partial<OracleCorrelation> = {}): OracleCorrelation {
  const base = { name: 'C', type: 'event_count', rules: ['a'], groupBy: [] } as const;
  const count = { timespan: 10, quiet: 10, maxEpisode: DAY, condition: { gte: 2 } };
  return { ...base, ...count, ...changes };
}

/** A correlation without a condition: every rule, in any order or in the order given. */
export function sequence(
  type: 'temporal' | 'temporal_ordered',
  rules: readonly string[],
  changes: Partial<OracleCorrelation> = {},
): OracleCorrelation {
  return { name: 'C', type, rules, groupBy: [], timespan: 10, quiet: 10, maxEpisode: DAY, ...changes };
}
