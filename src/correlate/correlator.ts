import type { Detection, Episode, StateChange } from '../event/index.js';
import type { Correlation, Gate as GatePlan } from '../rule/types.js';
import { openEpisodesOf } from './account.js';
import { bytesToFree, keysToEvict } from './budget.js';
import { Changes } from './changes.js';
import { Gate } from './gate.js';
import { kindOf, type Caps } from './kind.js';
import { Level } from './level.js';
import { AMPLE_BYTES, AMPLE_EVIDENCE, SCANT_EVIDENCE } from './limits.js';
import { restoreInto } from './restore.js';
import { snapshotOf } from './snapshot.js';
import { Table } from './table.js';
import type { Collected, Correlator, CorrelatorStats, Derived } from './types.js';

/** How a correlator is set up. */
export interface CorrelatorOptions {
  /** Budget in accounted bytes, shared equally by the correlations that have keys. Default: none. */
  readonly maxBytes?: number;
  /** False: `collect` returns no state entries (a scan keeps none), which saves the work. Default: true. */
  readonly keepState?: boolean;
  /** Correlations that get their detections together. Only without `keepState`. */
  readonly gates?: readonly GatePlan[];
  /** For tests: smaller caps. */
  readonly caps?: Caps;
}

const NOTHING: readonly Derived[] = [];

/**
 * Creates the correlator of a rule set.
 *
 * Exact in any order of arrival as long as nothing is late, below the caps of limits.ts. Memory grows with live keys,
 * not with detections. Throws where a correlation has no meaning or a type that isn't supported yet.
 */
export function createCorrelator(correlations: readonly Correlation[], options: CorrelatorOptions = {}): Correlator {
  return new KeyedCorrelator(correlations, options);
}

class KeyedCorrelator implements Correlator {
  readonly #levels: Level[] = [];
  /** By place in the rule set. */
  readonly #tables: Table[];
  readonly #gates: readonly Gate[];
  /** By the place of their first members. */
  readonly #gateAt: (Gate | undefined)[] = [];
  readonly #changes: Changes;
  readonly #maxBytes: number;
  #late = 0;
  #evictions = 0;
  #leftEpisodes: readonly Episode[] = [];
  #leftState: readonly StateChange[] = [];

  constructor(correlations: readonly Correlation[], options: CorrelatorOptions) {
    this.#changes = new Changes(options.keepState ?? true);
    this.#maxBytes = options.maxBytes ?? Infinity;
    const targets = correlations.flatMap(({ refs }) => refs.map(({ target }) => target));
    const referred = new Set(targets.filter(({ kind }) => kind === 'correlation').map(({ index }) => index));
    const hashes = new Map<string, number>();
    this.#tables = correlations.map((correlation) => {
      const { hash, index } = correlation;
      const nth = (hashes.get(hash) ?? 0) + 1;
      hashes.set(hash, nth);
      const name = nth === 1 ? hash : `${hash}~${nth}`;
      const level = this.#levelAt(correlation.level);
      return new Table(
        correlation,
        level,
        this.#changes,
        referred.has(index),
        kindOf(correlation, options.caps ?? {}),
        name,
      );
    });
    if (options.gates !== undefined && options.gates.length > 0 && this.#changes.keepsState)
      throw new Error('what waits at a gate has no state to write');
    this.#gates = (options.gates ?? []).map((plan) => {
      return (this.#gateAt[plan.members[0] as number] = new Gate(plan, this.#tables));
    });
  }

  add(detection: Detection): void {
    const table = this.#tables[detection.correlation] as Table;
    if (detection.time < table.level.watermark) this.#late++;
    (this.#gateAt[detection.correlation] ?? table).add(detection);
  }

  settle(): void {
    this.#derive();
    const bytes = this.#bytes();
    const idle = bytes < Math.min(AMPLE_BYTES, this.#maxBytes / 4) ? AMPLE_EVIDENCE : SCANT_EVIDENCE;
    this.#changes.settle(idle);
    for (const gate of this.#gates) gate.settle(idle);
    if (bytes > this.#maxBytes) this.#evict();
  }

  advance(level: number, watermark: number): readonly Derived[] {
    if (level === 0) for (const gate of this.#gates) gate.advance(watermark);
    return this.#levels[level]?.advance(watermark) ?? NOTHING;
  }

  collect(now: number): Collected {
    this.#derive();
    const episodes = this.#changes.episodes(now);
    const state = this.#changes.keepsState ? this.#changes.state() : [];
    const collected = { state: [...this.#leftState, ...state], episodes: [...this.#leftEpisodes, ...episodes] };
    this.#leftEpisodes = [];
    this.#leftState = [];
    return collected;
  }

  restore(entries: Iterable<readonly [key: string, value: string]>): void {
    const { episodes, state } = restoreInto(this.#tables, entries);
    this.#leftEpisodes = episodes;
    this.#leftState = state;
  }

  snapshot(): Iterable<readonly [key: string, value: string]> {
    return snapshotOf(this.#tables);
  }

  evictions(): number {
    return this.#evictions;
  }

  stats(): CorrelatorStats {
    let liveKeys = 0;
    let openEpisodes = 0;
    for (const gate of this.#gates) liveKeys += gate.keys;
    for (const table of this.#tables) {
      liveKeys += table.keys.size;
      openEpisodes += openEpisodesOf(table.keys.values());
    }
    return { liveKeys, openEpisodes, bytes: this.#bytes(), evictions: this.#evictions, late: this.#late };
  }

  #bytes(): number {
    let bytes = 0;
    for (const table of this.#tables) bytes += table.bytes;
    for (const gate of this.#gates) bytes += gate.bytes;
    return bytes;
  }

  #evict(): void {
    const used = [...this.#tables, ...this.#gates].map(({ bytes }) => bytes);
    const toFree = bytesToFree(used, this.#maxBytes);
    this.#tables.forEach((table, i) => {
      const entries = keysToEvict(table, toFree[i] as number);
      for (const entry of entries) table.evict(entry);
      this.#evictions += entries.length;
    });
    this.#gates.forEach((gate, i) => {
      this.#evictions += gate.evict(toFree[this.#tables.length + i] as number);
    });
  }

  #derive(): void {
    for (const level of this.#levels) level.derive();
  }

  #levelAt(index: number): Level {
    while (this.#levels.length <= index) this.#levels.push(new Level());
    return this.#levels[index] as Level;
  }
}
