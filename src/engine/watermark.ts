/**
 * The engine's watermark: no event older than this is expected.
 *
 * Of one source: its greatest event time less `lateness`. A source that is caught up and silent for `idle` advances at
 * wall speed from its last value, never by a jump, as far as it was last told to be caught up; one that still has input,
 * or is unreachable, stands still. Of the engine: the minimum over all sources that have not ended. It never goes back (DESIGN.md section 4, item 5).
 *
 * Pure: the wall clock is an argument.
 */
export class Watermark {
  readonly #options: WatermarkOptions;
  readonly #sources = new Map<string, SourceTime>();
  #value = -Infinity;

  constructor(options: WatermarkOptions) {
    this.#options = options;
  }

  /**
   * Expects a source; until it reports, the engine's watermark stands still. `eventTime`: where the ledger left it;
   * `floor`: what silence had brought its watermark to.
   */
  open(source: string, eventTime: number | null, floor = -Infinity): void {
    if (this.#sources.has(source)) return;
    this.#sources.set(source, { eventTime: eventTime ?? -Infinity, idleSince: undefined, idleUntil: 0, floor });
  }

  /** A batch of a source was processed; `eventTime` is its greatest time that may move the watermark, or −Infinity. */
  saw(source: string, eventTime: number): void {
    const state = this.#sources.get(source);
    if (state === undefined) return;
    state.floor = valueOf(state, this.#options);
    state.idleSince = undefined;
    if (eventTime > state.eventTime) state.eventTime = eventTime;
  }

  /** A source is caught up: its position is the end of what there is. */
  caughtUp(source: string, now: number): void {
    const state = this.#sources.get(source);
    if (state === undefined) return;
    state.idleSince ??= now;
    state.idleUntil = now;
  }

  /** A source has ended (or was removed) and holds nothing back any more. */
  close(source: string): void {
    this.#sources.delete(source);
  }

  /** Greatest event time of a source, epoch ms; −Infinity before the first. */
  eventTime(source: string): number {
    return this.#sources.get(source)?.eventTime ?? -Infinity;
  }

  /**
   * The engine's watermark now. Costs one step per source. Without any source it stays where it is; a source that is
   * caught up and never had an event (an empty log) holds nothing back.
   */
  current(): number {
    let lowest = Infinity;
    for (const state of this.#sources.values()) {
      if (!isEmpty(state)) lowest = Math.min(lowest, valueOf(state, this.#options));
    }
    if (lowest < Infinity && lowest > this.#value) this.#value = lowest;
    return this.#value;
  }

  /** Starts from a value the ledger kept. */
  restore(value: number): void {
    this.#value = Math.max(this.#value, value);
  }

  /** One source's watermark, epoch ms; −Infinity before its first event, undefined where it is caught up without any. */
  of(source: string): number | undefined {
    const state = this.#sources.get(source);
    return state === undefined || isEmpty(state) ? undefined : valueOf(state, this.#options);
  }
}

/** Both in milliseconds. */
export interface WatermarkOptions {
  readonly lateness: number;
  readonly idle: number;
}

interface SourceTime {
  eventTime: number;
  /** Wall clock when it was first found caught up; undefined while it has input. */
  idleSince: number | undefined;
  /** Wall clock when it was last found caught up. */
  idleUntil: number;
  /** What silence had brought it to when it spoke again. */
  floor: number;
}

function isEmpty(state: SourceTime): boolean {
  return state.idleSince !== undefined && state.eventTime === -Infinity;
}

function valueOf({ eventTime, floor, idleSince, idleUntil }: SourceTime, { lateness, idle }: WatermarkOptions): number {
  const base = Math.max(eventTime - lateness, floor);
  return idleSince === undefined ? base : base + Math.max(0, idleUntil - idleSince - idle);
}
