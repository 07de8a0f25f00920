import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { HEAD_BYTES, Tail, type TailMark } from './fingerprint.js';
import type { InputFailure } from './opened.js';

/** Compressed bytes that the first decompressed ones are looked for in; they give 1 MiB at the very most. */
const PROBE_BYTES = 1024;
/** Compressed bytes taken and decompressed bytes given at once. */
const STEP_BYTES = 16 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** How a gzip member with deflate begins (RFC 1952, section 2.3.1). */
const MAGIC = Buffer.from([0x1f, 0x8b, 8]);

/** True where the bytes begin a gzip member with deflate. */
export function isGzip(head: Uint8Array): boolean {
  return MAGIC.equals(head.subarray(0, MAGIC.length));
}

/** The first decompressed bytes of a gzip file (`HEAD_BYTES` at most); empty where none can be told. Bounded. */
export async function gzipHead(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(PROBE_BYTES), 0, PROBE_BYTES, 0);
  try {
    return gunzipSync(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD_BYTES);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Decompressed pieces of a file, with what stopped them if it was not the end. */
export interface Gunzip {
  readonly chunks: AsyncGenerator<Buffer, void>;
  close(): void;
}

/**
 * Decompresses a file from its first byte, several members one after the other, in bounded memory.
 *
 * A broken or incomplete file gives what stands before the break (but for 64 KiB at most, and perhaps with some garbage
 * after it: deflate notices late), then calls `onBroken` and ends. The handle stays open.
 */
export function gunzipFile(handle: FileHandle, onBroken: (error: Error) => void): Gunzip {
  return gunzipStream(Readable.from(compressed(handle)), onBroken);
}

/**
 * The pieces of a stream as they are, or decompressed where they begin as gzip does: standard input, pipes. A break is
 * told as `gunzipFile` tells it. Holds back two bytes at most; ends with `pieces`, and ends these where it is left early.
 */
export async function* unzipped(
  pieces: AsyncGenerator<Uint8Array, void>,
  onBroken: (error: Error) => void,
): AsyncGenerator<Uint8Array, void> {
  let head: Uint8Array = Buffer.alloc(0);
  let next = await pieces.next();
  while (next.done !== true) {
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
    if (head.length >= MAGIC.length || !MAGIC.subarray(0, head.length).equals(head)) break;
    next = await pieces.next();
  }
  if (!isGzip(head)) {
    if (head.length > 0) yield head;
    return yield* pieces;
  }
  const gunzip = gunzipStream(Readable.from(steps(head, pieces)), onBroken);
  try {
    yield* gunzip.chunks;
  } finally {
    gunzip.close();
  }
}

/** A piece and those behind it, in steps as short as those of `compressed`. */
async function* steps(first: Uint8Array, rest: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  for (let piece = first, next; ; piece = next.value) {
    for (let at = 0; at < piece.length; at += STEP_BYTES) yield piece.subarray(at, at + STEP_BYTES);
    next = await rest.next();
    if (next.done === true) return;
  }
}

function gunzipStream(file: Readable, onBroken: (error: Error) => void): Gunzip {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  let failure: Error | undefined;
  let closed = false;
  gunzip.on('error', (error) => (failure ??= error));
  file.on('error', (error) => {
    failure ??= error;
    gunzip.destroy();
  });
  file.pipe(gunzip);
  async function* chunks(): AsyncGenerator<Buffer, void> {
    yield* drain(gunzip);
    if (failure !== undefined && !closed) onBroken(failure);
  }
  return {
    chunks: chunks(),
    close: () => {
      closed = true;
      file.destroy();
      gunzip.destroy();
    },
  };
}

/** The file as it stands on the disk, in steps short enough that a break costs little of what stands before it. */
async function* compressed(handle: FileHandle): AsyncGenerator<Buffer, void> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(STEP_BYTES), 0, STEP_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Everything a stream gives, also what it still holds after it failed; ends with it. */
async function* drain(stream: Readable): AsyncGenerator<Buffer, void> {
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk !== null) yield chunk;
    else if (stream.closed || stream.readableEnded) return;
    else await nextChange(stream);
  }
}

function nextChange(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'error', 'close'];
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** True where the decompressed file has the bytes that a mark remembers. Decompresses up to the mark. */
export async function gzipHolds(handle: FileHandle, mark: TailMark): Promise<boolean> {
  const gunzip = gunzipFile(handle, () => undefined);
  let at = 0;
  let tail: Tail | undefined;
  try {
    for await (const chunk of gunzip.chunks) {
      tail ??= new Tail(0);
      tail.add(chunk.subarray(0, mark.at - at));
      at += Math.min(chunk.length, mark.at - at);
      if (at === mark.at) return tail.mark().tail === mark.tail;
    }
    return false;
  } finally {
    gunzip.close();
  }
}

/** What is told of a compressed file that breaks off. */
export function brokenGzip(path: string, error: Error): InputFailure {
  const message = `${path}: the compressed data break off or are damaged (${error.message}); kept what stands before`;
  return { code: 'input.gzip', message, path };
}
