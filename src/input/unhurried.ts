import { setTimeout as sleep } from 'node:timers/promises';
import type { Reader, ReadResult } from './types.js';

/** Milliseconds a quiet stream is waited for. */
const PATIENCE = 20;

/** A stream's reader that answers `idle` rather than wait, so that it holds no other source up. */
export class UnhurriedReader implements Reader {
  readonly source: Reader['source'];
  readonly #reader: Reader;
  #pending: Promise<ReadResult> | undefined;

  constructor(reader: Reader) {
    this.source = reader.source;
    this.#reader = reader;
  }

  async read(): Promise<ReadResult> {
    this.#pending ??= this.#reader.read();
    const result = await Promise.race([this.#pending, sleep(PATIENCE, undefined, { ref: false })]);
    if (result === undefined) return { kind: 'idle' };
    this.#pending = undefined;
    return result;
  }

  carry(): string | null {
    return this.#reader.carry();
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
