import { explainRule } from '../detect/explain.js';
import type { Explanation } from '../detect/explain.js';
import { createDetector } from '../detect/compile.js';
import type { DeadLetter, EcsEvent, InputSettings } from '../event/index.js';
import { createNormaliser } from '../normalise/normaliser.js';
import { logsourceKey, logsourcesOf } from '../rule/logsource.js';
import type { RuleSet } from '../rule/types.js';
import { batchOf } from './rule-tests.js';
import { documentOf } from './documents.js';
import type { TraceLine } from './trace.js';
import { Tracer } from './trace.js';

/** What became of one event of a line. */
export interface ExplainedEvent {
  /** The ECS document, nested. */
  readonly event: { readonly [key: string]: unknown };
  /** Sigma log sources the event belongs to, as `product/category/service`. */
  readonly logsources: readonly string[];
  readonly matched: readonly Explanation[];
  /** What the event does to each window of each written correlation. */
  readonly windows: readonly TraceLine[];
}

/** What became of one line. */
export interface ExplainedLine {
  readonly line: string;
  readonly events: readonly ExplainedEvent[];
  readonly failure: string | undefined;
}

/**
 * Follows lines one by one through parsing, log source, rules and windows, and tells at each step why.
 *
 * Windows accumulate over the lines given, so a file explains how a threshold is reached. Slow on purpose: every step
 * is the obvious one.
 */
export class Explainer {
  readonly #ruleSet: RuleSet;
  readonly #tracer: Tracer;
  readonly #settings: InputSettings;
  #index = 0;

  constructor(ruleSet: RuleSet, settings: InputSettings) {
    this.#ruleSet = ruleSet;
    this.#tracer = new Tracer(ruleSet);
    this.#settings = settings;
  }

  /** Explains the next line. `receiveTime` (epoch ms) settles years and times the line leaves out. */
  explain(line: string, receiveTime: number): ExplainedLine {
    const { events, failure } = this.#parse(line, receiveTime);
    const index = this.#index++;
    return {
      line,
      failure: failure?.failure.message,
      events: events.map((event) => this.#explainEvent(index, event)),
    };
  }

  #parse(line: string, receiveTime: number): { events: EcsEvent[]; failure: DeadLetter | undefined } {
    const normaliser = createNormaliser({ derive: 'all' });
    const source = { id: 'explain', label: 'explain', settings: this.#settings };
    const events: EcsEvent[] = [];
    const record = batchOf(source, [line], receiveTime).records[0];
    const failure = record === undefined ? undefined : normaliser.normalise(source, record, events);
    return { events, failure };
  }

  #explainEvent(index: number, event: EcsEvent): ExplainedEvent {
    const matched = createDetector(this.#ruleSet).match(event);
    return {
      event: documentOf(event),
      logsources: logsourcesOf(logsourceKey(event.fields, event.source.settings.logsource)).texts,
      matched: matched.flatMap((rule) => {
        const found = this.#ruleSet.rules[rule];
        return found === undefined ? [] : [explainRule(found, event)];
      }),
      windows: this.#tracer.trace(index, event),
    };
  }
}
