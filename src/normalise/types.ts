import type { Carried } from './carry.js';
import type { Enrichment } from './enrich/enrichment.js';
import type { DeadLetter, EcsEvent, LogRecord, Source } from '../event/index.js';
import type { IsUnwanted, Skimmer } from './skim.js';

/** What became of one record: its events are appended to the caller's array, what can't be an event is returned. */
export interface Normaliser {
  /**
   * Appends the record's event(s) to `out`. Returns undefined, or the dead letter where the record can't be an event
   * at all. Never throws: a fault of ours costs one log its fields. Linear in the record's length. Keeps per source only
   * a bounded carry (detected type, last year, open header).
   *
   * Tags say what is doubtful: `sekisho.unparsed` (not of the type told), `sekisho.no-time` (the receive time stands in),
   * `sekisho.future-time` (more than 5 minutes beyond the receive time), `sekisho.past-time` (20 years before it),
   * `sekisho.invalid-utf8`, `sekisho.ambiguous`, `sekisho.fault` (a parser threw: `error.message`, `error.stack_trace`).
   * Dead letters: `normalise.oversized`, `normalise.json` (the type told is JSON and the record is not),
   * `normalise.json-depth`, `normalise.json-size`.
   */
  normalise(source: Source, record: LogRecord, out: EcsEvent[]): DeadLetter | undefined;
  /**
   * What is to be saved with the position of a source after the records normalised so far (header lines, audit events
   * whose records are still coming), as JSON allows it; undefined: nothing.
   */
  carried(source: Source): Carried | undefined;
  /** Goes on with a source in the middle, with what was saved there. */
  resume(source: Source, carried: Carried): void;
  /** Passes over lines whose events nobody wants; it shares what this normaliser carries per source. */
  skimmer(isUnwanted: IsUnwanted): Skimmer;
}

/** Options of a normaliser. */
export interface NormaliserOptions {
  /**
   * Derived fields to compute (`sekisho.url.decoded`, …): those that a loaded rule reads. `all` for `sekisho normalise`,
   * which shows everything.
   */
  readonly derive: ReadonlySet<string> | 'all';
  /** The operator's lists, assets and databases. */
  readonly enrichment?: Enrichment;
  /** The normaliser whose place this one takes: what it carries per source goes on. */
  readonly before?: Normaliser;
}
