import type { AlertDocument, EcsEvent, InputSettings } from '../../event/index.js';
import { eventFromJson, timeInJson } from '../../normalise/json/json-event.js';
import { createNormaliser } from '../../normalise/normaliser.js';
import type { RuleSet } from '../../rule/types.js';
import { compileRules } from '../detector.js';
import { jsonLines } from './json-lines.js';
import { localZone } from '../inputs.js';
import { fieldsRead, isUnparsed } from '../detector-side.js';
import { Pipeline } from '../pipeline.js';
import { byStart } from '../scan.js';
import type { TraceLine } from './trace.js';
import { Tracer } from './trace.js';

/**
 * One event of an events file, or why a line isn't one. `index` counts the file's events from 0. `timeless`: the event
 * itself tells no time. `unread`: it is a line of no known format, or not of the type told.
 */
export type FileEvent =
  | {
      readonly index: number;
      readonly events: readonly EcsEvent[];
      readonly timeless?: boolean;
      readonly unread?: boolean;
    }
  | { readonly index: number; readonly failure: string };

/** How the lines of an events file are read. */
export interface ReadOptions {
  readonly mapping: boolean;
  /** Format of raw lines; absent: each is looked at. */
  readonly type?: string | undefined;
  /** Of times without a zone; absent: this machine's. */
  readonly timezone?: string | undefined;
}

/**
 * Reads events, one JSON object a line, or one JSON array of them.
 *
 * With `mapping` a line goes through the normaliser, as a record of an input would (shippers' envelopes, ECS, flat
 * Windows JSON, raw lines …), but in a file that begins with JSON a line that is none is a failure; without, its keys are the fields, nested ones dotted, and an event that tells no time has that of the
 * event before it (the first: 1970).
 */
export async function* readEvents(
  file: string,
  ruleSet: RuleSet,
  { mapping, type, timezone = localZone() }: ReadOptions,
): AsyncGenerator<FileEvent> {
  const normaliser = createNormaliser({ derive: fieldsRead(ruleSet) });
  const settings = { timezone, host: 'localhost', ...(type !== undefined && { type }) };
  const source = { id: `events:${file}`, label: file, settings };
  let index = 0;
  let last = 0;
  let isJson: boolean | undefined;
  for await (const text of jsonLines(file)) {
    const at = index++;
    isJson ??= text.startsWith('{');
    if (!mapping) {
      const item = plainEvent(text, at, last);
      if ('events' in item) last = item.events[0]?.time ?? last;
      yield item;
      continue;
    }
    const events: EcsEvent[] = [];
    const record = { text, offset: at, receiveTime: Date.now(), bytes: undefined };
    const failed = normaliser.normalise(source, record, events);
    const unread = isUnread(events);
    const failure = failed?.failure.message ?? (isJson && unread ? brokenJson(text) : undefined);
    yield failure === undefined ? { index: at, events, unread } : { index: at, failure };
  }
}

/** Whether a record stayed a line of no known format, or was not of the type told. */
function isUnread([event, ...more]: readonly EcsEvent[]): boolean {
  return event !== undefined && more.length === 0 && isUnparsed(event);
}

/** Why a text is no JSON; undefined where it is. */
function brokenJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `not JSON, as the events before it are: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * Events of texts given on the command line: raw lines or JSON with `mapping`, plain JSON objects without. A text that
 * is neither is the failure.
 */
export function eventsOfTexts(
  texts: readonly string[],
  { settings, mapping }: { readonly settings: InputSettings; readonly mapping: boolean },
): { readonly events: readonly EcsEvent[] } | { readonly failure: string } {
  const normaliser = createNormaliser({ derive: 'all' });
  const source = { id: 'explain', label: 'explain', settings };
  const events: EcsEvent[] = [];
  for (const [index, text] of texts.entries()) {
    if (mapping) {
      const record = { text, offset: index, receiveTime: Date.now(), bytes: undefined };
      const failed = normaliser.normalise(source, record, events);
      if (failed !== undefined) return { failure: failed.failure.message };
    } else {
      const read = plainEvent(text, index);
      if ('failure' in read) return { failure: read.failure };
      events.push(...read.events);
    }
  }
  return { events };
}

function plainEvent(text: string, index: number, otherwise = 0): FileEvent {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
      const event = eventFromJson(json, index, otherwise);
      return { index, events: [event], timeless: event.time === otherwise && Number.isNaN(timeInJson(event.fields)) };
    }
    return { index, failure: 'the line is JSON, but not an object' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { index, failure: `not JSON: ${reason} (raw lines are read without --no-mapping)` };
  }
}

/** Which rules one event matches: ids, or names where a rule has no id. */
export interface MatchLine {
  readonly index: number;
  readonly matched: readonly string[];
  readonly failure?: string;
  /** As of `FileEvent`. */
  readonly unread?: boolean;
}

/** Matches every event of a file against single-event rules, in order. */
export async function* matchFile(file: string, ruleSet: RuleSet, options: ReadOptions): AsyncGenerator<MatchLine> {
  const detector = compileRules(ruleSet);
  for await (const item of readEvents(file, ruleSet, options)) {
    if ('failure' in item) {
      yield { index: item.index, matched: [], failure: item.failure };
      continue;
    }
    const matched = new Set<string>();
    for (const event of item.events) {
      for (const rule of detector.match(event)) matched.add(ruleSet.rules[rule]?.meta.id ?? '?');
    }
    yield { index: item.index, matched: [...matched], unread: item.unread === true };
  }
}

/** Alerts of a whole events file, with every event known before anything patient is decided. */
export async function correlateFile(
  file: string,
  ruleSet: RuleSet,
  options: ReadOptions,
): Promise<{
  readonly alerts: readonly AlertDocument[];
  readonly failures: readonly { index: number; failure: string }[];
  /** Events that tell no time. */
  readonly timeless: number;
  /** Lines of no known format, or not of the type told. */
  readonly unread: number;
}> {
  const pipeline = new Pipeline(ruleSet, { keepState: false });
  const failures: { index: number; failure: string }[] = [];
  let timeless = 0;
  let unread = 0;
  for await (const item of readEvents(file, ruleSet, options)) {
    if ('failure' in item) {
      failures.push(item);
      continue;
    }
    if (item.timeless === true) timeless++;
    if (item.unread === true) unread++;
    pipeline.processEvents(item.events);
  }
  pipeline.advance(Infinity);
  const { alerts } = pipeline.collect(Date.now());
  return { alerts: byStart(new Map(alerts.map((alert) => [alert.id, alert]))), failures, timeless, unread };
}

/** What is traced of one event, why it could not be read, or how many events told no time and how many stayed unread. */
export type Traced =
  | TraceLine
  | { readonly index: number; readonly failure: string }
  | { readonly timeless: number; readonly unread: number };

/** What each event of a file does to the windows of written correlations, in the order of the file. */
export async function* traceFile(file: string, ruleSet: RuleSet, options: ReadOptions): AsyncGenerator<Traced> {
  const tracer = new Tracer(ruleSet);
  let timeless = 0;
  let unread = 0;
  for await (const item of readEvents(file, ruleSet, options)) {
    if ('failure' in item) {
      yield item;
      continue;
    }
    if (item.timeless === true) timeless++;
    if (item.unread === true) unread++;
    for (const event of item.events) yield* tracer.trace(item.index, event);
  }
  yield { timeless, unread };
}
