import type { EpisodeStage, Evidence, EvidenceRef } from '../event/index.js';
import { subjectOf, type Cell, type Held } from './cell.js';
import { EntityBag } from './entities.js';
import { EPISODE_EVIDENCE, OPENING_EVIDENCE } from './limits.js';
import { firstAfter } from './search.js';

/** Evidence with the event time it is sorted by. */
export interface Exhibit {
  readonly time: number;
  readonly evidence: EvidenceRef;
}

/** One role's part of a stretch of time. */
export class StageSum {
  first = Infinity;
  last = -Infinity;
  count = 0;
  readonly bag = new EntityBag();

  constructor(readonly role: number) {}

  /** The part as an episode shows it. */
  stage(): EpisodeStage {
    const { role, first, last, count, bag } = this;
    return { role, first, last, count, entities: bag.sets() };
  }
}

/**
 * What an alert tells about a stretch of time of one group key: how many detections, who and where, first and last
 * evidence, and for temporal types the same per role.
 */
export class Aggregate {
  count = 0;
  /** All of it, or the whole of untyped correlations. */
  readonly bag = new EntityBag();
  #stages: Map<number, StageSum> | undefined = undefined;
  exhibits: Exhibit[] = [];

  /** Adds the detections of a cell in (after, until]; those thinned out count where their heirs lie. */
  addCell(cell: Cell, after: number, until: number, staged: boolean): void {
    const { times, held, marks } = cell;
    const end = firstAfter(times, until);
    for (let i = firstAfter(times, after); i < end; i++) {
      const weight = cell.weightAt(i);
      this.count += weight;
      this.#show(times[i] as number, held[i]);
      if (staged) this.#stage(marks[i] as number, times[i] as number, weight, held[i]);
    }
    if (cell.bags !== undefined && end > 0 && cell.latest > after) this.#addBags(cell.bags, staged);
  }

  /** Adds another stretch. */
  merge(other: Aggregate): void {
    this.count += other.count;
    this.bag.merge(other.bag);
    for (const exhibit of other.exhibits) this.exhibits.push(exhibit);
    if (other.#stages === undefined) return;
    for (const { role, first, last, count, bag } of other.#stages.values()) {
      this.addStage(role, first, last, count, bag);
    }
  }

  /** Adds one role's part. */
  addStage(role: number, first: number, last: number, count: number, bag: EntityBag): void {
    const stage = this.#stageOf(role);
    stage.count += count;
    stage.first = Math.min(stage.first, first);
    stage.last = Math.max(stage.last, last);
    stage.bag.merge(bag);
  }

  /** Keeps the first and last evidence only, and some of that at the time `opening`; in order of time. */
  trim(opening: number): void {
    if (this.exhibits.length <= 2 * EPISODE_EVIDENCE && isSorted(this.exhibits)) return;
    this.exhibits.sort((a, b) => a.time - b.time);
    const from = this.exhibits.length - EPISODE_EVIDENCE;
    if (from <= EPISODE_EVIDENCE) return;
    const middle = this.exhibits.slice(EPISODE_EVIDENCE, from);
    const opened = middle.filter(({ time }) => time === opening).slice(-OPENING_EVIDENCE);
    const first = EPISODE_EVIDENCE - opened.length;
    this.exhibits.splice(first, from - first, ...opened);
  }

  /** Copies what is kept out of its batch. */
  settle(): void {
    for (const { evidence } of this.exhibits) evidence.keep();
    this.bag.settle();
    if (this.#stages !== undefined) for (const { bag } of this.#stages.values()) bag.settle();
  }

  /** First and last evidence and that at the time `opening`, in order of time. */
  evidence(opening: number): readonly Evidence[] {
    this.trim(opening);
    return this.exhibits.map(({ evidence }) => evidence.resolve());
  }

  /** The stages in the order of roles. */
  stageList(): readonly EpisodeStage[] {
    if (this.#stages === undefined) return [];
    return [...this.#stages.values()].sort((a, b) => a.role - b.role).map((stage) => stage.stage());
  }

  #show(time: number, held: Held): void {
    if (held === undefined) return;
    if (typeof held !== 'string') this.exhibits.push({ time, evidence: held });
    this.bag.add(subjectOf(held));
  }

  #stage(role: number, time: number, weight: number, held: Held): void {
    const stage = this.#stageOf(role);
    stage.count += weight;
    stage.first = Math.min(stage.first, time);
    stage.last = Math.max(stage.last, time);
    if (held !== undefined) stage.bag.add(subjectOf(held));
  }

  #stageOf(role: number): StageSum {
    this.#stages ??= new Map<number, StageSum>();
    let stage = this.#stages.get(role);
    if (stage === undefined) this.#stages.set(role, (stage = new StageSum(role)));
    return stage;
  }

  #addBags(bags: readonly (EntityBag | undefined)[], staged: boolean): void {
    bags.forEach((bag, role) => {
      if (bag === undefined) return;
      this.bag.merge(bag);
      if (staged) this.#stageOf(role).bag.merge(bag);
    });
  }
}

function isSorted(exhibits: readonly Exhibit[]): boolean {
  return exhibits.every((exhibit, i) => i === 0 || (exhibits[i - 1] as Exhibit).time <= exhibit.time);
}
