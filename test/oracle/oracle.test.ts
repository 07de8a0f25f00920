/** Every expected episode here was worked out by hand from the definitions, none was printed by the oracle first. */
import { describe, expect, it } from 'vitest';
import type { OracleCorrelation } from './model.js';
import { DAY, HOUR, plainRule } from './model.js';
import { correlation, lines, sequence, stream } from './notation.js';
import { episodesOf } from './oracle.js';

/** What the case shows, correlations, detections, expected episodes. */
type Row = readonly [string, OracleCorrelation | readonly OracleCorrelation[], string, readonly string[]];

function check(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows)('%s', (_, correlations, detections, expected) => {
      expect(lines(episodesOf([correlations].flat(), stream(detections)))).toEqual([...expected].sort());
    });
  });
}

const count = (condition: OracleCorrelation['condition'] & object, changes: Partial<OracleCorrelation> = {}) =>
  correlation({ condition, ...changes });
const values = (condition: OracleCorrelation['condition'] & object, changes: Partial<OracleCorrelation> = {}) =>
  correlation({ type: 'value_count', valueField: 'user', groupBy: ['ip'], condition, ...changes });

check('the window', [
  ['holds two detections', correlation(), 'a0 a5', ['C[] 5..5 2']],
  ['takes one a millisecond short of the timespan', correlation(), 'a0 a9', ['C[] 9..9 2']],
  ['leaves out one exactly as old as the timespan', correlation(), 'a0 a10', []],
  ['holds equal times', correlation(), 'a3 a3', ['C[] 3..3 2']],
  ['does not mind the order of arrival', correlation(), 'a5 a0', ['C[] 5..5 2']],
  ['of one millisecond holds that millisecond', correlation({ timespan: 1 }), 'a5 a6 a6', ['C[] 6..6 2']],
  ['slides across zero', correlation(), 'a-5 a4', ['C[] 4..4 2']],
  ['is as long before zero', correlation(), 'a-6 a4', []],
  ['slides across the edges of fixed buckets', correlation(), 'a8 a12', ['C[] 12..12 2']],
]);

check('event_count', [
  ['of one', count({ gte: 1 }), 'a0', ['C[] 0..0 1']],
  ['gte is not met below', count({ gte: 3 }), 'a0 a1', []],
  ['gt is strict', count({ gt: 2 }), 'a0 a1 a2', ['C[] 2..2 3']],
  ['gt zero holds at every detection', count({ gt: 0 }), 'a4', ['C[] 4..4 1']],
  ['counts a burst at one time', count({ gte: 3 }), 'a7 a7 a7', ['C[] 7..7 3']],
  ['counts all referred rules', correlation({ rules: ['a', 'b'] }), 'a0 b5', ['C[] 5..5 2']],
  ['ignores other rules', correlation({ rules: ['a', 'b'] }), 'a0 c5', []],
  ['counts an event that two rules match twice', correlation({ rules: ['a', 'b'] }), 'a0 b0', ['C[] 0..0 2']],
  ['counts a rule that is named twice once', correlation({ rules: ['a', 'a'] }), 'a0', []],
]);

check('conditions that more detections can make false', [
  ['lt fires where there are few', count({ lt: 2 }), 'a0 a5 a20', ['C[] 0..0 1', 'C[] 20..20 1']],
  ['lt is decided by the final set', count({ lt: 2 }), 'a5 a20 a4', ['C[] 4..4 1', 'C[] 20..20 1']],
  ['lte joins over a time that does not fire', count({ lte: 2 }), 'a0 a5 a6 a15', ['C[] 0..15 4']],
  ['eq passes and comes back', count({ eq: 2 }), 'a0 a1 a2 a11', ['C[] 1..11 4']],
  ['eq is jumped over by equal times', count({ eq: 2 }), 'a0 a1 a1', []],
  ['eq counts equal times together', count({ eq: 3 }), 'a0 a1 a1', ['C[] 1..1 3']],
  ['neq', count({ neq: 2 }), 'a0 a1 a2', ['C[] 0..2 3']],
  ['a closed range', count({ gte: 2, lte: 3 }), 'a0 a1 a2 a3 a30', ['C[] 1..2 3']],
  ['an open range', count({ gt: 1, lt: 3 }), 'a0 a1 a2', ['C[] 1..1 2']],
  ['a range that nothing satisfies', count({ gt: 3, lt: 2 }), 'a0 a1 a2 a3 a4', []],
]);

check('groups', [
  ['are counted apart', correlation({ groupBy: ['ip'] }), 'a0:x a1:y a2:x', ['C[x] 2..2 2']],
  ['fire each for itself', correlation({ groupBy: ['ip'] }), 'a0:x a1:y a2:x a3:y', ['C[x] 2..2 2', 'C[y] 3..3 2']],
  ['leave out what lacks the field', correlation({ groupBy: ['ip'] }), 'a0:x a1 a2:x', ['C[x] 2..2 2']],
  ['need every field', correlation({ groupBy: ['ip', 'user'] }), 'a0:x,u a1:x a2:,u', []],
  ['of two fields', correlation({ groupBy: ['ip', 'user'] }), 'a0:x,u a1:x,v a2:x,u', ['C[x,u] 2..2 2']],
  ['keep the order of group-by', correlation({ groupBy: ['user', 'ip'] }), 'a0:x,u a1:x,u', ['C[u,x] 1..1 2']],
  ['are not joined texts', correlation({ groupBy: ['ip', 'user'] }), 'a0:x|y,z a1:x,y|z', []],
  ['tell upper case from lower', correlation({ groupBy: ['ip'] }), 'a0:x a1:X', []],
  ['without group-by there is one', correlation(), 'a0:x a1:y a2', ['C[] 1..2 3']],
  [
    'under an alias',
    correlation({ rules: ['a', 'b'], groupBy: ['who'], aliases: { who: { a: 'ip', b: 'user' } } }),
    'a0:x b1:y,x b2:x,z',
    ['C[x] 1..1 2'],
  ],
]);

check('value_count', [
  ['fires at the second value, counts detections', values({ gte: 2 }), 'a0:x,u a1:x,u a2:x,v', ['C[x] 2..2 3']],
  ['leaves out what lacks the field', values({ gte: 2 }), 'a0:x,u a1:x,v a2:x', ['C[x] 1..1 2']],
  ['forgets a value that leaves the window', values({ gte: 2 }), 'a0:x,u a5:x,v a10:x,v', ['C[x] 5..5 2']],
  ['keeps a value that is renewed', values({ gte: 2 }), 'a0:x,u a5:x,v a9:x,u a14:x,v', ['C[x] 5..14 4']],
  ['counts only the repeats within', values({ gte: 2 }), 'a1:x,u a3:x,u a3:x,u a12:x,v', ['C[x] 12..12 3']],
  ['eq one', values({ eq: 1 }), 'a0:x,u a1:x,u a2:x,v', ['C[x] 0..1 2']],
  ['lt', values({ lt: 2 }), 'a0:x,u a1:x,v a10:x,v', ['C[x] 0..10 3']],
  [
    'under an alias',
    values({ gte: 2 }, { rules: ['a', 'b'], groupBy: [], valueField: 'who', aliases: { who: { a: 'user', b: 'ip' } } }),
    'a0:x,u b1:u,x b2:w,x',
    ['C[] 2..2 3'],
  ],
]);

check('temporal', [
  ['needs every rule', sequence('temporal', ['a', 'b', 'c']), 'a0 b1 a2', []],
  ['in any order', sequence('temporal', ['a', 'b']), 'b0 a5', ['C[] 5..5 2']],
  ['within the window', sequence('temporal', ['a', 'b']), 'a0 b9', ['C[] 9..9 2']],
  ['not exactly a timespan apart', sequence('temporal', ['a', 'b']), 'a0 b10', []],
  ['at one time', sequence('temporal', ['a', 'b']), 'a4 b4', ['C[] 4..4 2']],
  ['fires at any rule once all are there', sequence('temporal', ['a', 'b']), 'a0 a1 b2 a3', ['C[] 2..3 4']],
  ['counts only the repeats within', sequence('temporal', ['a', 'b']), 'a1 a3 a4 b12', ['C[] 12..12 3']],
  ['does not fire when one has left', sequence('temporal', ['a', 'b']), 'a0 b5 b10 a12', ['C[] 5..12 4']],
  ['so many of the rules', sequence('temporal', ['a', 'b', 'c'], { condition: { gte: 2 } }), 'a0 c4', ['C[] 4..4 2']],
  [
    'exactly one of the rules',
    sequence('temporal', ['a', 'b'], { condition: { eq: 1 } }),
    'a0 b3 a20',
    ['C[] 0..0 1', 'C[] 20..20 1'],
  ],
  ['in one group', sequence('temporal', ['a', 'b'], { groupBy: ['ip'] }), 'a0:x b1:y a2:y', ['C[y] 2..2 2']],
]);

check('temporal_ordered', [
  ['in order', sequence('temporal_ordered', ['a', 'b']), 'a0 b5', ['C[] 5..5 2']],
  ['not in the other order', sequence('temporal_ordered', ['a', 'b']), 'b0 a5', []],
  ['equal times satisfy the order', sequence('temporal_ordered', ['a', 'b']), 'b3 a3', ['C[] 3..3 2']],
  ['three at one time', sequence('temporal_ordered', ['a', 'b', 'c']), 'c1 b1 a1', ['C[] 1..1 3']],
  ['two of three at one time', sequence('temporal_ordered', ['a', 'b', 'c']), 'b1 a1 c5', ['C[] 5..5 3']],
  ['not exactly a timespan apart', sequence('temporal_ordered', ['a', 'b']), 'a0 b10', []],
  ['with something between', sequence('temporal_ordered', ['a', 'b', 'c']), 'a0 c1 b2 c3', ['C[] 3..3 4']],
  ['fires at any rule once it is there', sequence('temporal_ordered', ['a', 'b']), 'a0 b1 a2', ['C[] 1..2 3']],
  ['not when the first has left', sequence('temporal_ordered', ['a', 'b']), 'a0 b5 b11', ['C[] 5..5 2']],
  [
    'not when what is left is the wrong way round',
    sequence('temporal_ordered', ['a', 'b']),
    'a0 b9 a11',
    ['C[] 9..9 2'],
  ],
  ['a rule twice is two events', sequence('temporal_ordered', ['a', 'b', 'a']), 'a0 b1 b2 a3', ['C[] 3..3 4']],
  ['a rule twice at one time', sequence('temporal_ordered', ['a', 'a']), 'a0 a20 a20', ['C[] 20..20 2']],
  [
    'some of the rules in their order',
    sequence('temporal_ordered', ['a', 'b', 'c'], { condition: { gte: 2 } }),
    'c0 b1 c2',
    ['C[] 2..2 3'],
  ],
  ['begins anew with a later first', sequence('temporal_ordered', ['a', 'b']), 'a0 b5 a8 b17', ['C[] 5..17 4']],
]);

check('episodes', [
  ['join firings', correlation(), 'a0 a5 a10 a30 a31', ['C[] 5..10 3', 'C[] 31..31 2']],
  ['join at a gap of exactly quiet', count({ gte: 1 }), 'a0 a10', ['C[] 0..10 2']],
  ['part a millisecond beyond', count({ gte: 1 }), 'a0 a11', ['C[] 0..0 1', 'C[] 11..11 1']],
  ['quiet may be longer', count({ gte: 1 }, { quiet: 25 }), 'a0 a25 a51', ['C[] 0..25 2', 'C[] 51..51 1']],
  ['count what did not fire within', correlation({ quiet: 31 }), 'a0 a1 a20 a31 a32', ['C[] 1..32 5']],
  ['part by the gap between firings', correlation({ quiet: 30 }), 'a0 a1 a20 a31 a32', ['C[] 1..1 2', 'C[] 32..32 2']],
  ['do not count what comes after', correlation(), 'a0 a1 a15', ['C[] 1..1 2']],
  ['do not count what is a timespan before', correlation(), 'a0 a10 a10', ['C[] 10..10 2']],
  [
    'are cut, and count again what lies before the cut',
    count({ gte: 1 }, { maxEpisode: 20 }),
    'a0 a10 a20 a21 a30',
    ['C[] 0..20 3', 'C[] 21..30 3'],
  ],
  [
    'are cut by the first firing, not the first detection',
    correlation({ maxEpisode: 10 }),
    'a0 a1 a11 a11 a12 a12',
    ['C[] 1..11 4', 'C[] 12..12 4'],
  ],
  [
    'are cut again and again',
    count({ gte: 1 }, { maxEpisode: 5 }),
    'a0 a5 a6 a11 a12',
    ['C[] 0..5 2', 'C[] 6..11 4', 'C[] 12..12 4'],
  ],
  [
    'are cut wherever an earlier one puts the start',
    count({ gte: 1 }, { maxEpisode: 4 }),
    'a4 a8 a0',
    ['C[] 0..4 2', 'C[] 8..8 3'],
  ],
]);

const first = correlation({ name: 'L1', groupBy: ['ip'] });
const long = { timespan: 100, quiet: 100 };

check('chains', [
  [
    'take one detection an episode',
    [first, correlation({ name: 'L2', rules: ['L1'], ...long })],
    'a0:x a1:x a5:x a2:y a3:y',
    ['L1[x] 1..5 3', 'L1[y] 3..3 2', 'L2[] 3..3 2'],
  ],
  [
    'take the group-by fields along',
    [correlation({ name: 'L2', rules: ['L1'], groupBy: ['ip'], ...long }), first],
    'a0:x a1:x a50:x a51:x',
    ['L1[x] 1..1 2', 'L1[x] 51..51 2', 'L2[x] 51..51 2'],
  ],
  [
    'take no other field along',
    [first, correlation({ name: 'L2', rules: ['L1'], groupBy: ['user'], condition: { gte: 1 }, ...long })],
    'a0:x,u a1:x,u',
    ['L1[x] 1..1 2'],
  ],
  [
    'have windows of their own: a timespan apart is out',
    [first, correlation({ name: 'L2', rules: ['L1'], timespan: 50, quiet: 50 })],
    'a0:x a1:x a50:x a51:x',
    ['L1[x] 1..1 2', 'L1[x] 51..51 2'],
  ],
  [
    'mix with base rules, in order',
    [first, sequence('temporal_ordered', ['L1', 'b'], { name: 'L2', groupBy: ['ip'], ...long })],
    'a0:x a1:x b50:x',
    ['L1[x] 1..1 2', 'L2[x] 50..50 2'],
  ],
  [
    'put the derived detection at the first firing, after the first detection',
    [first, sequence('temporal_ordered', ['L1', 'b'], { name: 'L2', groupBy: ['ip'], ...long })],
    'a0:x b3:x a5:x',
    ['L1[x] 5..5 2'],
  ],
  [
    'put the derived detection before the last firing',
    [count({ gte: 1 }, { name: 'L1' }), sequence('temporal_ordered', ['b', 'L1'], { name: 'L2', ...long })],
    'a0 b5 a10',
    ['L1[] 0..10 2'],
  ],
  [
    'rename fields through aliases',
    [
      first,
      sequence('temporal', ['L1', 'b'], {
        name: 'L2',
        groupBy: ['w'],
        aliases: { w: { L1: 'ip', b: 'user' } },
        ...long,
      }),
    ],
    'a0:x a1:x b2:y,x',
    ['L1[x] 1..1 2', 'L2[x] 2..2 2'],
  ],
  [
    'know an alias of the referred correlation by its name',
    [
      correlation({ name: 'L1', groupBy: ['who'], aliases: { who: { a: 'user' } } }),
      count({ gte: 1 }, { name: 'L2', rules: ['L1'], groupBy: ['who'] }),
    ],
    'a0:x,u a1:y,u',
    ['L1[u] 1..1 2', 'L2[u] 1..1 1'],
  ],
  [
    'count distinct groups below',
    [first, values({ gte: 2 }, { name: 'L2', rules: ['L1'], groupBy: [], valueField: 'ip', ...long })],
    'a0:x a1:x a50:x a51:x a60:y a61:y',
    ['L1[x] 1..1 2', 'L1[x] 51..51 2', 'L1[y] 61..61 2', 'L2[] 61..61 3'],
  ],
  [
    'take one more detection after a cut',
    [count({ gte: 1 }, { name: 'L1', maxEpisode: 5 }), correlation({ name: 'L2', rules: ['L1'], ...long })],
    'a0 a5 a6',
    ['L1[] 0..5 2', 'L1[] 6..6 3', 'L2[] 6..6 2'],
  ],
  [
    'stand on conditions that can become false',
    [count({ lt: 2 }, { name: 'L1' }), correlation({ name: 'L2', rules: ['L1'], timespan: 30 })],
    'a0 a5 a20',
    ['L1[] 0..0 1', 'L1[] 20..20 1', 'L2[] 20..20 2'],
  ],
  [
    'of three levels',
    [
      sequence('temporal', ['L2', 'b'], { name: 'L3', groupBy: ['ip'], ...long }),
      first,
      correlation({ name: 'L2', rules: ['L1'], groupBy: ['ip'], ...long }),
    ],
    'a0:x a1:x a50:x a51:x b60:x',
    ['L1[x] 1..1 2', 'L1[x] 51..51 2', 'L2[x] 51..51 2', 'L3[x] 60..60 2'],
  ],
  [
    'as a diamond',
    [
      first,
      count({ gte: 1 }, { name: 'L2', rules: ['L1'], groupBy: ['ip'] }),
      sequence('temporal', ['L1', 'L2'], { name: 'L3', groupBy: ['ip'] }),
    ],
    'a0:x a1:x',
    ['L1[x] 1..1 2', 'L2[x] 1..1 1', 'L3[x] 1..1 2'],
  ],
]);

const hours = Array.from({ length: 26 }, (_, hour) => `a${hour * HOUR}`).join(' ');

check('plain rules', [
  ['drop nothing', plainRule('a', ['ip', 'user']), 'a0:x a1', ['plain a[x,-] 0..0 1', 'plain a[-,-] 1..1 1']],
  ['tell null from the text', plainRule('a', ['ip']), 'a0:null a1', ['plain a[null] 0..0 1', 'plain a[-] 1..1 1']],
  [
    'join within the hour',
    plainRule('a', []),
    `a0 a${HOUR} a${2 * HOUR + 1}`,
    [`plain a[] 0..${HOUR} 2`, `plain a[] ${2 * HOUR + 1}..${2 * HOUR + 1} 1`],
  ],
  [
    'are cut after a day',
    plainRule('a', []),
    hours,
    [`plain a[] 0..${DAY} 25`, `plain a[] ${25 * HOUR}..${25 * HOUR} 1`],
  ],
]);

describe('what has no meaning is refused', () => {
  it.each<[string, OracleCorrelation[], RegExp]>([
    [
      'a cycle',
      [correlation({ name: 'A', rules: ['B'] }), correlation({ name: 'B', rules: ['A'] })],
      /refers to itself/,
    ],
    ['itself', [correlation({ rules: ['C'] })], /refers to itself/],
    ['a count without one', [{ ...sequence('temporal', ['a']), type: 'event_count' }], /needs a condition/],
  ])('%s', (_, correlations, message) => {
    expect(() => episodesOf(correlations, stream('a0 b1'))).toThrow(message);
  });
});
