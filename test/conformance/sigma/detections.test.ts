import { describe, expect, test } from 'vitest';
import * as tables from './detections.js';
import { load, matched, rule, type Json } from './harness.js';

const { PLACEHOLDERS, ...rest } = tables;

for (const [name, cases] of Object.entries(rest)) {
  describe(name.toLowerCase(), () => {
    for (const { detection, yes, no } of cases) {
      const text = rule(detection);
      const options = { placeholders: PLACEHOLDERS };
      const ruleSets = [load(text, options), load(text, { ...options, mapping: true })];
      const rows = [...yes.map((json) => [json, true] as const), ...no.map((json) => [json, false] as const)];
      test.each(rows.map(([json, matches]) => [detection, JSON.stringify(json), matches, json] as const))(
        '%s on %s: %s',
        (_detection, _text, matches, json: Json) => {
          for (const ruleSet of ruleSets) expect(matched(ruleSet, json)).toEqual(matches ? ['r'] : []);
        },
      );
    }
  });
}
