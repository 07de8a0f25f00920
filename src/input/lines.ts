import { isAscii, isUtf8 } from 'node:buffer';
import type { DeadLetter, LogRecord, RecordBatch, Source } from '../event/index.js';
import { Joiner, type Joining } from './joiner.js';
import { decodeUtf16, type Encoding, firstLineEnd, lastLineEnd } from './encoding.js';
import type { Skim } from './types.js';

/**
 * A batch's records are cut from at most this many bytes, unless one line is longer. A text of this size is still an
 * ordinary object of V8's young generation (below 128 KiB), which makes it cheap to forget.
 */
export const MAX_BATCH_BYTES = 120 * 1024;
/** At most this many records in a batch. */
export const MAX_BATCH_RECORDS = 8192;
/** A line longer than this becomes a dead letter, unless the input says otherwise. */
export const MAX_LINE_BYTES = 1024 * 1024;

const CR = 13;

/**
 * Cuts the bytes of one source into records, batch by batch, with exact byte offsets.
 *
 * A record is a line without its LF or CR LF; an empty line is no record; NUL stays. The caller gives the bytes that
 * stand at `readAt`, as many as it has, and after each call gives them again from the new `readAt`; a batch comes back
 * as soon as one line is complete, with `next` after the last complete line. A line longer than `maxLineBytes` is
 * rejected with its first bytes once its end is seen, and holds no more memory than those. Only the last line, with
 * `final`, may lack its end. With `joining`, several lines may be one record, at the offset of its first; `next` stays
 * before a record that is open, which `final` or `flush` ends. Linear; the fast path (ASCII) decodes once per batch and slices.
 */
export class LineSplitter {
  readonly #source: Source;
  readonly #encoding: Encoding;
  readonly #maxLineBytes: number;
  #readAt: number;
  /** The line being skipped because it is too long: where it starts and its first bytes. */
  #oversized: { readonly offset: number; readonly head: Buffer } | undefined;
  /** Where set, whole ASCII lines are shown to it first. */
  skim: Skim | undefined;
  readonly #joiner: Joiner | undefined;
  #skimmed = 0;
  #newest = -Infinity;
  #records: LogRecord[] = [];
  #rejected: DeadLetter[] = [];

  constructor(source: Source, encoding: Encoding, offset: number, maxLineBytes: number, joining?: Joining) {
    this.#joiner = joining && new Joiner(joining);
    this.#source = source;
    this.#encoding = encoding;
    this.#readAt = Math.max(offset, encoding.bom);
    this.#maxLineBytes = maxLineBytes;
  }

  /** Offset of the byte that `take` expects first. */
  get readAt(): number {
    return this.#readAt;
  }

  /** Offset of the first byte that no batch has covered: what may be committed. */
  get next(): number {
    return this.#joiner?.offset ?? this.#oversized?.offset ?? this.#readAt;
  }

  /** Whether the last record may go on. */
  get isOpen(): boolean {
    return this.#joiner?.offset !== undefined;
  }

  /** The record that is open, as it stands. */
  flush(): RecordBatch {
    this.#begin();
    this.#joiner?.close(this.#records);
    return this.#batch();
  }

  /** The next batch out of `bytes` (which start at `readAt`); undefined: nothing complete in them. */
  take(bytes: Buffer, receiveTime: number, final: boolean): RecordBatch | undefined {
    if (this.#oversized !== undefined) return this.#skip(bytes, receiveTime, final);
    const stop = this.#stop(bytes, final);
    if (stop === 0) {
      if (bytes.length > this.#maxLineBytes) this.#startSkipping(bytes);
      else if (final && this.isOpen) return this.flush();
      return undefined;
    }
    this.#begin();
    const used = this.#split(bytes.subarray(0, stop), receiveTime);
    this.#readAt += used;
    if (final && used === bytes.length) this.#joiner?.close(this.#records);
    return this.isOpen && this.#isEmpty() ? undefined : this.#batch();
  }

  #begin(): void {
    this.#records = [];
    this.#rejected = [];
    this.#skimmed = 0;
    this.#newest = -Infinity;
  }

  #isEmpty(): boolean {
    return this.#records.length + this.#rejected.length + this.#skimmed === 0;
  }

  /** Where the region to split ends: after the last line end within a batch's size, else after the first beyond. */
  #stop(bytes: Buffer, final: boolean): number {
    const within = bytes.length <= MAX_BATCH_BYTES ? bytes : bytes.subarray(0, MAX_BATCH_BYTES);
    const last = lastLineEnd(within, this.#encoding);
    if (last > 0) return last;
    const beyond = within === bytes ? 0 : firstLineEnd(bytes, MAX_BATCH_BYTES, this.#encoding);
    if (beyond > 0) return beyond;
    return final && bytes.length <= this.#maxLineBytes ? bytes.length : 0;
  }

  #startSkipping(bytes: Buffer): void {
    this.#oversized = { offset: this.#readAt, head: Buffer.from(bytes.subarray(0, this.#maxLineBytes)) };
    this.#readAt += bytes.length - (bytes.length % this.#encoding.unit);
  }

  #skip(bytes: Buffer, receiveTime: number, final: boolean): RecordBatch | undefined {
    const end = firstLineEnd(bytes, 0, this.#encoding);
    if (end === 0 && !final) {
      this.#readAt += bytes.length - (bytes.length % this.#encoding.unit);
      return undefined;
    }
    const oversized = this.#oversized as { readonly offset: number; readonly head: Buffer };
    this.#readAt += end === 0 ? bytes.length : end;
    this.#oversized = undefined;
    this.#begin();
    this.#joiner?.close(this.#records);
    this.#rejected = [this.#tooLong(oversized.offset, this.#readAt - oversized.offset, oversized.head, receiveTime)];
    return this.#batch();
  }

  #batch(): RecordBatch {
    const batch = { source: this.#source, records: this.#records, next: this.next, rejected: this.#rejected };
    const lines = this.#skimmed;
    this.#skimmed = 0;
    return lines === 0 ? batch : { ...batch, skimmed: { lines, newest: this.#newest } };
  }

  /** Whether an ASCII line is passed over. */
  #isSkimmed(bytes: Buffer, start: number, end: number, receiveTime: number): boolean {
    const time = this.skim === undefined || this.isOpen ? Number.NaN : this.skim(bytes, start, end, receiveTime);
    if (Number.isNaN(time)) return false;
    this.#skimmed++;
    if (time > this.#newest) this.#newest = time;
    return true;
  }

  /** Splits whole lines; returns the bytes used, fewer than given where the batch has enough records. */
  #split(bytes: Buffer, receiveTime: number): number {
    if (this.#encoding.unit === 2) {
      const used = 2 * this.#splitText(decodeUtf16(bytes, this.#encoding), bytes, 2, receiveTime);
      return used === bytes.length - 1 ? bytes.length : used;
    }
    if (isAscii(bytes)) return this.#splitText(bytes.toString('latin1'), bytes, 1, receiveTime);
    return this.#splitMixed(bytes, receiveTime);
  }

  /** Every character is `unit` bytes wide, so string positions give byte offsets. Returns the characters used. */
  #splitText(text: string, bytes: Buffer, unit: number, receiveTime: number): number {
    const records = this.#records;
    const base = this.#readAt;
    const limit = this.#maxLineBytes;
    const skims = unit === 1 && this.skim !== undefined;
    let start = 0;
    while (start < text.length && records.length < MAX_BATCH_RECORDS) {
      let newline = text.indexOf('\n', start);
      if (newline < 0) newline = text.length;
      const end = text.charCodeAt(newline - 1) === CR && newline > start ? newline - 1 : newline;
      if ((end - start) * unit > limit) this.#reject(bytes, start * unit, end * unit, receiveTime);
      else if (end > start && !(skims && this.#isSkimmed(bytes, start, end, receiveTime))) {
        this.#add({ text: text.slice(start, end), offset: base + start * unit, receiveTime, bytes: undefined });
      } else if (end === start) this.#joiner?.blank();
      start = newline + 1;
    }
    return Math.min(start, text.length);
  }

  /**
   * Lines with and without other characters: those between two bytes above 127 are sliced as ASCII is, the others
   * decoded one by one, with their bytes kept where the text doesn't tell them. Returns the bytes used.
   */
  #splitMixed(bytes: Buffer, receiveTime: number): number {
    const records = this.#records;
    const text = bytes.toString('latin1');
    let start = 0;
    const valid = isUtf8(bytes);
    let other = nextNonAscii(bytes, 0);
    while (start < bytes.length && records.length < MAX_BATCH_RECORDS) {
      let newline = text.indexOf('\n', start);
      if (newline < 0) newline = bytes.length;
      const end = bytes[newline - 1] === CR && newline > start ? newline - 1 : newline;
      const offset = this.#readAt + start;
      if (end - start > this.#maxLineBytes) this.#reject(bytes, start, end, receiveTime);
      else if (other < end) {
        const kept = valid ? undefined : invalidBytes(bytes, start, end);
        this.#add({ text: bytes.toString('utf8', start, end), offset, receiveTime, bytes: kept });
      } else if (end > start && !this.#isSkimmed(bytes, start, end, receiveTime)) {
        this.#add({ text: text.slice(start, end), offset, receiveTime, bytes: undefined });
      } else if (end === start) this.#joiner?.blank();
      start = newline + 1;
      if (other < start) other = nextNonAscii(bytes, start);
    }
    return Math.min(start, bytes.length);
  }

  #add(record: LogRecord): void {
    if (this.#joiner === undefined) this.#records.push(record);
    else this.#joiner.add(record, this.#records);
  }

  #reject(bytes: Buffer, start: number, end: number, receiveTime: number): void {
    this.#joiner?.close(this.#records);
    const head = Buffer.from(bytes.subarray(start, Math.min(end, start + this.#maxLineBytes)));
    this.#rejected.push(this.#tooLong(this.#readAt + start, end - start, head, receiveTime));
  }

  #tooLong(offset: number, length: number, head: Buffer, receiveTime: number): DeadLetter {
    const message =
      `line of ${length} bytes is longer than ${this.#maxLineBytes}; the first ${head.length} are kept here. ` +
      'If such lines are expected, raise `max-line` in the configuration';
    return {
      position: { source: this.#source.id, offset, sub: 0 },
      label: this.#source.label,
      receiveTime,
      bytes: head,
      failure: { code: 'input.line-too-long', message },
    };
  }
}

const ASCII_BLOCK = 4096;

/** Index of the first byte above 127 at or after `from`; the length where there is none. Linear over a whole batch. */
function nextNonAscii(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const end = Math.min(bytes.length, (Math.floor(at / ASCII_BLOCK) + 1) * ASCII_BLOCK);
    if (at % ASCII_BLOCK === 0 && isAscii(bytes.subarray(at, end))) at = end;
    else for (; at < end; at++) if ((bytes[at] as number) > 127) return at;
  }
  return bytes.length;
}

/** A copy of a line that is no valid UTF-8; undefined where it is. */
function invalidBytes(bytes: Buffer, start: number, end: number): Uint8Array | undefined {
  const line = bytes.subarray(start, end);
  return isUtf8(line) ? undefined : Uint8Array.from(line);
}
