import { createDetector } from '../../../src/detect/compile.js';
import { Pipeline } from '../../../src/engine/pipeline.js';
import { Tracer, type TraceLine } from '../../../src/engine/tools/trace.js';
import type { AlertDocument, EcsEvent } from '../../../src/event/index.js';
import { eventFromJson } from '../../../src/normalise/json/json-event.js';
import { loadRules, type LoadOptions } from '../../../src/rule/load.js';
import type { RuleSet } from '../../../src/rule/types.js';

/** An event as JSON, nested or dotted. */
export type Json = Readonly<Record<string, unknown>>;

/** The log source of every rule of the suite that doesn't say otherwise. */
export const LOGSOURCE = { category: 'test', product: 'suite' };

/** Loads rules and demands that all of them run. */
export function load(text: string, options: Partial<LoadOptions> = {}): RuleSet {
  const ruleSet = loadRules([{ file: 'rules.yml', text }], { mapping: false, ...options });
  const errors = ruleSet.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ line, reason }) => `${line}: ${reason}`).join('\n'));
  return ruleSet;
}

/** What is refused of some rules: `line: reason; fix`. */
export function refusals(text: string, options: Partial<LoadOptions> = {}): readonly string[] {
  const { problems } = loadRules([{ file: 'rules.yml', text }], { mapping: false, ...options });
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column, reason, fix }) => `${line}:${column}: ${reason}; ${fix}`);
}

/** A JSON event of the suite's log source. */
export function eventOf(json: Json, index = 0): EcsEvent {
  const event = eventFromJson(json, index);
  return { ...event, source: { ...event.source, settings: { timezone: 'UTC', logsource: LOGSOURCE } } };
}

/** Ids of the rules an event matches. */
export function matched(ruleSet: RuleSet, json: Json): readonly string[] {
  const found = createDetector(ruleSet).match(eventOf(json));
  return [...found].map((index) => ruleSet.rules[index]?.meta.id ?? '?');
}

/** A rule with the given detection section (or selection lines, below `sel:`), id `r`. */
export function rule(detection: string, head = ''): string {
  const body = /^\s*condition:/m.test(detection) ? detection : `sel:\n${indent(detection)}\ncondition: sel`;
  return `title: R\nid: r\nlevel: low\nlogsource: {category: test, product: suite}\n${head}detection:\n${indent(body)}\n`;
}

/** Indents every line by two spaces. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** What `rules correlate --trace` prints for some events. */
export function trace(ruleSet: RuleSet, events: readonly Json[]): readonly TraceLine[] {
  const tracer = new Tracer(ruleSet);
  return events.flatMap((json, index) => tracer.trace(index, eventOf(json, index)));
}

/** The alerts after all events, by start. */
export function alerts(ruleSet: RuleSet, events: readonly Json[]): readonly AlertDocument[] {
  const pipeline = new Pipeline(ruleSet, { keepState: false });
  pipeline.processEvents(events.map(eventOf));
  pipeline.advance(Infinity);
  const last = new Map(pipeline.collect(0).alerts.map((alert) => [alert.id, alert]));
  return [...last.values()];
}
