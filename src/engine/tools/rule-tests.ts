import type { AlertDocument, DeadLetter, RecordBatch, Source } from '../../event/index.js';
import type { Enrichment } from '../../normalise/enrich/enrichment.js';
import type { Correlation, EventRule, RuleSet, RuleTest } from '../../rule/types.js';
import { Pipeline } from '../pipeline.js';
import { alertField } from '../alert-field.js';
import { isAlike } from './alike.js';
import { byStart } from '../scan.js';

/** One rule test that ran. `failures` is empty where it passed. */
export interface RuleTestResult {
  readonly rule: string;
  readonly title: string;
  readonly test: RuleTest;
  readonly failures: readonly string[];
}

/** When test records count as received: it settles years and times that lines leave out. */
const RECEIVED = Date.UTC(2026, 11, 31, 23, 59, 59);

/**
 * Runs every test under `sekisho: tests:` of a rule set through the whole pipeline, each in a pipeline of its own with
 * just the rules it needs.
 *
 * A rule that others silence still shows its alerts to its own tests. `enrichment`: the operator's lists and assets.
 */
export function runRuleTests(ruleSet: RuleSet, enrichment?: Enrichment): readonly RuleTestResult[] {
  return ruleSet.correlations.flatMap((correlation) => {
    const tests = testsOf(correlation, ruleSet);
    if (tests.length === 0) return [];
    const alone = isolate(correlation, ruleSet);
    return tests.map((test) => {
      const { alerts, leftOut } = play(test, alone, enrichment);
      const failures = check(test, alerts);
      const { id, title } = correlation.meta;
      return { rule: id, title, test, failures: failures.length === 0 ? [] : [...failures, ...leftOut] };
    });
  });
}

function testsOf(correlation: Correlation, ruleSet: RuleSet): readonly RuleTest[] {
  if (!correlation.implicit) return correlation.tests;
  const target = correlation.refs[0]?.target;
  return target?.kind === 'rule' ? (ruleSet.rules[target.index]?.sekisho.tests ?? []) : [];
}

/** The rule set with only what one correlation needs, and only its alerts shown. */
function isolate(wanted: Correlation, ruleSet: RuleSet): RuleSet {
  const rules: EventRule[] = [];
  const correlations: Correlation[] = [];
  const seen = new Map<string, number>();
  const take = (correlation: Correlation): number => {
    const known = seen.get(`c${correlation.index}`);
    if (known !== undefined) return known;
    const refs = correlation.refs.map((ref) => ({
      ...ref,
      target: {
        kind: ref.target.kind,
        index:
          ref.target.kind === 'rule'
            ? takeRule(ref.target.index)
            : take(ruleSet.correlations[ref.target.index] as Correlation),
      },
    }));
    const index =
      correlations.push({ ...correlation, refs, index: correlations.length, alerts: correlation === wanted }) - 1;
    seen.set(`c${correlation.index}`, index);
    return index;
  };
  const takeRule = (at: number): number => {
    const known = seen.get(`r${at}`);
    if (known !== undefined) return known;
    const index = rules.push({ ...(ruleSet.rules[at] as EventRule), index: rules.length }) - 1;
    seen.set(`r${at}`, index);
    return index;
  };
  take(wanted);
  return { rules, correlations, silenced: [], problems: [] };
}

interface Played {
  readonly alerts: readonly AlertDocument[];
  /** What kept detections out of their correlations: shown with a failure, which it may explain. */
  readonly leftOut: readonly string[];
}

function play(test: RuleTest, ruleSet: RuleSet, enrichment: Enrichment | undefined): Played {
  const pipeline = new Pipeline(ruleSet, { keepState: false, ...(enrichment !== undefined && { enrichment }) });
  const deadLetters: DeadLetter[] = [];
  const source = (label: string, type: string | undefined): Source => ({
    id: `test:${label}`,
    label,
    settings: { timezone: test.timezone ?? 'UTC', host: 'test-host', ...(type !== undefined && { type }) },
  });
  pipeline.process(batchOf(source('lines', test.type), test.lines()), deadLetters);
  pipeline.process(
    batchOf(
      source('events', 'ecs'),
      test.events().map((event) => JSON.stringify(event)),
    ),
    deadLetters,
  );
  pipeline.advance(Infinity);
  const alerts = byStart(new Map(pipeline.collect(RECEIVED).alerts.map((alert) => [alert.id, alert])));
  const leftOut = pipeline.leftOut().map(({ correlation, field, count: times }) => {
    const title = ruleSet.correlations[correlation]?.meta.title ?? '?';
    return `left out: ${times} detections without ${field}, which '${title}' groups by or counts`;
  });
  return { alerts, leftOut };
}

/** Lines as one batch of a source, offsets counted as a file would have them. */
export function batchOf(source: Source, lines: readonly string[], receiveTime = RECEIVED): RecordBatch {
  let offset = 0;
  const records = lines.map((text) => {
    const record = { text, offset, receiveTime, bytes: undefined };
    offset += Buffer.byteLength(text) + 1;
    return record;
  });
  return { source, records, next: offset, rejected: [] };
}

function check(test: RuleTest, alerts: readonly AlertDocument[]): readonly string[] {
  if (alerts.length !== test.alerts.length) {
    const got = alerts.map((alert) => String(alertField(alert, 'event.reason')));
    return [
      `expected ${count(test.alerts.length)}, got ${count(alerts.length)}${got.map((text) => `\n      ${text}`).join('')}`,
    ];
  }
  return test.alerts.flatMap((expected, i) =>
    Object.entries(expected).flatMap(([field, value]) => {
      const got = alertField(alerts[i] as AlertDocument, field);
      if (isAlike(got ?? null, value ?? null)) return [];
      return [`alert ${i + 1}: ${field}: expected ${JSON.stringify(value)}, got ${JSON.stringify(got) ?? 'nothing'}`];
    }),
  );
}

function count(n: number): string {
  return n === 0 ? 'no alert' : n === 1 ? '1 alert' : `${n} alerts`;
}
