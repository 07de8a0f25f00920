/** One thing that can go wrong for a while; `since` is epoch ms. */
export interface Trouble {
  readonly message: string;
  readonly since: number;
}

/**
 * What holds the engine up at this moment, by name. Green while nothing does.
 *
 * Each trouble is logged when it begins, once a minute while it lasts, and when it ends; what is asked for is its latest.
 */
export class Health {
  readonly #troubles = new Map<string, Trouble & { loggedAt: number }>();
  readonly #log: (level: 'warn' | 'info', message: string) => void;

  constructor(log: (level: 'warn' | 'info', message: string) => void) {
    this.#log = log;
  }

  /** Reports a trouble that lasts. */
  red(name: string, message: string, now: number): void {
    const known = this.#troubles.get(name);
    const isTold = known !== undefined && now - known.loggedAt < 60_000;
    if (!isTold) this.#log('warn', message);
    this.#troubles.set(name, { message, since: known?.since ?? now, loggedAt: isTold ? known.loggedAt : now });
  }

  /** Says that a trouble is over. */
  green(name: string): void {
    if (this.#troubles.delete(name)) this.#log('info', `${name}: working again`);
  }

  /** All that is wrong now, by name. */
  troubles(): ReadonlyMap<string, Trouble> {
    return this.#troubles;
  }
}
