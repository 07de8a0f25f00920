import type { RecordBatch, Source } from '../event/index.js';
import type { BufferPool } from './buffers.js';
import { digest, Tail, type TailMark, TAIL_BYTES } from './fingerprint.js';
import type { Joining } from './joiner.js';
import { LineSplitter, MAX_BATCH_BYTES } from './lines.js';
import { failureOf, fileState, fill, fillNow, holds, type InputFailure, type OpenedFile, readAt } from './opened.js';
import type { Reader, ReadResult, Skim } from './types.js';

/** How a reader of files behaves; times in milliseconds. */
export interface FileTiming {
  /** A caught-up file is looked at no oftener than this. */
  readonly poll: number;
  /** A file that was renamed away or deleted is given up after this long without growth. */
  readonly linger: number;
  /** A file that is still in place is closed after this long without growth, and opened again when it grows. */
  readonly dormant: number;
}

/** Why a reader ended: what the input has to do about the file. */
export type EndReason = 'end' | 'truncated' | 'quiet' | 'failed';

/** What a reader of one plain file needs. */
export interface PlainOptions {
  readonly source: Source;
  readonly file: OpenedFile;
  readonly offset: number;
  readonly follow: boolean;
  /** As `Reader.origin`. */
  readonly origin?: string | undefined;
  readonly maxLineBytes: number;
  /** Which lines are one record; absent: none. */
  readonly joining?: Joining | undefined;
  readonly pool: BufferPool;
  readonly timing: FileTiming;
  readonly report: (failure: InputFailure) => void;
  readonly onEnd: (reader: PlainReader, reason: EndReason) => void;
}

const IDLE: ReadResult = { kind: 'idle' };
const WAITING: ReadResult = { kind: 'waiting' };
const END: ReadResult = { kind: 'end' };

/**
 * Reads one uncompressed file by position, once or following it.
 *
 * Holds no bytes between reads: it reads again from the first byte that no batch has covered, so an unterminated last
 * line is neither returned nor passed while following (reading once, it is the last record). The handle stays on the
 * inode, so a renamed file is read to its end. When a caught-up file grows, its first bytes and those before the
 * position are compared first: a file that was truncated, or truncated and written again, ends with a report, and the
 * input opens it anew from 0. What was written after the last look and truncated before the next one is lost, as with
 * every reader of such files.
 */
export class PlainReader implements Reader {
  readonly source: Source;
  readonly origin: string | undefined;
  /** `<device>:<inode>`. */
  readonly key: string;
  /** Set by the input: no listed path leads to the file any more. */
  gone = false;
  readonly #options: PlainOptions;
  readonly #splitter: LineSplitter;
  readonly #receiveTime: number;
  readonly #headDigest: string;
  #tail: Tail | undefined;
  #capacity = MAX_BATCH_BYTES;
  #caughtUp = false;
  #ended = false;
  #closed = false;
  #seenSize = 0;
  #seenModified = 0;
  #lookedAt = Date.now();
  #grownAt = Date.now();
  /** When bytes last came, where it is followed. */
  #tookAt = 0;

  constructor(options: PlainOptions) {
    const { file, source } = options;
    this.#options = options;
    this.source = source;
    this.origin = options.origin;
    this.key = file.state.key;
    this.#receiveTime = file.state.modified;
    this.#headDigest = digest(file.head);
    this.#splitter = new LineSplitter(source, file.encoding, options.offset, options.maxLineBytes, options.joining);
  }

  /** Offset of the first byte that no batch has covered. */
  get offset(): number {
    return this.#splitter.next;
  }

  /** Where the reading stands, verifiable later; undefined before the first batch. */
  mark(): TailMark | undefined {
    return this.#tail?.mark();
  }

  /** Size and time of the file when it was last looked at: different ones later are a reason to look again. */
  get seen(): { readonly size: number; readonly modified: number } {
    return { size: this.#seenSize, modified: this.#seenModified };
  }

  carry(): string | null {
    const mark = this.mark();
    return mark === undefined ? null : JSON.stringify(mark);
  }

  skimWith(skim: Skim): void {
    this.#splitter.skim = skim;
  }

  async read(): Promise<ReadResult> {
    if (this.#ended) return END;
    try {
      if (this.#options.follow && !(await this.#mayRead())) return this.#silent();
      const batch = await this.#readBatch();
      this.#caughtUp = batch === undefined;
      if (batch !== undefined) return { kind: 'batch', batch };
    } catch (error) {
      this.#options.report({ ...failureOf(this.source.label, error), code: 'input.read' });
      return this.#end('failed');
    }
    return this.#options.follow ? this.#silent() : this.#end('end');
  }

  /** Nothing to read now: an open record is waited for, and given as it stands after its time or where the file ended. */
  #silent(): ReadResult {
    const { joining } = this.#options;
    if (joining === undefined || !this.#splitter.isOpen) return this.#ended ? END : IDLE;
    if (!this.#ended && Date.now() - this.#tookAt < joining.timeout) return WAITING;
    return { kind: 'batch', batch: this.#splitter.flush() };
  }

  async close(): Promise<void> {
    this.#ended = true;
    if (this.#closed) return;
    this.#closed = true;
    await this.#options.file.handle.close();
  }

  async #end(reason: EndReason): Promise<ReadResult> {
    this.#options.onEnd(this, reason);
    await this.close();
    return END;
  }

  /** Reads until a batch is complete or the end of the file is reached. */
  async #readBatch(): Promise<RecordBatch | undefined> {
    for (;;) {
      const buffer = this.#options.pool.take(this.#capacity);
      const from = this.#splitter.readAt;
      const { file, follow } = this.#options;
      const length = follow ? await fill(file.handle, buffer, from) : fillNow(file.handle, buffer, from);
      const final = length < buffer.length && !follow;
      const batch = length === 0 && !final ? undefined : this.#take(buffer.subarray(0, length), from, final);
      this.#options.pool.give(buffer);
      this.#seenSize = from + length;
      if (batch !== undefined) {
        this.#capacity = MAX_BATCH_BYTES;
        return batch;
      }
      if (this.#splitter.readAt === from) {
        if (length < this.#capacity) return undefined;
        this.#capacity = Math.min(this.#capacity * 2, this.#options.maxLineBytes + MAX_BATCH_BYTES);
      }
    }
  }

  #take(bytes: Buffer, from: number, final: boolean): RecordBatch | undefined {
    const { follow } = this.#options;
    const receiveTime = follow ? Date.now() : this.#receiveTime;
    if (bytes.length === 0 && this.#splitter.next === from) return undefined;
    this.#tookAt = receiveTime;
    const batch = this.#splitter.take(bytes, receiveTime, final);
    if (follow) this.#tail?.add(bytes.subarray(0, this.#splitter.readAt - from));
    return batch;
  }

  /** False while a caught-up file has not grown, and where the file is no longer the one that was read. */
  async #mayRead(): Promise<boolean> {
    if (this.#caughtUp) return this.#grew();
    const now = Date.now();
    if (now - this.#lookedAt < this.#options.timing.poll) return true;
    this.#lookedAt = now;
    return (await this.#isSame()) || this.#truncated('was truncated and written again');
  }

  /** True where a caught-up file has grown and is still the same; ends the reader where there is no more to come. */
  async #grew(): Promise<boolean> {
    const { file, timing } = this.#options;
    const now = Date.now();
    if (now - this.#lookedAt < timing.poll) return false;
    this.#lookedAt = now;
    const { size, modified, unlinked } = fileState(await file.handle.stat({ bigint: true }));
    this.#seenModified = modified;
    if (size < this.#seenSize) return this.#truncated('was truncated');
    if (size === this.#seenSize) {
      await this.#endIfQuiet(now - this.#grownAt, unlinked);
      return false;
    }
    if (!(await this.#isSame())) return this.#truncated('was truncated and written again');
    this.#grownAt = now;
    return true;
  }

  /** Compares the first bytes, and those before the position, with what was read. */
  async #isSame(): Promise<boolean> {
    const { file } = this.#options;
    const head = await readAt(file.handle, 0, file.head.length);
    if (digest(head) !== this.#headDigest) return false;
    return this.#tail === undefined || (await holds(file.handle, this.#tail.mark()));
  }

  async #truncated(how: string): Promise<false> {
    const { label } = this.source;
    const message = `${label}: ${how} at ${this.offset} bytes read; reading it again from its start`;
    this.#options.report({ code: 'input.truncated', message, path: label });
    await this.#end('truncated');
    return false;
  }

  async #endIfQuiet(quietFor: number, unlinked: boolean): Promise<void> {
    const { timing } = this.#options;
    if (quietFor > (unlinked || this.gone ? timing.linger : timing.dormant)) await this.#end('quiet');
  }

  /** Reads the bytes before the position, so that a carry can be told; called once before the first read. */
  async prime(): Promise<void> {
    if (!this.#options.follow) return;
    const at = this.#splitter.readAt;
    const from = Math.max(0, at - TAIL_BYTES);
    this.#tail = new Tail(at, await readAt(this.#options.file.handle, from, at - from));
  }
}
