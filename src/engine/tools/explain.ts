import { explainRule } from '../../detect/explain.js';
import type { Explanation } from '../../detect/explain.js';
import type { Detector } from '../../detect/types.js';
import type { DeadLetter, EcsEvent, InputSettings } from '../../event/index.js';
import { spanText } from '../../alert/index.js';
import type { Enrichment } from '../../normalise/enrich/enrichment.js';
import { createNormaliser } from '../../normalise/normaliser.js';
import type { Normaliser } from '../../normalise/types.js';
import type { RuleSet } from '../../rule/types.js';
import { compileRules, logsourceTexts } from '../detector.js';
import { batchOf } from './rule-tests.js';
import { documentOf } from '../documents.js';
import { boundsText } from '../subjects.js';
import type { TraceLine } from './trace.js';
import { Tracer } from './trace.js';

export type { Explanation };

/** A rule an event matches, and its condition node by node. */
export interface ExplainedMatch {
  readonly rule: string;
  readonly title: string;
  readonly why: Explanation;
}

/** What became of one event of a line. */
export interface ExplainedEvent {
  /** The ECS document, nested. */
  readonly event: { readonly [key: string]: unknown };
  /** Sigma log sources the event has, as `product: linux`. */
  readonly logsources: readonly string[];
  readonly matched: readonly ExplainedMatch[];
  /** What the event does to each window of each written correlation. */
  readonly windows: readonly ExplainedWindow[];
}

/** One window as people read it: the correlation's title and what it asks for (`≥ 10 within 5m`). */
export interface ExplainedWindow extends TraceLine {
  readonly title: string;
  readonly asks: string;
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
  readonly #detector: Detector;
  readonly #tracer: Tracer;
  readonly #settings: InputSettings;
  readonly #normaliser: Normaliser;
  #index = 0;

  constructor(ruleSet: RuleSet, settings: InputSettings, enrichment?: Enrichment) {
    this.#normaliser = createNormaliser({ derive: 'all', ...(enrichment !== undefined && { enrichment }) });
    this.#ruleSet = ruleSet;
    this.#detector = compileRules(ruleSet);
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
    const source = { id: 'explain', label: 'explain', settings: this.#settings };
    const events: EcsEvent[] = [];
    const record = batchOf(source, [line], receiveTime).records[0];
    const failure = record === undefined ? undefined : this.#normaliser.normalise(source, record, events);
    return { events, failure };
  }

  #named(line: TraceLine): ExplainedWindow {
    const correlation = this.#ruleSet.correlations.find(({ meta }) => meta.id === line.rule);
    const span = `within ${spanText(correlation?.timespan ?? 0)}`;
    const bounds = boundsText(correlation?.bounds) ?? `all ${correlation?.refs.length ?? 0} rules`;
    return { ...line, title: correlation?.meta.title ?? line.rule, asks: `${bounds} ${span}` };
  }

  #explainEvent(index: number, event: EcsEvent): ExplainedEvent {
    const matched = this.#detector.match(event);
    return {
      event: documentOf(event),
      logsources: logsourceTexts(event),
      matched: matched.flatMap((rule) => {
        const found = this.#ruleSet.rules[rule];
        if (found === undefined) return [];
        const { id, title } = found.meta;
        return [{ rule: id, title, why: explainRule(found, event) }];
      }),
      windows: this.#tracer.trace(index, event).map((line) => this.#named(line)),
    };
  }
}
