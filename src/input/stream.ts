import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordBatch, Source } from '../event/index.js';
import { BOM_BYTES, detectEncoding } from './encoding.js';
import { Tail } from './fingerprint.js';
import type { Joining } from './joiner.js';
import { LineSplitter, MAX_BATCH_BYTES } from './lines.js';
import type { Reader, ReadResult, Skim } from './types.js';

/** What a reader of a stream needs. */
export interface StreamOptions {
  readonly source: Source;
  /** The bytes, piece by piece; ends at their end, and never throws (failures are reported by who made it). */
  readonly chunks: AsyncIterator<Uint8Array>;
  /** Offset to go on from: what stands before it is read and dropped. */
  readonly offset: number;
  /** As `Reader.origin`. */
  readonly origin?: string | undefined;
  readonly maxLineBytes: number;
  /** Which lines are one record; absent: none. */
  readonly joining?: Joining | undefined;
  /** Whether silence ends a record (where the stream is followed), or only the next line or the end. */
  readonly follow: boolean;
  /** Receive time of the records read now, epoch ms. */
  readonly receiveTime: () => number;
  /** Where set, a carry verifies the position later. */
  readonly remember: boolean;
  readonly onEnd?: () => void;
  readonly onClose?: () => Promise<void>;
}

/**
 * Reads bytes that come only once and in order: standard input, pipes, decompressed files.
 *
 * Offsets count these bytes from the start. `read` waits for the next piece where the stream makes it wait. The last
 * line is a record whether terminated or not. Holds one piece and the beginning of the line it ended in.
 */
export class StreamReader implements Reader {
  readonly source: Source;
  readonly origin: string | undefined;
  readonly #options: StreamOptions;
  readonly #tail: Tail | undefined;
  #splitter: LineSplitter | undefined;
  #skim: Skim | undefined;
  #window: Buffer = Buffer.alloc(0);
  /** Offset of the first byte of `#window`. */
  #at = 0;
  #finished = false;
  #pending: Promise<IteratorResult<Uint8Array>> | undefined;
  #closed = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.source = options.source;
    this.origin = options.origin;
    this.#tail = options.remember ? new Tail(0) : undefined;
  }

  /** Offset of the first byte that no batch has covered. */
  get offset(): number {
    return this.#splitter?.next ?? this.#options.offset;
  }

  carry(): string | null {
    return this.#tail === undefined ? null : JSON.stringify(this.#tail.mark());
  }

  skimWith(skim: Skim): void {
    this.#skim = skim;
    if (this.#splitter !== undefined) this.#splitter.skim = skim;
  }

  async read(): Promise<ReadResult> {
    for (;;) {
      const batch = this.#cut();
      if (batch !== undefined) return { kind: 'batch', batch };
      if (this.#finished) break;
      const chunk = await this.#next();
      if (chunk === undefined) return { kind: 'batch', batch: (this.#splitter as LineSplitter).flush() };
      if (chunk.done === true) this.#finished = true;
      else this.#append(chunk.value);
    }
    this.#options.onEnd?.();
    await this.close();
    return { kind: 'end' };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#finished = true;
    this.#window = Buffer.alloc(0);
    await this.#options.onClose?.();
  }

  /** The next piece; undefined where an open record was waited for long enough. */
  async #next(): Promise<IteratorResult<Uint8Array> | undefined> {
    const { chunks, follow, joining } = this.#options;
    this.#pending ??= chunks.next();
    const isWaiting = follow && joining !== undefined && this.#splitter?.isOpen === true;
    const chunk = await (isWaiting
      ? Promise.race([this.#pending, sleep(joining.timeout, undefined, { ref: false })])
      : this.#pending);
    if (chunk !== undefined) this.#pending = undefined;
    return chunk;
  }

  #append(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#window = this.#window.length === 0 ? bytes : Buffer.concat([this.#window, bytes]);
  }

  #cut(): RecordBatch | undefined {
    if (this.#splitter === undefined && this.#window.length < BOM_BYTES && !this.#finished) return undefined;
    const { source, offset, maxLineBytes, receiveTime, joining } = this.#options;
    this.#splitter ??= new LineSplitter(source, detectEncoding(this.#window), offset, maxLineBytes, joining);
    this.#splitter.skim = this.#skim;
    for (;;) {
      this.#drop(this.#splitter.readAt);
      const from = this.#splitter.readAt;
      if (this.#at < from) return undefined;
      if (this.#window.length === 0 && (!this.#finished || this.#splitter.next === from)) return undefined;
      const batch = this.#splitter.take(this.#piece(), receiveTime(), this.#isLast());
      this.#drop(this.#splitter.readAt);
      if (batch !== undefined || this.#splitter.readAt === from) return batch;
    }
  }

  /** What the splitter is shown at once: all there is, but no more than a batch and its longest line. */
  #piece(): Buffer {
    return this.#window.subarray(0, this.#options.maxLineBytes + MAX_BATCH_BYTES);
  }

  #isLast(): boolean {
    return this.#finished && this.#window.length <= this.#options.maxLineBytes + MAX_BATCH_BYTES;
  }

  /** Forgets the bytes before `offset`. */
  #drop(offset: number): void {
    const bytes = this.#window.subarray(0, Math.min(this.#window.length, offset - this.#at));
    if (bytes.length === 0) return;
    this.#tail?.add(bytes);
    this.#at += bytes.length;
    this.#window = this.#window.subarray(bytes.length);
  }
}

/** The pieces of a readable stream; a failure is told and ends them. */
export async function* piecesOf(
  stream: AsyncIterable<unknown>,
  onBroken: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    onBroken(error);
  }
}
