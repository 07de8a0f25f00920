/** The edges of a commit at which a test may kill the process. */
export const FAILPOINTS = ['read', 'processed', 'collected', 'committed', 'written'] as const;

/**
 * The edges of the Kafka roles. Detector: `fetched`, `acked` (its detections). Correlator: `restoring`, `sent` (in its
 * transaction, before the commit), `moved` (after it). Indexer: `bulk` (sent, not answered), `indexed` (answered).
 */
export const ROLE_FAILPOINTS = ['fetched', 'acked', 'restoring', 'sent', 'moved', 'bulk', 'indexed'] as const;

/** A name of one of both. */
export type Failpoint = (typeof FAILPOINTS)[number] | (typeof ROLE_FAILPOINTS)[number];

/**
 * Kills this process with SIGKILL at the n-th pass of one edge, where `SEKISHO_FAILPOINT=<edge>:<n>` asks for it.
 *
 * Only for the crash tests: nothing is cleaned up, as when the power goes. Without the variable it costs one comparison.
 */
export class Failpoints {
  readonly #edge: string | undefined;
  #left: number;

  constructor(setting: string | undefined = process.env['SEKISHO_FAILPOINT']) {
    const [edge, count] = (setting ?? '').split(':');
    this.#edge = edge === '' ? undefined : edge;
    this.#left = Number(count ?? '1');
  }

  /** Passes one edge. */
  pass(edge: Failpoint): void {
    if (edge === this.#edge && --this.#left === 0) process.kill(process.pid, 'SIGKILL');
  }
}
