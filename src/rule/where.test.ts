import { describe, expect, it } from 'vitest';
import { loadRules } from './load.js';

const RULE = `title: Log-in from an anonymising network
id: 5f3a3a53-5b5e-4b0e-9d6c-6b7ad0f3a1aa
level: low
logsource: { category: authentication }
detection:
  selection: { event.outcome: success }
  condition: selection
`;
const lists = new Set(['tor', 'offices', 'partners']);
const load = (where: string) =>
  loadRules([{ file: 'r.yml', text: `${RULE}sekisho: { where: ${where} }\n` }], { mapping: true, lists });

describe('sekisho: where', () => {
  it('adds a condition on a list to the rule’s own', () => {
    const { rules, problems } = load("{ 'source.ip|list': tor }");
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(rules[0]?.reads).toContain('sekisho.list.source.ip');
    expect(rules[0]?.expression).toMatchObject({
      kind: 'and',
      items: [{}, { kind: 'test', test: { parts: ['tor'] } }],
    });
  });

  it('takes several lists, and none of them', () => {
    const { rules } = load("{ 'source.ip|list': [offices, partners], 'user.name|list|neq': tor }");
    expect(rules[0]?.expression).toMatchObject({ items: [{}, { kind: 'or' }, { kind: 'not' }] });
  });

  it.each([
    ["{ 'source.ip|list': offces }", "did you mean 'offices'", 8],
    ["{ 'source.ip|list': what }", 'lists: { what:', 8],
    ["{ 'source.ip': tor }", 'field|list', 8],
    ["{ 'source.ip|list|all': tor }", 'field|list', 8],
    ["{ 'source.ip|list': [] }", 'write the name', 8],
    ['tor', 'indented', 8],
  ])('%s is refused with its place and a fix', (where, fix, line) => {
    const { rules, problems } = load(where);
    expect(rules).toEqual([]);
    expect(problems).toMatchObject([{ severity: 'error', line }]);
    expect(problems[0]?.fix.replaceAll('`', "'")).toContain(fix);
  });

  it('is refused in a correlation', () => {
    const text = `title: c\nid: 00000000-0000-4000-8000-000000000001\ncorrelation: { type: event_count, rules: [x], timespan: 1m, condition: { gte: 1 } }\nsekisho: { where: { 'source.ip|list': tor } }\n`;
    const { problems } = loadRules([{ file: 'r.yml', text }], { mapping: true, lists });
    expect(problems.map(({ code }) => code)).toContain('rule.where');
  });
});
