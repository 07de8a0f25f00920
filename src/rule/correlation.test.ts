import { describe, expect, test } from 'vitest';
import { loadRules, type LoadOptions } from './load.js';
import type { Correlation, RuleSet } from './types.js';

const base = (name: string, field = 'F', extra = ''): string =>
  `title: ${name}\nid: id-${name}\nname: ${name}\nlevel: low\nauthor: Author ${name}\nlogsource: {category: webserver}\n${extra}detection:\n  s: {${field}: a}\n  condition: s\n`;

const correlation = (name: string, lines: string, top = ''): string =>
  `title: ${name}\nname: ${name}\nlevel: high\n${top}correlation:\n${lines.replace(/^/gm, '  ')}\n`;

const COUNT = 'type: event_count\nrules: [a]\ngroup-by: [c-ip]\ntimespan: 10m\ncondition: {gte: 5}';

function load(documents: readonly string[], options: Partial<LoadOptions> = {}): RuleSet {
  return loadRules([{ file: 'r.yml', text: documents.join('---\n') }], { mapping: true, ...options });
}

function errors(set: RuleSet): string {
  return set.problems
    .filter(({ severity }) => severity === 'error')
    .map(({ reason, fix }) => `${reason} → ${fix}`)
    .join('\n');
}

function written(set: RuleSet): readonly Correlation[] {
  return set.correlations.filter(({ implicit }) => !implicit);
}

function only(documents: readonly string[], options: Partial<LoadOptions> = {}): Correlation {
  const set = load(documents, options);
  expect(errors(set)).toBe('');
  const [first] = written(set).slice(-1);
  if (first === undefined) throw new Error('no correlation');
  return first;
}

describe('event_count', () => {
  test('is read whole: rules by name or id, fields through the taxonomy of the rule', () => {
    const read = only([base('a'), correlation('c', COUNT)]);
    expect(read).toMatchObject({
      kind: 'correlation',
      index: 1,
      type: 'event_count',
      implicit: false,
      level: 0,
      groupBy: ['c-ip'],
      missingIsNull: false,
      timespan: 600_000,
      quiet: 600_000,
      maxEpisode: 86_400_000,
      bounds: { gte: 5 },
      roles: undefined,
      alerts: true,
      refs: [
        {
          name: 'a',
          target: { kind: 'rule', index: 0 },
          groupBy: [{ name: 'c-ip', paths: ['source.ip', 'client.ip', 'c-ip'] }],
          value: [],
        },
      ],
    });
    expect(read.meta.author).toBe('Author a');
    expect(
      only([correlation('c', COUNT.replace('[a]', 'id-a').replace('[c-ip]', 'c-ip')), base('a')]).refs[0]?.target,
    ).toEqual({ kind: 'rule', index: 0 });
  });

  test('no group-by is one group; two operators make a range', () => {
    const read = only([
      base('a'),
      correlation('c', 'type: event_count\nrules: a\ntimespan: 1h\ncondition: {gt: 3, lte: 9}'),
    ]);
    expect(read).toMatchObject({ groupBy: [], bounds: { gt: 3, lte: 9 } });
  });

  test.each([
    ['1s', 1_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1M', 2_629_746_000],
    ['1y', 31_556_952_000],
  ])('timespan %s', (span, milliseconds) => {
    expect(only([base('a'), correlation('c', COUNT.replace('10m', span))]).timespan).toBe(milliseconds);
  });
});

describe('refused', () => {
  test.each([
    [COUNT.replace('event_count', 'event-count'), 'did you mean `event_count`'],
    [COUNT.replace('10m', '10'), 'write the unit too'],
    [COUNT.replace('10m', '0m'), 'above 0'],
    [COUNT.replace('10m', '1h30m'), '`90m`'],
    [COUNT.replace('10m', '10 min'), 'without a space'],
    [COUNT.replace('timespan: 10m\n', ''), 'add for example `timespan: 10m`'],
    [COUNT.replace('{gte: 5}', '{gte: many}'), 'whole number'],
    [COUNT.replace('{gte: 5}', '{gte: 1.5}'), 'whole number'],
    [COUNT.replace('{gte: 5}', '{}'), 'no operator'],
    [COUNT.replace('{gte: 5}', '{get: 5}'), 'did you mean `gt'],
    [COUNT.replace('{gte: 5}', '{gt: 5, lt: 6}'), 'can never be true'],
    [COUNT.replace('{gte: 5}', '{eq: 0}'), 'can never be true'],
    [COUNT.replace('{gte: 5}', '{gte: 5, field: x}'), 'use the type value_count'],
    [COUNT.replace('{gte: 5}', 'a and b'), 'condition on a number'],
    [COUNT.replace('\ncondition: {gte: 5}', ''), 'needs a condition'],
    [COUNT.replace('group-by', 'groupby'), 'did you mean `group-by`'],
    [COUNT.replace('rules: [a]', 'rules: []'), 'list ids or names'],
    [COUNT.replace('rules: [a]', 'rules: [aa]'), 'did you mean `a`'],
    [`${COUNT}\ngenerate: maybe`, 'generate: true'],
    [`${COUNT}\naliases: {x: {b: F}}`, 'does not refer to `b`'],
    [`${COUNT}\naliases: {x: F}`, 'rule_name: field'],
    [COUNT.replace('event_count', 'value_count'), 'needs a field'],
    [COUNT.replace('event_count', 'value_percentile').replace('gte: 5', 'gte: 5, field: x'), 'percentile: 95'],
    [COUNT.replace('event_count', 'value_sum').replace('gte: 5', 'gte: 5, field: [x, y]'), 'keep one'],
    [COUNT.replace('event_count', 'temporal').replace('{gte: 5}', 'a and'), 'ends where a name is expected'],
    [COUNT.replace('event_count', 'temporal').replace('{gte: 5}', 'not a'), 'a and not b'],
    [COUNT.replace('event_count', 'temporal').replace('{gte: 5}', 'a and z'), 'is not among'],
  ])('%j', (lines, fix) => {
    const set = load([base('a'), correlation('c', lines)]);
    expect(errors(set)).toContain(fix);
    expect(written(set)).toEqual([]);
    expect(set.rules).toHaveLength(1);
  });

  test('quiet below the timespan, and group-by under sekisho', () => {
    expect(errors(load([base('a'), correlation('c', COUNT, 'sekisho: {quiet: 5m}\n')]))).toContain(
      'make it at least the timespan',
    );
    expect(errors(load([base('a'), correlation('c', COUNT, 'sekisho: {group-by: [x]}\n')]))).toContain(
      'correlation: group-by',
    );
    expect(only([base('a'), correlation('c', COUNT, 'sekisho: {quiet: 2h, max-episode: 3d}\n')])).toMatchObject({
      quiet: 7_200_000,
      maxEpisode: 259_200_000,
    });
  });

  test('what refers to something refused says so by name, also through others', () => {
    const broken = base('a').replace('condition: s', 'condition: nope');
    const chain = correlation('d', COUNT.replace('[a]', '[c]'));
    const set = load([broken, correlation('c', COUNT), chain]);
    expect(errors(set)).toContain('it refers to `a`, which was refused');
    expect(errors(set)).toContain('it refers to `c`, which was refused');
    expect(set.correlations).toEqual([]);
  });
});

describe('values', () => {
  test.each(['value_count', 'value_sum', 'value_avg', 'value_median'])(
    '%s reads its field through the taxonomy',
    (type) => {
      const read = only([
        base('a'),
        correlation('c', COUNT.replace('event_count', type).replace('gte: 5', 'field: cs-username, gte: 5')),
      ]);
      expect(read.refs[0]?.value).toEqual([{ name: 'cs-username', paths: ['user.name', 'cs-username'] }]);
    },
  );

  test('value_count takes several fields, sums take fractions, percentiles their rank', () => {
    const of = (type: string, condition: string): Correlation =>
      only([base('a'), correlation('c', COUNT.replace('event_count', type).replace('gte: 5', condition))]);
    expect(of('value_count', 'field: [x, y], gte: 5').refs[0]?.value.map(({ name }) => name)).toEqual(['x', 'y']);
    expect(of('value_sum', 'field: x, lt: -1.5').bounds).toEqual({ lt: -1.5 });
    expect(of('value_percentile', 'field: x, gt: 0.5, percentile: 99.9')).toMatchObject({
      percentile: 99.9,
      bounds: { gt: 0.5 },
    });
  });
});

describe('temporal', () => {
  const two = (type: string, condition = ''): string =>
    `type: ${type}\nrules: [a, b]\ngroup-by: [ip]\ntimespan: 5m\n${condition}aliases:\n  ip: {a: c-ip, b: s-ip}`;

  test('needs no condition; aliases are resolved for each rule', () => {
    const read = only([base('a'), base('b'), correlation('c', two('temporal_ordered'))]);
    expect(read).toMatchObject({ type: 'temporal_ordered', bounds: undefined, roles: undefined });
    expect(read.refs.map((ref) => ref.groupBy[0])).toEqual([
      { name: 'c-ip', paths: ['source.ip', 'client.ip', 'c-ip'] },
      { name: 's-ip', paths: ['destination.ip', 'server.ip', 's-ip'] },
    ]);
  });

  test('an alias that nothing uses is told, with what may be meant', () => {
    const mistyped = correlation('c', `${COUNT.replace('[c-ip]', '[iip]')}\naliases: {ip: {a: c-ip}}`);
    expect(load([base('a'), mistyped]).problems).toMatchObject([
      { severity: 'warning', code: 'rule.correlation.alias', line: 20, fix: '`iip` there may mean it' },
    ]);
    const used = correlation('c', `${COUNT.replace('[c-ip]', '[ip]')}\naliases: {ip: {a: c-ip}}`);
    expect(load([base('a'), used]).problems).toEqual([]);
  });

  test('a field of ECS that is mistyped is told, and grouped by all the same', () => {
    const set = load([base('a'), correlation('c', COUNT.replace('[c-ip]', '[source.adress]'))]);
    expect(set.problems).toMatchObject([
      { severity: 'warning', code: 'rule.correlation.group-by', fix: 'did you mean `source.address`?' },
    ]);
    expect(written(set)[0]?.refs[0]?.groupBy[0]?.name).toBe('source.adress');
    expect(load([base('a'), correlation('c', COUNT.replace('[c-ip]', '[source.ip]'))]).problems).toEqual([]);
  });

  test('an alias may use ids, and says so where it names no field', () => {
    const lines = two('temporal').replace('a: c-ip', 'id-a: c-ip').replace(', b: s-ip', '');
    const set = load([base('a'), base('b'), correlation('c', lines)]);
    expect(written(set)[0]?.refs.map((ref) => ref.groupBy[0]?.name)).toEqual(['c-ip', 'ip']);
    expect(set.problems).toMatchObject([{ severity: 'warning', code: 'rule.correlation.alias' }]);
  });

  test('a text condition becomes roles, and may name the rules itself', () => {
    const text = 'condition: a and not b\n';
    const roles = {
      kind: 'and',
      items: [
        { kind: 'role', role: 0 },
        { kind: 'not', item: { kind: 'role', role: 1 } },
      ],
    };
    expect(only([base('a'), base('b'), correlation('c', two('temporal', text))]).roles).toEqual(roles);
    const bare = two('temporal', text).replace('rules: [a, b]\n', '');
    expect(only([base('a'), base('b'), correlation('c', bare)])).toMatchObject({
      roles,
      refs: [{ name: 'a' }, { name: 'b' }],
    });
    const any = 'condition: 1 of *\n';
    expect(only([base('a'), base('b'), correlation('c', two('temporal', any))]).roles).toMatchObject({
      kind: 'or',
      items: [{ role: 0 }, { role: 1 }],
    });
  });
});

describe('correlations of correlations', () => {
  const chain = (name: string, rules: string, by: string): string =>
    correlation(name, `type: temporal_ordered\nrules: ${rules}\ngroup-by: ${by}\ntimespan: 1h`);

  test('in any order in the files; levels rise, group-by finds the names below', () => {
    const set = load([
      chain('top', '[mid, b]', '[c-ip]'),
      chain('mid', '[low, b]', '[c-ip]'),
      correlation('low', COUNT),
      base('a'),
      base('b'),
    ]);
    expect(errors(set)).toBe('');
    expect(written(set).map(({ meta, level, index }) => [meta.id, level, index])).toEqual([
      ['low', 0, 2],
      ['mid', 1, 3],
      ['top', 2, 4],
    ]);
    expect(written(set)[2]?.refs[0]).toEqual({
      name: 'mid',
      target: { kind: 'correlation', index: 3 },
      groupBy: [{ name: 'c-ip', paths: ['c-ip'] }],
      value: [],
    });
    expect(written(set)[2]?.meta.author).toBe('Author a, Author b');
  });

  test('a name that means the same field below is resolved to it, an entity of the episode is taken, anything else refused', () => {
    expect(only([base('a'), correlation('low', COUNT), chain('top', '[low]', '[source.ip]')]).refs[0]?.groupBy).toEqual(
      [{ name: 'c-ip', paths: ['c-ip'] }],
    );
    expect(
      only([base('a'), correlation('low', COUNT), chain('top', '[low]', '[cs-username]')]).refs[0]?.groupBy,
    ).toEqual([{ name: 'user.name', paths: ['user.name'] }]);
    expect(errors(load([base('a'), correlation('low', COUNT), chain('top', '[low]', '[cs-method]')]))).toContain(
      'carry no `cs-method`',
    );
  });

  test('a circle is refused and named, what is outside it runs', () => {
    const set = load([
      base('a'),
      chain('x', '[y]', '[c-ip]'),
      chain('y', '[x, a]', '[c-ip]'),
      correlation('low', COUNT),
    ]);
    expect(errors(set)).toContain('x → y → x');
    expect(written(set).map(({ meta }) => meta.id)).toEqual(['low']);
    expect(errors(load([chain('x', '[x]', '[c-ip]')]))).toContain('x → x');
  });

  test('a hundred thousand references deep is a sentence', () => {
    const links = Array.from({ length: 300 }, (_, i) => chain(`n${i}`, `[n${i + 1}]`, '[c-ip]'));
    expect(errors(load(links))).toContain('deep');
  });
});

describe('generate', () => {
  const alerting = (set: RuleSet): readonly string[] =>
    set.correlations.filter(({ alerts }) => alerts).map(({ meta }) => meta.id);

  test('a referred rule is silent and listed, unless one referrer generates', () => {
    const silent = load([base('a'), base('b'), correlation('c', COUNT)]);
    expect(alerting(silent)).toEqual(['id-b', 'c']);
    expect(silent.silenced).toEqual([{ rule: 'id-a', by: 'c' }]);
    const loud = load([base('a'), base('b'), correlation('c', COUNT), correlation('d', `${COUNT}\ngenerate: true`)]);
    expect(alerting(loud)).toEqual(['id-a', 'id-b', 'c', 'd']);
    expect(loud.silenced).toEqual([]);
  });
});

describe('overrides', () => {
  const set = (id: string, override: Parameters<typeof Map.prototype.set>[1]): Partial<LoadOptions> => ({
    overrides: new Map([[id, override as object]]),
  });

  test('threshold, timespan and level', () => {
    expect(
      only([base('a'), correlation('c', COUNT)], set('c', { threshold: 9, timespan: 5_000, level: 'critical' })),
    ).toMatchObject({
      bounds: { gte: 9 },
      timespan: 5_000,
      quiet: 5_000,
      meta: { level: 'critical' },
    });
    expect(
      errors(
        load([base('a'), correlation('c', COUNT.replace('{gte: 5}', '{gt: 1, lt: 9}'))], set('c', { threshold: 3 })),
      ),
    ).toContain('exactly one operator');
  });

  test('disabled rules are gone; what needs them says so; unknown ids are a warning', () => {
    const disabled = load([base('a'), correlation('c', COUNT)], set('id-a', { disabled: true }));
    expect(disabled.rules).toEqual([]);
    expect(errors(disabled)).toContain('which the configuration disables');
    expect(load([base('a')], set('id-q', { level: 'low' })).problems).toMatchObject([
      { severity: 'warning', code: 'rule.override' },
    ]);
  });
});

describe('definition hash', () => {
  const hash = (lines: string, top = ''): string | undefined =>
    written(load([base('a'), base('b'), correlation('c', lines, top)]))[0]?.hash;

  test('stays for what people read, changes with what windows keep', () => {
    const first = hash(COUNT);
    expect(hash(COUNT, 'description: other\ntags: [x]\n')).toBe(first);
    for (const lines of [
      COUNT.replace('10m', '11m'),
      COUNT.replace('5}', '6}'),
      COUNT.replace('gte', 'gt'),
      COUNT.replace('[a]', '[b]'),
      COUNT.replace('[c-ip]', '[s-ip]'),
    ]) {
      expect(hash(lines)).not.toBe(first);
    }
    expect(hash(COUNT, 'sekisho: {quiet: 1h}\n')).not.toBe(first);
  });
});

describe('filters', () => {
  const filter = (rules: string, logsource = '{category: webserver}'): string =>
    `title: no admins\nlogsource: ${logsource}\nfilter:\n  rules: ${rules}\n  selection: {cs-username: adm*}\n  condition: not selection\n`;

  test('is AND-ed to the rules it names, by id or name, with their own field names', () => {
    const set = load([filter('[id-a]'), base('a'), base('b')]);
    expect(errors(set)).toBe('');
    expect(set.rules[0]?.expression).toMatchObject({
      kind: 'and',
      items: [{ kind: 'test' }, { kind: 'not', label: 'filter: no admins' }],
    });
    expect(set.rules[0]?.reads).toContain('user.name');
    expect(set.rules[1]?.expression.kind).toBe('test');
    expect(load([base('a'), filter('[a]')]).rules[0]?.expression.kind).toBe('and');
  });

  test('`any` takes every rule of its log source', () => {
    const set = load([base('a'), base('b').replace('webserver', 'proxy'), filter('any')]);
    expect(set.rules.map(({ expression }) => expression.kind)).toEqual(['and', 'test']);
  });

  test('a filter for nothing is a warning, a broken one an error', () => {
    expect(load([base('a'), filter('[id-q]')]).problems).toMatchObject([{ severity: 'warning', code: 'rule.filter' }]);
    expect(load([base('a'), filter('[id-a]', '{product: windows}')]).problems).toMatchObject([
      { severity: 'warning', code: 'rule.filter' },
    ]);
    expect(errors(load([base('a'), filter('')]))).toContain('rules: any');
    expect(errors(load([base('a'), filter('any').replace('not selection', 'not sel')]))).toContain(
      'did you mean `selection`',
    );
  });
});
