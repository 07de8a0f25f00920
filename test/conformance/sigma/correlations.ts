/**
 * Correlations followed event by event: what each event makes of the window, and where alerts begin.
 *
 * Rules `a`, `b` and `c` match events with `k: a` … ; `host` and `user` are fields of the events.
 * Sources: Sigma Correlation Rules Specification 2.1, text conditions 2.2, DESIGN.md section 4.
 */

/** One event: second (or a fraction), what rule it is for (several: `ab`), other fields. */
export type Step = readonly [second: number, kinds: string, fields?: Readonly<Record<string, unknown>>];

/** What one event does to a window: the number the condition is about, and whether the condition holds. */
export type Window = readonly [value: number, holds: boolean];

/** `windows[i]` is for `steps[i]`: one window, several (by rule), or none. `starts`: seconds at which alerts begin. */
export interface CorrelationCase {
  readonly title: string;
  /** Lines below `correlation:`; `rules`, `group-by` and `timespan` have defaults. */
  readonly body: string;
  readonly steps: readonly Step[];
  readonly windows: readonly (Window | readonly Window[] | undefined)[];
  readonly starts: readonly number[];
}

const row = (
  title: string,
  body: string,
  steps: readonly Step[],
  windows: CorrelationCase['windows'],
  starts: readonly number[],
): CorrelationCase => ({ title, body, steps, windows, starts });

const no = (value: number): Window => [value, false];
const yes = (value: number): Window => [value, true];
const on = (host: string): Record<string, unknown> => ({ host });
const used = (user: unknown, host = 'h'): Record<string, unknown> => ({ user, host });

const COUNT = 'type: event_count\nrules: [a]\ngroup-by: [host]\ntimespan: 10s\ncondition: ';
const VALUES = 'type: value_count\nrules: [a]\ngroup-by: [host]\ntimespan: 10s\ncondition: ';

/** event_count. */
export const EVENT_COUNT: readonly CorrelationCase[] = [
  row(
    'gte',
    `${COUNT}{gte: 3}`,
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
      [3, 'a'],
    ],
    [no(1), no(2), yes(3), yes(4)],
    [2],
  ),
  row(
    'gt',
    `${COUNT}{gt: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
    ],
    [no(1), no(2), yes(3)],
    [2],
  ),
  row(
    'eq',
    `${COUNT}{eq: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
    ],
    [no(1), yes(2), no(3)],
    [1],
  ),
  row(
    'neq',
    `${COUNT}{neq: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
    ],
    [yes(1), no(2), yes(3)],
    [0],
  ),
  row(
    'lt',
    `${COUNT}{lt: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [20, 'a'],
    ],
    [yes(1), no(2), yes(1)],
    [0, 20],
  ),
  row(
    'lte',
    `${COUNT}{lte: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
    ],
    [yes(1), yes(2), no(3)],
    [0],
  ),
  row(
    'a range',
    `${COUNT}{gte: 2, lt: 4}`,
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
      [3, 'a'],
    ],
    [no(1), yes(2), yes(3), no(4)],
    [1],
  ),
  row(
    'gt and lte',
    `${COUNT}{gt: 1, lte: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
    ],
    [no(1), yes(2), no(3)],
    [1],
  ),
  row('the threshold one', `${COUNT}{gte: 1}`, [[0, 'a']], [yes(1)], [0]),
  row(
    'exactly one timespan apart is outside',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a'],
      [10, 'a'],
    ],
    [no(1), no(1)],
    [],
  ),
  row(
    'a millisecond less is inside',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a'],
      [9.999, 'a'],
    ],
    [no(1), yes(2)],
    [9.999],
  ),
  row(
    'the window slides',
    `${COUNT}{gte: 3}`,
    [
      [0, 'a'],
      [6, 'a'],
      [12, 'a'],
      [15, 'a'],
    ],
    [no(1), no(2), no(2), yes(3)],
    [15],
  ),
  row(
    'windows are not aligned to the clock',
    `${COUNT}{gte: 3}`,
    [
      [8, 'a'],
      [11, 'a'],
      [13, 'a'],
    ],
    [no(1), no(2), yes(3)],
    [13],
  ),
  row(
    'equal times',
    `${COUNT}{gte: 3}`,
    [
      [5, 'a'],
      [5, 'a'],
      [5, 'a'],
    ],
    [no(1), no(2), yes(3)],
    [5],
  ),
  row(
    'groups are counted apart',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a', on('x')],
      [1, 'a', on('y')],
      [2, 'a', on('x')],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
  row(
    'other rules don’t count',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'a'],
    ],
    [no(1), undefined, yes(2)],
    [2],
  ),
  row(
    'a missing group field leaves the event out',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a'],
      [1, 'a', { host: null }],
      [2, 'a'],
    ],
    [no(1), undefined, yes(2)],
    [2],
  ),
  row(
    'numbers and their texts are one group',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a', { host: 7 }],
      [1, 'a', { host: '7' }],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'groups are told apart by case',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a', on('X')],
      [1, 'a', on('x')],
    ],
    [no(1), no(1)],
    [],
  ),
  row(
    'late arrivals count in their own window',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a'],
      [20, 'a'],
      [5, 'a'],
    ],
    [no(1), no(1), yes(2)],
    [5],
  ),
  row(
    'a long pause begins another alert',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [30, 'a'],
      [31, 'a'],
    ],
    [no(1), yes(2), no(1), yes(2)],
    [1, 31],
  ),
  row(
    'a pause of the timespan does not',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a'],
      [1, 'a'],
      [10.5, 'a'],
      [11, 'a'],
    ],
    [no(1), yes(2), yes(2), yes(2)],
    [1],
  ),
  row(
    'two rules are counted together',
    `${COUNT}{gte: 3}`.replace('[a]', '[a, b]'),
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'a'],
    ],
    [no(1), no(2), yes(3)],
    [2],
  ),
  row(
    'an event of both rules counts once',
    `${COUNT}{gte: 2}`.replace('[a]', '[a, b]'),
    [
      [0, 'ab'],
      [1, 'b'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'without group-by there is one group',
    'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 2}',
    [
      [0, 'a', on('x')],
      [1, 'a', on('y')],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'two group fields',
    `${COUNT}{gte: 2}`.replace('[host]', '[host, user]'),
    [
      [0, 'a', used('u', 'x')],
      [1, 'a', used('v', 'x')],
      [2, 'a', used('u', 'x')],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
  row(
    'a single rule and group as texts',
    `${COUNT}{gte: 2}`.replace('[a]', 'a').replace('[host]', 'host'),
    [
      [0, 'a'],
      [1, 'a'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row('rules by id', `${COUNT}{gte: 1}`.replace('[a]', '[id-a]'), [[0, 'a']], [yes(1)], [0]),
  row(
    'minutes',
    `${COUNT}{gte: 2}`.replace('10s', '2m'),
    [
      [0, 'a'],
      [119, 'a'],
      [240, 'a'],
    ],
    [no(1), yes(2), no(1)],
    [119],
  ),
  row(
    'hours',
    `${COUNT}{gte: 2}`.replace('10s', '1h'),
    [
      [0, 'a'],
      [3599, 'a'],
    ],
    [no(1), yes(2)],
    [3599],
  ),
  row(
    'days',
    `${COUNT}{gte: 2}`.replace('10s', '1d'),
    [
      [0, 'a'],
      [86_399, 'a'],
    ],
    [no(1), yes(2)],
    [86_399],
  ),
  row(
    'an array is a group for each value',
    `${COUNT}{gte: 2}`,
    [
      [0, 'a', { host: ['x', 'y'] }],
      [1, 'a', on('y')],
    ],
    [[no(1), no(1)], yes(2)],
    [1],
  ),
];

/** value_count. */
export const VALUE_COUNT: readonly CorrelationCase[] = [
  row(
    'distinct values',
    `${VALUES}{field: user, gte: 2}`,
    [
      [0, 'a', used('u')],
      [1, 'a', used('u')],
      [2, 'a', used('v')],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
  row(
    'gt',
    `${VALUES}{field: user, gt: 1}`,
    [
      [0, 'a', used('u')],
      [1, 'a', used('v')],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'eq',
    `${VALUES}{field: user, eq: 2}`,
    [
      [0, 'a', used('u')],
      [1, 'a', used('v')],
      [2, 'a', used('w')],
    ],
    [no(1), yes(2), no(3)],
    [1],
  ),
  row(
    'lt',
    `${VALUES}{field: user, lt: 2}`,
    [
      [0, 'a', used('u')],
      [1, 'a', used('v')],
    ],
    [yes(1), no(2)],
    [0],
  ),
  row(
    'a range',
    `${VALUES}{field: user, gte: 2, lte: 2}`,
    [
      [0, 'a', used('u')],
      [1, 'a', used('v')],
      [2, 'a', used('w')],
    ],
    [no(1), yes(2), no(3)],
    [1],
  ),
  row(
    'values leave the window',
    `${VALUES}{field: user, gte: 2}`,
    [
      [0, 'a', used('u')],
      [10, 'a', used('v')],
      [11, 'a', used('u')],
    ],
    [no(1), no(1), yes(2)],
    [11],
  ),
  row(
    'a value seen again stays',
    `${VALUES}{field: user, gte: 2}`,
    [
      [0, 'a', used('u')],
      [8, 'a', used('u')],
      [15, 'a', used('v')],
    ],
    [no(1), no(1), yes(2)],
    [15],
  ),
  row(
    'an event without the field is left out',
    `${VALUES}{field: user, gte: 1}`,
    [
      [0, 'a', used(null)],
      [1, 'a', used('u')],
    ],
    [undefined, yes(1)],
    [1],
  ),
  row(
    'numbers and texts',
    `${VALUES}{field: user, gte: 2}`,
    [
      [0, 'a', used(1)],
      [1, 'a', used('1')],
      [2, 'a', used(2)],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
  row(
    'an array counts each value',
    `${VALUES}{field: user, gte: 3}`,
    [
      [0, 'a', used(['u', 'v'])],
      [1, 'a', used('w')],
    ],
    [no(2), yes(3)],
    [1],
  ),
  row(
    'groups apart',
    `${VALUES}{field: user, gte: 2}`,
    [
      [0, 'a', used('u', 'x')],
      [1, 'a', used('v', 'y')],
    ],
    [no(1), no(1)],
    [],
  ),
  row(
    'a list of fields counts their combinations',
    `${VALUES}{field: [user, port], gte: 3}`,
    [
      [0, 'a', { user: 'u', port: 1 }],
      [1, 'a', { user: 'u', port: 2 }],
      [2, 'a', { user: 'v', port: 1 }],
      [3, 'a', { user: 'u', port: 1 }],
    ],
    [no(1), no(2), yes(3), yes(3)],
    [2],
  ),
  row(
    'over two rules',
    `${VALUES}{field: user, gte: 2}`.replace('[a]', '[a, b]'),
    [
      [0, 'a', used('u')],
      [1, 'b', used('v')],
    ],
    [no(1), yes(2)],
    [1],
  ),
];

const METRIC = (type: string, condition: string): string =>
  `type: ${type}\nrules: [a]\ngroup-by: [host]\ntimespan: 10s\ncondition: {field: n, ${condition}}`;
const of = (n: unknown): Record<string, unknown> => ({ n });

/** value_sum, value_avg, value_median, value_percentile. */
export const METRICS: readonly CorrelationCase[] = [
  row(
    'sum',
    METRIC('value_sum', 'gte: 100'),
    [
      [0, 'a', of(40)],
      [1, 'a', of(40)],
      [2, 'a', of(20)],
    ],
    [no(40), no(80), yes(100)],
    [2],
  ),
  row(
    'sum: equal values count each',
    METRIC('value_sum', 'gt: 10'),
    [
      [0, 'a', of(6)],
      [1, 'a', of(6)],
    ],
    [no(6), yes(12)],
    [1],
  ),
  row(
    'what is no decimal number is left out',
    METRIC('value_sum', 'gt: 6'),
    [
      [0, 'a', of('5')],
      [1, 'a', of('x')],
      [2, 'a', of('')],
      [3, 'a', of('0x10')],
      [4, 'a', of(true)],
      [5, 'a', of(null)],
      [6, 'a', {}],
      [7, 'a', of(['y', 2])],
    ],
    [no(5), undefined, undefined, undefined, undefined, undefined, undefined, yes(7)],
    [7],
  ),
  row(
    'sum slides',
    METRIC('value_sum', 'gt: 10'),
    [
      [0, 'a', of(8)],
      [10, 'a', of(8)],
    ],
    [no(8), no(8)],
    [],
  ),
  row(
    'sum of texts',
    METRIC('value_sum', 'gte: 3'),
    [
      [0, 'a', of('1.5')],
      [1, 'a', of('1.5')],
    ],
    [no(1.5), yes(3)],
    [1],
  ),
  row(
    'sum with negative numbers',
    METRIC('value_sum', 'lt: 0'),
    [
      [0, 'a', of(5)],
      [1, 'a', of(-6)],
    ],
    [no(5), yes(-1)],
    [1],
  ),
  row(
    'sum within a range',
    METRIC('value_sum', 'gte: 5, lte: 7'),
    [
      [0, 'a', of(4)],
      [1, 'a', of(2)],
      [2, 'a', of(3)],
    ],
    [no(4), yes(6), no(9)],
    [1],
  ),
  row(
    'average',
    METRIC('value_avg', 'gt: 10'),
    [
      [0, 'a', of(8)],
      [1, 'a', of(14)],
      [2, 'a', of(2)],
    ],
    [no(8), yes(11), no(8)],
    [1],
  ),
  row(
    'average below',
    METRIC('value_avg', 'lt: 5'),
    [
      [0, 'a', of(6)],
      [1, 'a', of(2)],
    ],
    [no(6), yes(4)],
    [1],
  ),
  row(
    'average of fractions',
    METRIC('value_avg', 'gte: 0.5'),
    [
      [0, 'a', of(0.25)],
      [1, 'a', of(0.75)],
    ],
    [no(0.25), yes(0.5)],
    [1],
  ),
  row(
    'median of an odd number',
    METRIC('value_median', 'gte: 5'),
    [
      [0, 'a', of(1)],
      [1, 'a', of(9)],
      [2, 'a', of(4)],
    ],
    [no(1), yes(5), no(4)],
    [1],
  ),
  row(
    'median of an even number',
    METRIC('value_median', 'eq: 2.5'),
    [
      [0, 'a', of(1)],
      [1, 'a', of(2)],
      [2, 'a', of(3)],
      [3, 'a', of(4)],
    ],
    [no(1), no(1.5), no(2), yes(2.5)],
    [3],
  ),
  row(
    'median slides',
    METRIC('value_median', 'gt: 5'),
    [
      [0, 'a', of(1)],
      [1, 'a', of(1)],
      [10.5, 'a', of(9)],
      [11, 'a', of(9)],
    ],
    [no(1), no(1), no(5), yes(9)],
    [11],
  ),
  row(
    'percentile',
    METRIC('value_percentile', 'percentile: 50, gte: 3'),
    [
      [0, 'a', of(1)],
      [1, 'a', of(5)],
      [2, 'a', of(3)],
    ],
    [no(1), yes(3), yes(3)],
    [1],
  ),
  row(
    'percentile 100 is the greatest',
    METRIC('value_percentile', 'percentile: 100, gte: 5'),
    [
      [0, 'a', of(4)],
      [1, 'a', of(5)],
      [2, 'a', of(1)],
    ],
    [no(4), yes(5), yes(5)],
    [1],
  ),
  row(
    'percentile 0 is the least',
    METRIC('value_percentile', 'percentile: 0, lte: 1'),
    [
      [0, 'a', of(4)],
      [1, 'a', of(1)],
    ],
    [no(4), yes(1)],
    [1],
  ),
  row(
    'percentile 75 between ranks',
    METRIC('value_percentile', 'percentile: 75, gte: 4'),
    [
      [0, 'a', of(1)],
      [1, 'a', of(5)],
    ],
    [no(1), yes(4)],
    [1],
  ),
];

const TEMPORAL = 'type: temporal\nrules: [a, b]\ngroup-by: [host]\ntimespan: 10s';
const ORDERED = 'type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [host]\ntimespan: 10s';

/** temporal and temporal_ordered. */
export const TEMPORALS: readonly CorrelationCase[] = [
  row(
    'all rules in any order',
    TEMPORAL,
    [
      [0, 'b'],
      [1, 'a'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'one of them twice is not enough',
    TEMPORAL,
    [
      [0, 'a'],
      [1, 'a'],
    ],
    [no(1), no(1)],
    [],
  ),
  row(
    'too far apart',
    TEMPORAL,
    [
      [0, 'a'],
      [10, 'b'],
    ],
    [no(1), no(1)],
    [],
  ),
  row(
    'just near enough',
    TEMPORAL,
    [
      [0, 'a'],
      [9.999, 'b'],
    ],
    [no(1), yes(2)],
    [9.999],
  ),
  row('one event of both rules', TEMPORAL, [[0, 'ab']], [yes(2)], [0]),
  row(
    'groups apart',
    TEMPORAL,
    [
      [0, 'a', on('x')],
      [1, 'b', on('y')],
    ],
    [no(1), no(1)],
    [],
  ),
  row(
    'three rules',
    TEMPORAL.replace('[a, b]', '[a, b, c]'),
    [
      [0, 'c'],
      [1, 'a'],
      [2, 'b'],
    ],
    [no(1), no(2), yes(3)],
    [2],
  ),
  row(
    'a condition on their number',
    `${TEMPORAL.replace('[a, b]', '[a, b, c]')}\ncondition: {gte: 2}`,
    [
      [0, 'a'],
      [1, 'c'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'a text: and',
    `${TEMPORAL}\ncondition: a and b`,
    [
      [0, 'a'],
      [1, 'b'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row('a text: or', `${TEMPORAL}\ncondition: a or b`, [[0, 'a']], [yes(1)], [0]),
  row(
    'a text: and not',
    `${TEMPORAL}\ncondition: a and not b`,
    [
      [0, 'a'],
      [1, 'b'],
      [20, 'a'],
    ],
    [yes(1), no(2), yes(1)],
    [0, 20],
  ),
  row(
    'a text: precedence',
    `${TEMPORAL.replace('[a, b]', '[a, b, c]')}\ncondition: a or b and c`,
    [
      [0, 'b'],
      [1, 'c'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'a text: parentheses',
    `${TEMPORAL.replace('[a, b]', '[a, b, c]')}\ncondition: (a or b) and c`,
    [
      [0, 'a'],
      [1, 'c'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'a text that names the rules itself',
    'type: temporal\ngroup-by: [host]\ntimespan: 10s\ncondition: a and b',
    [
      [0, 'a'],
      [1, 'b'],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'in order',
    ORDERED,
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ],
    [no(1), no(2), yes(3)],
    [2],
  ),
  row(
    'out of order',
    ORDERED,
    [
      [0, 'b'],
      [1, 'a'],
      [2, 'c'],
    ],
    [no(1), no(1), no(2)],
    [],
  ),
  row(
    'equal times satisfy an order',
    ORDERED,
    [
      [0, 'a'],
      [0, 'b'],
      [0, 'c'],
    ],
    [no(1), no(2), yes(3)],
    [0],
  ),
  row(
    'others between don’t matter',
    ORDERED,
    [
      [0, 'a'],
      [1, 'c'],
      [2, 'b'],
      [3, 'a'],
      [4, 'c'],
    ],
    [no(1), no(2), no(2), no(2), yes(3)],
    [4],
  ),
  row(
    'the first step leaves the window',
    ORDERED,
    [
      [0, 'a'],
      [5, 'b'],
      [10, 'c'],
    ],
    [no(1), no(2), no(2)],
    [],
  ),
  row(
    'the first step again',
    ORDERED,
    [
      [0, 'a'],
      [4, 'a'],
      [5, 'b'],
      [10, 'c'],
    ],
    [no(1), no(1), no(2), yes(3)],
    [10],
  ),
  row('one event of all rules', ORDERED, [[0, 'abc']], [yes(3)], [0]),
  row(
    'out of order in the file, in order by time',
    ORDERED,
    [
      [2, 'c'],
      [0, 'a'],
      [1, 'b'],
    ],
    [no(1), no(1), no(2)],
    [2],
  ),
  row(
    'in order, any two of three',
    `${ORDERED}\ncondition: {gte: 2}`,
    [
      [0, 'c'],
      [1, 'b'],
      [2, 'c'],
      [12, 'a'],
    ],
    [no(1), no(1), yes(2), no(1)],
    [2],
  ),
  row(
    'in order, exactly two of three',
    `${ORDERED}\ncondition: {eq: 2}`,
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ],
    [no(1), yes(2), no(3)],
    [1],
  ),
  row(
    'a rule that comes twice in the order needs two events',
    `${ORDERED.replace('[a, b, c]', '[a, b, a]')}`,
    [
      [0, 'a'],
      [1, 'b'],
      [2, 'b'],
      [3, 'a'],
    ],
    [no(1), no(2), no(2), yes(3)],
    [3],
  ),
  row(
    'one rule twice is two events, be it at one time',
    `${ORDERED.replace('[a, b, c]', '[a, a]')}`,
    [
      [0, 'a'],
      [20, 'a'],
      [20, 'a'],
    ],
    [no(1), no(1), yes(2)],
    [20],
  ),
  row(
    'a text: the rules that are not negated, in the order of the list',
    `${ORDERED}\ncondition: c and a and not b`,
    [
      [0, 'c'],
      [1, 'a'],
      [2, 'c'],
      [3, 'b'],
      [20, 'a'],
      [21, 'c'],
    ],
    [no(1), no(1), yes(2), no(2), no(1), yes(2)],
    [2, 21],
  ),
  row(
    'a text: any order of several',
    `${ORDERED}\ncondition: (a or b) and c`,
    [
      [0, 'c'],
      [1, 'b'],
      [2, 'c'],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
  row('a text: or asks for no order', `${ORDERED}\ncondition: a or b or c`, [[0, 'b']], [yes(1)], [0]),
];

/** Field names that differ from rule to rule. */
export const ALIASES: readonly CorrelationCase[] = [
  row(
    'one name for two fields',
    'type: temporal\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 10s\naliases: {ip: {a: src, b: dst}}',
    [
      [0, 'a', { src: '1' }],
      [1, 'b', { dst: '2' }],
      [2, 'b', { dst: '1' }],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
  row(
    'two names crossed',
    'type: temporal\nrules: [a, b]\ngroup-by: [x, y]\ntimespan: 10s\naliases: {x: {a: src, b: dst}, y: {a: dst, b: src}}',
    [
      [0, 'a', { src: '1', dst: '2' }],
      [1, 'b', { src: '1', dst: '2' }],
      [2, 'b', { src: '2', dst: '1' }],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
  row(
    'a name beside a plain field',
    'type: event_count\nrules: [a, b]\ngroup-by: [ip, host]\ntimespan: 10s\ncondition: {gte: 2}\naliases: {ip: {a: src, b: dst}}',
    [
      [0, 'a', { src: '1' }],
      [1, 'b', { dst: '1' }],
    ],
    [no(1), yes(2)],
    [1],
  ),
  row(
    'a missing aliased field',
    'type: event_count\nrules: [a]\ngroup-by: [ip]\ntimespan: 10s\ncondition: {gte: 1}\naliases: {ip: {a: src}}',
    [
      [0, 'a', { ip: '1' }],
      [1, 'a', { src: '1' }],
    ],
    [undefined, yes(1)],
    [1],
  ),
  row(
    'as the counted field',
    'type: value_count\nrules: [a, b]\ngroup-by: [host]\ntimespan: 10s\ncondition: {field: who, gte: 2}\naliases: {who: {a: user, b: account}}',
    [
      [0, 'a', { user: 'u' }],
      [1, 'b', { account: 'u' }],
      [2, 'b', { account: 'v' }],
    ],
    [no(1), no(1), yes(2)],
    [2],
  ),
];
