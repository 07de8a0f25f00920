/** Plugs the engine's correlate room into the oracle: builds correlations, routes detections, gathers episodes. */
import { createCorrelator, type CorrelatorOptions } from '../../src/correlate/correlator.js';
import type { Correlator, Derived } from '../../src/correlate/types.js';
import { EvidenceRef, type Detection, type Episode } from '../../src/event/index.js';
import type { Correlation, CorrelationRef } from '../../src/rule/types.js';
import type { Arrival, OracleCorrelation, OracleDetection, OracleEpisode, Subject } from '../oracle/model.js';

/** Fields by name, as a detection of some rule or correlation has them. */
type Fields = Readonly<Record<string, string>>;

/** How to run the room. */
export interface SubjectOptions extends CorrelatorOptions {
  /** After every so many arrivals everything is written, read back into a new correlator, and gone on with. */
  readonly restartEvery?: number;
  /** After every so many arrivals changes are collected. */
  readonly collectEvery?: number;
}

/** The correlate room as a subject of the oracle. */
export function correlateRoom(options: SubjectOptions = {}): Subject & { lateCount(): number } {
  let late = 0;
  return {
    run(correlations, arrivals) {
      const runner = new Runner(correlations, options);
      arrivals.forEach((arrival, index) => runner.take(arrival, index + 1));
      late = runner.late;
      return runner.episodes();
    },
    lateCount: () => late,
  };
}

/** One run over one list of arrivals. */
export class Runner {
  readonly definitions: readonly Correlation[];
  readonly #names: readonly string[];
  readonly #state = new Map<string, string>();
  readonly #told = new Map<string, Episode>();
  /** How often each derived detection was handed out. */
  readonly derived = new Map<string, number>();
  #correlator: Correlator;
  #position = 0;
  #watermark = -Infinity;
  late = 0;

  constructor(
    private readonly correlations: readonly OracleCorrelation[],
    private readonly options: SubjectOptions,
  ) {
    this.#names = correlations.map(({ name }) => name);
    this.definitions = correlations.map((correlation) => definitionOf(correlation, correlations));
    this.#correlator = createCorrelator(this.definitions, options);
  }

  take(arrival: Arrival, count: number): void {
    if ('advance' in arrival) this.#advance(arrival.advance);
    else this.#add(arrival.detection);
    const { restartEvery, collectEvery } = this.options;
    if (restartEvery !== undefined && count % restartEvery === 0) this.#restart();
    if (collectEvery !== undefined && count % collectEvery === 0) this.collect();
  }

  /** Everything told so far that was not merged. */
  episodes(): OracleEpisode[] {
    this.collect();
    return [...this.#told.values()]
      .filter((episode) => episode.state !== 'merged')
      .map(({ correlation, group, start, end, count }) => {
        return { rule: this.#names[correlation] as string, group: group.values, start, end, count };
      });
  }

  /** Episodes as last told, by key. */
  get told(): ReadonlyMap<string, Episode> {
    return this.#told;
  }

  get correlator(): Correlator {
    return this.#correlator;
  }

  collect(): void {
    this.#correlator.settle();
    const { state, episodes } = this.#correlator.collect(0);
    for (const episode of episodes) {
      const before = this.#told.get(episode.key)?.revision ?? 0;
      if (episode.revision !== before + 1)
        throw new Error(`${episode.key}: revision ${episode.revision} after ${before}`);
      this.#told.set(episode.key, episode);
    }
    for (const { key, value } of state) {
      if (value === null) this.#state.delete(key);
      else this.#state.set(key, value);
    }
  }

  get stateSize(): number {
    return this.#state.size;
  }

  #restart(): void {
    this.collect();
    this.#correlator = createCorrelator(this.definitions, this.options);
    this.#correlator.restore(this.#state);
    this.#advance(this.#watermark);
  }

  #add(detection: OracleDetection): void {
    const evidence = EvidenceRef.of({
      time: detection.time,
      position: `test@${this.#position++}`,
      original: '',
      entities: {},
    });
    const before = this.#correlator.stats().late;
    this.#route({ kind: 'rule', name: detection.rule }, detection.fields, detection.time, evidence);
    if (this.#correlator.stats().late > before || this.#isLateForNobody(detection, before)) this.late++;
  }

  /** A detection nobody wants, or only in groups it has no fields for, can be late too. */
  #isLateForNobody(detection: OracleDetection, before: number): boolean {
    return this.#correlator.stats().late === before && detection.time < this.#watermark;
  }

  #route(
    of: { kind: 'rule' | 'correlation'; name: string },
    fields: Fields,
    time: number,
    evidence: EvidenceRef,
  ): void {
    this.correlations.forEach((correlation, index) => {
      const role = (this.definitions[index] as Correlation).refs.findIndex(
        ({ name, target }) => name === of.name && target.kind === of.kind,
      );
      if (role < 0) return;
      const detection = detectionOf(correlation, index, role, of.name, fields, time, evidence);
      if (detection !== undefined) this.#correlator.add(detection);
    });
  }

  #advance(watermark: number): void {
    this.#watermark = Math.max(watermark, this.#watermark);
    const levels = Math.max(...this.definitions.map(({ level }) => level));
    this.#correlator.settle();
    for (let level = 0; level <= levels; level++) {
      for (const derived of this.#correlator.advance(level, watermark)) this.#derive(derived);
    }
  }

  #derive(derived: Derived): void {
    this.derived.set(derived.key, (this.derived.get(derived.key) ?? 0) + 1);
    const correlation = this.correlations[derived.correlation] as OracleCorrelation;
    const pairs = correlation.groupBy.flatMap((name, i) => {
      const value = derived.group.values[i];
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    const evidence = EvidenceRef.of(derived.evidence);
    this.#route({ kind: 'correlation', name: correlation.name }, Object.fromEntries(pairs), derived.time, evidence);
  }
}

function detectionOf(
  correlation: OracleCorrelation,
  index: number,
  role: number,
  rule: string,
  fields: Fields,
  time: number,
  evidence: EvidenceRef,
): Detection | undefined {
  const read = (name: string): string | undefined => {
    const field = correlation.aliases?.[name]?.[rule] ?? name;
    return Object.hasOwn(fields, field) ? fields[field] : undefined;
  };
  const values = correlation.groupBy.map((name) => read(name) ?? null);
  if (values.includes(null) && correlation.keepMissing !== true) return undefined;
  const value = correlation.valueField === undefined ? undefined : read(correlation.valueField);
  if (correlation.valueField !== undefined && value === undefined) return undefined;
  return { correlation: index, role, group: { key: JSON.stringify(values), values }, time, value, evidence };
}

/** The order of a sequence that has a rule more than once. */
function orderOf({ type, condition, rules }: OracleCorrelation): Pick<Correlation, 'cases'> {
  const names = [...new Set(rules)];
  if (type !== 'temporal_ordered' || condition !== undefined || names.length === rules.length) return {};
  return { cases: [{ steps: rules.map((rule) => names.indexOf(rule)), besides: [] }] };
}

/** The engine's form of a correlation. */
export function definitionOf(correlation: OracleCorrelation, all: readonly OracleCorrelation[]): Correlation {
  const index = all.indexOf(correlation);
  const { name, type, timespan, quiet, maxEpisode, groupBy } = correlation;
  return {
    kind: 'correlation',
    index,
    meta: metaOf(name),
    type,
    implicit: correlation.keepMissing === true,
    level: levelOf(correlation, all),
    refs: [...new Set(correlation.rules)].map((rule) => refOf(rule, all)),
    groupBy,
    missingIsNull: correlation.keepMissing === true,
    timespan,
    bounds: correlation.condition,
    roles: undefined,
    ...orderOf(correlation),
    percentile: correlation.percentile,
    quiet,
    maxEpisode,
    alerts: true,
    hash: `hash${index}`,
    tests: [],
    place: { file: 'test', line: 1, column: 1 },
  };
}

function metaOf(name: string): Correlation['meta'] {
  return {
    id: name,
    uuid: undefined,
    name,
    title: name,
    description: undefined,
    level: 'medium',
    status: undefined,
    tags: [],
    author: undefined,
    license: undefined,
    references: [],
    falsePositives: [],
    ruleset: undefined,
    version: undefined,
    file: 'test',
    line: 1,
  };
}

function refOf(rule: string, all: readonly OracleCorrelation[]): CorrelationRef {
  const index = all.findIndex(({ name }) => name === rule);
  const target = index < 0 ? ({ kind: 'rule', index: 0 } as const) : ({ kind: 'correlation', index } as const);
  return { name: rule, target, groupBy: [], value: [] };
}

function levelOf(correlation: OracleCorrelation, all: readonly OracleCorrelation[]): number {
  const referred = correlation.rules.flatMap((rule) => all.filter(({ name }) => name === rule));
  return referred.reduce((level, other) => Math.max(level, levelOf(other, all) + 1), 0);
}
