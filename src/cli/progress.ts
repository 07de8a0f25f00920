import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as CliProgress from 'cli-progress';
import type { Source } from '../event/index.js';

/** Told of each batch read; `stop` takes the bar away. */
export interface Progress {
  /** `next`: offset of the first byte of the source that was not read yet. */
  batch(source: Source, next: number, lines: number): void;
  stop(): void;
}

/** A scan shorter than this shows no bar, ms. */
const PATIENCE = 700;
/** Between two drawings, ms. */
const REDRAW = 100;

/**
 * A progress bar on standard error, for terminals only, and only once the work proves long. None where a source has no
 * size (standard input, a pipe).
 *
 * It counts bytes against the files' sizes; a compressed file counts what comes out of it, up to its own size, so the
 * bar may stand still for a while, and never passes the end.
 */
export function progressBar(sources: readonly Source[]): Progress {
  const sizes = new Map(sources.map((source) => [source.id, sizeOf(source.label)]));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  if (!process.stderr.isTTY || !Number.isFinite(total)) return NO_PROGRESS;
  // Loaded only where somebody looks: its modules take longer to load than a short scan.
  const { SingleBar } = createRequire(import.meta.url)('cli-progress') as typeof CliProgress;
  const bar = new SingleBar({
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    format: ' {bar} {percentage}%  {lines} lines  {eta_formatted} left',
    barsize: 30,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    gracefulExit: false,
  });
  return new Bar(bar, sizes, total);
}

class Bar implements Progress {
  readonly #bar: CliProgress.SingleBar;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #total: number;
  readonly #read = new Map<string, number>();
  readonly #began = performance.now();
  #drawn = 0;
  #active = false;

  constructor(bar: CliProgress.SingleBar, sizes: ReadonlyMap<string, number>, total: number) {
    this.#bar = bar;
    this.#sizes = sizes;
    this.#total = total;
  }

  batch(source: Source, next: number, lines: number): void {
    this.#read.set(source.id, Math.min(next, this.#sizes.get(source.id) ?? 0));
    const now = performance.now();
    if (now - this.#began < PATIENCE || now - this.#drawn < REDRAW) return;
    this.#drawn = now;
    const done = [...this.#read.values()].reduce((sum, bytes) => sum + bytes, 0);
    const told = { lines: lines.toLocaleString('en') };
    if (!this.#active) this.#bar.start(this.#total, done, told);
    else this.#bar.update(done, told);
    this.#active = true;
  }

  stop(): void {
    if (this.#active) this.#bar.stop();
  }
}

function sizeOf(label: string): number {
  const stats = statSync(label, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : Infinity;
}

/** No bar. */
export const NO_PROGRESS: Progress = { batch: () => undefined, stop: () => undefined };
