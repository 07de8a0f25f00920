import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDetector } from '../../src/detect/compile.js';
import { explainRule } from '../../src/detect/explain.js';
import type { EcsEvent } from '../../src/event/index.js';
import type { Expression } from '../../src/rule/types.js';
import { anyEvent, anyExpression, ruleSetOf } from './arbitrary.js';
import { holds } from './reference.js';

function slowly(expressions: readonly Expression[], event: EcsEvent): number[] {
  return expressions.flatMap((expression, index) => (holds(expression, event) ? [index] : []));
}

function compare(expressions: readonly Expression[], events: readonly EcsEvent[], repeats: number): void {
  const detector = createDetector(ruleSetOf(expressions));
  const expected = events.map((event) => slowly(expressions, event));
  for (let round = 0; round < repeats; round++)
    events.forEach((event, i) => expect([...detector.match(event)]).toEqual(expected[i]));
}

describe('detect agrees with the slow reference evaluator', () => {
  test('whole rule sets at once: more than 100,000 pairs of rule and event', () => {
    const rules = fc.array(anyExpression, { minLength: 1, maxLength: 40, size: 'max' });
    const events = fc.array(anyEvent, { minLength: 1, maxLength: 30, size: 'max' });
    let pairs = 0;
    fc.assert(
      fc.property(rules, events, (someRules, someEvents) => {
        pairs += someRules.length * someEvents.length;
        compare(someRules, someEvents, 1);
      }),
      { numRuns: 600 },
    );
    expect(pairs).toBeGreaterThan(100_000);
  }, 60_000);

  test('explain comes to the same results', () => {
    fc.assert(
      fc.property(anyExpression, anyEvent, (expression, event) => {
        const [rule] = ruleSetOf([expression]).rules;
        expect(rule && explainRule(rule, event).result).toBe(holds(expression, event));
      }),
      { numRuns: 3000 },
    );
  }, 60_000);

  test('before and after the witnesses were chosen anew, and while values are remembered', () => {
    const rules = fc.array(anyExpression, { minLength: 20, maxLength: 40, size: 'max' });
    const events = fc.array(anyEvent, { minLength: 20, maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(rules, events, (someRules, someEvents) => {
        compare(someRules, someEvents, Math.ceil(1600 / someEvents.length));
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  test('events unlike those by which it was chosen what to listen for', () => {
    const rules = fc.array(anyExpression, { minLength: 20, maxLength: 40, size: 'max' });
    const lessons = fc.array(anyEvent, { minLength: 5, maxLength: 20, size: 'max' });
    const events = fc.array(anyEvent, { minLength: 20, maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(rules, lessons, events, (someRules, taught, someEvents) => {
        const detector = createDetector(ruleSetOf(someRules));
        for (let i = 0; i < 2100; i++) detector.match(taught[i % taught.length] as EcsEvent);
        for (const event of someEvents) expect([...detector.match(event)]).toEqual(slowly(someRules, event));
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
