import { readFileSync, statSync } from 'node:fs';
import type { Failure } from '../../event/index.js';

/** A file of the operator's with what was read of it last. */
export class WatchedFile<T> {
  #stamp = '';
  #content: T | undefined;

  /** Nothing is read before `refresh`. `read` may throw: then what was read before stays in force. */
  constructor(
    readonly path: string,
    private readonly read: (bytes: Buffer) => T,
    private readonly report: (failure: Failure) => void,
  ) {}

  /** undefined while the file could not be read. */
  get content(): T | undefined {
    return this.#content;
  }

  /** Reads the file where it changed since it was looked at last (size, time, inode). True where it was read anew. */
  refresh(): boolean {
    const stamp = stampOf(this.path);
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    try {
      this.#content = this.read(readFileSync(this.path));
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const kept = this.#content === undefined ? 'nothing is known from it' : 'what was read before stays in force';
      this.report({ code: 'enrich.file', message: `${this.path}: can't be read: ${reason}; ${kept}` });
      return false;
    }
  }
}

/** Size, time and inode; where the file can't be looked at, that. */
function stampOf(path: string): string {
  try {
    const { size, mtimeMs, ino } = statSync(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return 'missing';
  }
}
