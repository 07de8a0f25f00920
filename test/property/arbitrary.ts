import fc from 'fast-check';
import type { EcsEvent, FieldValue } from '../../src/event/index.js';
import type { TextNeed } from '../../src/rule/regex/need.js';
import {
  ANY,
  ONE,
  type EventRule,
  type Expression,
  type FieldRef,
  type PatternPart,
  type RuleSet,
  type ValueTest,
} from '../../src/rule/types.js';

/** Few paths and few letters, so that tests and events meet often. */
const PATHS = ['a', 'b', 'user.name', 'constructor', '@timestamp', 'n'] as const;
const WORDS = ['a', 'b', 'ab', 'ba', 'aab', 'abba', '.exe', '\\ab.exe', '1', '10', '1.10', 'true', ' ', '-', 'É', 'σ'];
const RAW = [
  ...WORDS,
  '=0123456789',
  '=0123456789ABCDEF0123456789ABCDEF',
  'A',
  'AB',
  'Abba',
  'K',
  'ſ',
  'Σ',
  'ς',
  'İ',
  '😀',
  '',
  '1e1',
  '0x1',
  '007',
  'TRUE',
  'ΑΣ',
];

/** Literals that end so are looked for by what is before it; some texts share its beginning, some have it whole. */
const HASH = '0123456789abcdef0123456789abcdef';

const rawText = fc.array(fc.constantFrom(...RAW), { maxLength: 4 }).map((words) => words.join(''));
const number = fc.constantFrom(0, 1, 1.1, 10, -1, 7, 1e21, 2 ** 53);

const scalar: fc.Arbitrary<FieldValue> = fc.oneof(
  { weight: 6, arbitrary: rawText },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);

const value: fc.Arbitrary<FieldValue | undefined> = fc.oneof(
  { weight: 8, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant({ inner: 'ab' }) },
  { weight: 1, arbitrary: fc.constant([{ inner: 'ab' }, ['a']]) },
  { weight: 3, arbitrary: fc.constant(undefined) },
);

const SOURCE = { id: 's', label: 's', settings: { timezone: 'UTC' } };

/** Events over `PATHS`, with values of every shape. */
export const anyEvent: fc.Arbitrary<EcsEvent> = fc
  .tuple(
    fc.record({ a: value, b: value, 'user.name': value, constructor: value, n: value, 'event.original': rawText }),
    fc.constantFrom(0, 1_700_000_000_000, 1_735_689_600_000, 1_767_225_599_999),
  )
  .map(([fields, time]) => ({
    fields: Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)),
    time,
    source: SOURCE,
    offset: 0,
    sub: 0,
    receiveTime: time,
    movesWatermark: true,
  }));

const field: fc.Arbitrary<FieldRef> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PATHS).map((path) => ({ name: path, paths: [path] })) },
  { weight: 1, arbitrary: fc.constant({ name: 'two', paths: ['a', 'b'] }) },
  { weight: 1, arbitrary: fc.constant({ name: 'other way round', paths: ['n', 'b', 'a'] }) },
);

const part: fc.Arbitrary<PatternPart> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<PatternPart>(...WORDS, '😀', '') },
  { weight: 2, arbitrary: fc.constant<PatternPart>(ANY) },
  { weight: 1, arbitrary: fc.constant<PatternPart>(ONE) },
);

const word = fc.constantFrom(...WORDS);
const parts: fc.Arbitrary<PatternPart[]> = fc.oneof(
  word.map((text): PatternPart[] => [text]),
  word.map((text): PatternPart[] => [ANY, text, ANY]),
  word.map((text): PatternPart[] => [text, ANY]),
  word.map((text): PatternPart[] => [ANY, text]),
  word.map((text): PatternPart[] => [ANY, text.repeat(20), ANY]),
  word.map((text): PatternPart[] => [ANY, `${text}=${HASH}`, ANY]),
  word.map((text): PatternPart[] => [`${text}=${HASH}`]),
  fc.array(part, { maxLength: 5 }),
);

const regex: fc.Arbitrary<ValueTest> = fc
  .tuple(
    fc.constantFrom<{ source: string; need: TextNeed | undefined }[]>(
      { source: 'ab+a', need: undefined },
      { source: 'a.*bb', need: { all: true, items: ['a', 'bb'] } },
      { source: 'a.*b|1|-.*1', need: { all: false, items: [{ all: true, items: ['a', 'b'] }, '1', '-'] } },
      { source: 'sσ?|ba', need: undefined },
    ),
    fc.constantFrom('', 'i', 'iu'),
  )
  .map(([{ source, need }, flags]) => {
    const expression = new RegExp(source, flags);
    return { kind: 'regex', source, flags, need, test: (text: string) => expression.test(text) };
  });

const tests = fc.oneof<fc.MaybeWeightedArbitrary<ValueTest>[]>(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('pattern' as const),
      parts,
      cased: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('1', '1.10', '10', '007', '0x1', '-1').map((text) => ({
      kind: 'number',
      value: Number(text),
      text,
      ...(String(Number(text)) === text ? {} : { exact: true as const }),
    })),
  },
  { weight: 1, arbitrary: fc.boolean().map((flag) => ({ kind: 'boolean', value: flag })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'null' }) },
  { weight: 1, arbitrary: fc.boolean().map((present) => ({ kind: 'exists', present })) },
  { weight: 2, arbitrary: regex },
  { weight: 1, arbitrary: fc.constant({ kind: 'list', list: 'l', test: (text: string) => text.length === 2 }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cidr', text: '1*', test: (text: string) => text.startsWith('1') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('compare' as const),
      op: fc.constantFrom('lt' as const, 'lte' as const, 'gt' as const, 'gte' as const),
      value: number,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('time' as const),
      part: fc.constantFrom(
        'minute' as const,
        'hour' as const,
        'day' as const,
        'week' as const,
        'month' as const,
        'year' as const,
      ),
      op: fc.constantFrom('eq' as const, 'lt' as const, 'gte' as const),
      value: fc.constantFrom(0, 1, 14, 22, 46, 52, 2023),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('field' as const),
      other: field,
      how: fc.constantFrom('equals' as const, 'contains' as const, 'startswith' as const, 'endswith' as const),
      cased: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'never', why: 'nothing to match' }) },
);

/** Expressions of every kind, a few levels deep. */
export const anyExpression: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression; leaf: Expression }>(
  (tie) => ({
    leaf: fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('test' as const), field, test: tests }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('keyword' as const), test: tests }) },
    ),
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      tie('leaf'),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        items: fc.array(tie('expression'), { maxLength: 6 }),
      }),
      fc.record({ kind: fc.constant('not' as const), item: tie('expression') }),
    ),
  }),
).expression;

/** A rule set of plain rules without correlations. */
export function ruleSetOf(expressions: readonly Expression[]): RuleSet {
  return { rules: expressions.map(ruleOf), correlations: [], silenced: [], problems: [] };
}

function ruleOf(expression: Expression, index: number): EventRule {
  return {
    kind: 'rule',
    index,
    meta: {
      id: `r${index}`,
      uuid: undefined,
      name: undefined,
      title: `r${index}`,
      description: undefined,
      level: 'medium',
      status: undefined,
      tags: [],
      author: undefined,
      license: undefined,
      references: [],
      falsePositives: [],
      ruleset: undefined,
      version: undefined,
      file: 'f',
      line: 1,
    },
    logsource: {},
    looseLogsource: false,
    expression,
    reads: [],
    keywords: false,
    sekisho: { groupBy: undefined, quiet: undefined, maxEpisode: undefined, tests: [] },
    place: { file: 'f', line: 1, column: 1 },
  };
}
