import type { EcsEvent, Failure, LogRecord, Source } from '../event/index.js';
import type { Config } from './config/config.js';
import { openEnrichment } from './enrichment.js';
import { settingsOfSource } from './inputs.js';
import { Pipeline } from './pipeline.js';
import type { RuleSet } from './rules.js';
import { openSiteLedger, openSiteStore, type Store, type StoredDeadLetter } from './storage.js';

/** Which dead letters are sent in again, and with which rules. */
export interface ReplayOptions {
  readonly ruleSet: RuleSet;
  /** These numbers; absent: all that were not replayed before, `code` narrowing them. */
  readonly numbers?: readonly number[];
  readonly code?: string;
  readonly warn: (message: string) => void;
}

/** A dead letter that stays one. */
export interface FailedAgain {
  readonly number: number;
  readonly failure: Failure;
}

/** What a replay did. */
export interface ReplaySummary {
  /** Numbers of those that became events. */
  readonly replayed: readonly number[];
  readonly failed: readonly FailedAgain[];
  readonly events: number;
  /** Alert revisions written. */
  readonly alerts: number;
}

/** Dead letters held at once; each is as long as the longest line at most. */
const PAGE = 64;

/**
 * Sends dead letters through the pipeline again, with the windows that `run` left in the store, and with the position and
 * receive time they had: they count in the windows of their own time, however late they are, and move no watermark and no
 * other source's position. What now becomes events is marked replayed in the commit that writes its alerts, so it takes
 * effect exactly once; what fails again stays as it is.
 *
 * Holds the store's writer lock: rejects, with nothing done, while `run` is running. Outputs get the alerts when `run`
 * goes on.
 */
export async function replayDeadLetters(config: Config, options: ReplayOptions): Promise<ReplaySummary> {
  const enrichment = openEnrichment(config, ({ message }) => options.warn(message));
  const pipeline = new Pipeline(options.ruleSet, {
    keepState: true,
    maxBytes: config.memory,
    ...(enrichment !== undefined && { enrichment }),
  });
  const ledger = openSiteLedger(config);
  const { state } = await ledger.open();
  const store = openSiteStore(config);
  const done = { replayed: [] as number[], failed: [] as FailedAgain[], events: 0, alerts: 0 };
  try {
    pipeline.correlator.restore(state);
    // No watermark yet: what lies behind it is let go when `run` goes on, so that these windows stand until then.
    for (const letters of pagesOf(store, options)) {
      if (letters.length === 0) continue;
      const page = normalised(pipeline, config, letters, options);
      pipeline.processEvents(page.events);
      const collected = pipeline.collect(Date.now());
      await ledger.commit({ ...NO_PROGRESS, ...collected, replayed: page.replayed });
      done.replayed.push(...page.replayed);
      done.failed.push(...page.failed);
      done.events += page.events.length;
      done.alerts += collected.alerts.length;
    }
  } finally {
    store.close();
    await ledger.close();
  }
  return done;
}

const NO_PROGRESS = { progress: [], watermark: null, deadLetters: [] } as const;

interface Page {
  readonly events: readonly EcsEvent[];
  readonly replayed: readonly number[];
  readonly failed: readonly FailedAgain[];
}

/** The chosen letters in the order in which they came, those replayed before left out. */
function* pagesOf(store: Store, { numbers, code }: ReplayOptions): Generator<readonly StoredDeadLetter[], void> {
  if (numbers === undefined) {
    const chosen = { replayed: false, ...(code !== undefined && { code }), limit: PAGE };
    for (let after = 0; ;) {
      const letters = store.deadLetters({ ...chosen, after });
      if (letters.length === 0) return;
      yield letters;
      after = letters.at(-1)?.id ?? after;
    }
  }
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  for (let i = 0; i < sorted.length; i += PAGE) {
    const letters = sorted.slice(i, i + PAGE).flatMap((number) => store.deadLetter(number) ?? []);
    yield letters.filter((one) => !one.replayed && (code === undefined || one.code === code));
  }
}

/** What fails leaves no events, even where a part of it could be read. */
function normalised(
  pipeline: Pipeline,
  config: Config,
  letters: readonly StoredDeadLetter[],
  { numbers, code }: ReplayOptions,
): Page {
  const isNamed = numbers !== undefined || code !== undefined;
  const page = { events: [] as EcsEvent[], replayed: [] as number[], failed: [] as FailedAgain[] };
  for (const letter of letters) {
    const before = page.events.length;
    const failure =
      staysFor(letter, isNamed) ??
      pipeline.normaliser.normalise(sourceOf(config, letter), recordOf(letter), page.events)?.failure;
    if (failure === undefined) page.replayed.push(letter.id);
    else {
      page.events.length = before;
      page.failed.push({ number: letter.id, failure });
    }
  }
  return page;
}

/** Why a letter is not even tried: it is no text of a log, or not the whole of one and nobody asked for its part. */
function staysFor({ code, message }: StoredDeadLetter, isNamed: boolean): Failure | undefined {
  if (code.startsWith('input.kafka.')) return { code, message };
  if (code !== 'input.line-too-long' || isNamed) return undefined;
  const advice = 'only its first bytes were kept; name its number or --code to make an event of those';
  return { code, message: advice };
}

function sourceOf(config: Config, { source, label }: StoredDeadLetter): Source {
  return { id: source, label, settings: settingsOfSource(config, source, label) };
}

function recordOf({ bytes, offset, receiveTime }: StoredDeadLetter): LogRecord {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  const isValid = Buffer.from(text, 'utf8').equals(buffer);
  return { text, offset, receiveTime, bytes: isValid ? undefined : buffer };
}
