import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Failure } from '../event/index.js';
import { detectEncoding, type Encoding } from './encoding.js';
import { digest, HEAD_BYTES, type TailMark, TAIL_BYTES } from './fingerprint.js';

/** A failure at a path, as inputs report it. */
export type InputFailure = Failure & { readonly path: string };

/** Size and place of a file at one moment. */
export interface FileState {
  /** `<device>:<inode>`. */
  readonly key: string;
  readonly size: number;
  /** Last change of its content, epoch ms. */
  readonly modified: number;
  /** True where no directory names it any more. */
  readonly unlinked: boolean;
}

/** What `stat` says with 64-bit numbers (inodes of some file systems exceed a double's integers). */
interface BigStats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeMs: bigint;
  readonly nlink: bigint;
}

/** The state that file system statistics describe. */
export function fileState(stats: BigStats): FileState {
  return {
    key: `${stats.dev}:${stats.ino}`,
    size: Number(stats.size),
    modified: Number(stats.mtimeMs),
    unlinked: stats.nlink === 0n,
  };
}

/** An opened file with what its first bytes tell. */
export interface OpenedFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly state: FileState;
  /** The first bytes, `HEAD_BYTES` at most. */
  readonly head: Buffer;
  readonly encoding: Encoding;
}

/** Opens a regular file and reads its first bytes. Rejects with the system's error; leaves nothing open then. */
export async function openFile(path: string): Promise<OpenedFile> {
  const handle = await open(path, 'r');
  try {
    const state = fileState(await handle.stat({ bigint: true }));
    const head = await readAt(handle, 0, HEAD_BYTES);
    return { path, handle, state, head, encoding: detectEncoding(head) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Up to `length` bytes at `position`, fewer only at the end of the file. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  const read = await fill(handle, buffer, position);
  return buffer.subarray(0, read);
}

/** Fills `buffer` from `position` on; returns the bytes read, fewer only at the end of the file. */
export async function fill(handle: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** True where the bytes before `mark.at` are still those that were read. Two small reads at most. */
export async function holds(handle: FileHandle, mark: TailMark): Promise<boolean> {
  const from = Math.max(0, mark.at - TAIL_BYTES);
  const bytes = await readAt(handle, from, mark.at - from);
  return bytes.length === mark.at - from && digest(bytes) === mark.tail;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user; give it read permission (or a group that has it)',
  EPERM: 'may not be read by this user; give it read permission (or a group that has it)',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
  EISDIR: 'became a directory',
  ENXIO: 'is a socket or a device that is not there; use - for standard input',
  EIO: 'the device answers with an error',
  ESTALE: 'the network file system no longer knows it',
};

/** The failure that a system error at `path` means, in words. */
export function failureOf(path: string, error: unknown): InputFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return { code: code === 'ENOENT' ? 'input.missing' : 'input.unreadable', message: `${path}: ${reason}`, path };
}

/**
 * The same at once, for a regular file that is read from end to end: the page cache has it sooner than a promise turns.
 * Throws the system's error.
 */
export function fillNow(handle: FileHandle, buffer: Buffer, position: number): number {
  let length = 0;
  while (length < buffer.length) {
    const bytes = readSync(handle.fd, buffer, length, buffer.length - length, position + length);
    if (bytes === 0) break;
    length += bytes;
  }
  return length;
}
