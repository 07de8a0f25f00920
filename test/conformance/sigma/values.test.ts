import { describe, expect, test } from 'vitest';
import { explainRule } from '../../../src/detect/explain.js';
import { createDetector } from '../../../src/detect/compile.js';
import type { RuleSet } from '../../../src/rule/types.js';
import { eventOf, load, rule, type Json } from './harness.js';
import * as tables from './values.js';
import { MISSING, type ValueCase } from './values.js';

type Row = readonly [lines: string, value: string, matches: boolean, json: Json];

function rowsOf({ lines, yes, no }: ValueCase): readonly Row[] {
  const one = (value: unknown, matches: boolean): Row => {
    const json: Json = value === MISSING ? { other: 1 } : { F: value, other: 1 };
    return [lines.replaceAll('\n', ' & '), value === MISSING ? 'missing' : JSON.stringify(value), matches, json];
  };
  return [...yes.map((value) => one(value, true)), ...no.map((value) => one(value, false))];
}

/** Found through the index, explained node by node, with fields mapped and not: always the same. */
function answers(ruleSets: readonly RuleSet[], json: Json): readonly boolean[] {
  return ruleSets.flatMap((ruleSet) => {
    const [only] = ruleSet.rules;
    if (only === undefined) throw new Error('no rule');
    const event = eventOf(json);
    return [createDetector(ruleSet).match(event).length > 0, explainRule(only, event).result];
  });
}

for (const [name, cases] of Object.entries(tables).filter(([, table]) => Array.isArray(table))) {
  describe(name.toLowerCase(), () => {
    for (const one of cases as readonly ValueCase[]) {
      const text = rule(one.lines);
      const ruleSets = [load(text), load(text, { mapping: true })];
      test.each(rowsOf(one))('%s on %s: %s', (_lines, _value, matches, json) => {
        expect(answers(ruleSets, json)).toEqual([matches, matches, matches, matches]);
      });
    }
  });
}
