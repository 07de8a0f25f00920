import { createHash } from 'node:crypto';
import type { ResumePoint } from './types.js';

/** Bytes at the start of a file that its fingerprint is taken from, at most. */
export const HEAD_BYTES = 256;
/** Bytes before a committed position that are remembered, so that the position can be verified. */
export const TAIL_BYTES = 1024;

/**
 * Fingerprint of a file: the hash of its first line with its line feed, or of its first 256 bytes where that line is
 * longer. It is the same however the file grows afterwards.
 *
 * Undefined while the first line is incomplete (and shorter than that), unless `whole` says that no more will come:
 * a followed file has no identity before its first line is complete, and needs none, since nothing of it is read.
 */
export function fingerprint(head: Buffer, whole: boolean): string | undefined {
  const first = head.subarray(0, HEAD_BYTES);
  const newline = first.indexOf(10);
  if (newline < 0 && first.length < HEAD_BYTES && !whole) return undefined;
  return digest(newline < 0 ? first : first.subarray(0, newline + 1));
}

/** 64 bits of SHA-256, in hex. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** Identity of a file: device and inode as they stand, and the fingerprint of what is in it. */
export interface FileIdentity {
  /** `<device>:<inode>`. */
  readonly key: string;
  readonly fingerprint: string;
}

/** `file:<device>:<inode>:<fingerprint>`: the `Source.id` of a file. */
export function fileId(identity: FileIdentity): string {
  return `file:${identity.key}:${identity.fingerprint}`;
}

/** Reads a `Source.id` back; undefined where it names no file. */
export function parseFileId(id: string): FileIdentity | undefined {
  const match = /^file:(\d+:\d+):([0-9a-f]+)$/u.exec(id);
  return match === null ? undefined : { key: match[1] as string, fingerprint: match[2] as string };
}

/** What a carry remembers: that the bytes before `at` (at most `TAIL_BYTES`) have the digest `tail`. */
export interface TailMark {
  readonly at: number;
  readonly tail: string;
}

/** Reads the tail mark of a resume point; undefined where there is none. Never throws. */
export function parseCarry(point: ResumePoint): TailMark | undefined {
  if (point.carry === null) return undefined;
  try {
    const value = JSON.parse(point.carry) as Partial<TailMark> | null;
    return typeof value?.at === 'number' && typeof value.tail === 'string' ? (value as TailMark) : undefined;
  } catch {
    return undefined;
  }
}

/** The last `TAIL_BYTES` bytes before a position that moves forward. Costs one short copy per batch. */
export class Tail {
  #bytes: Buffer = Buffer.alloc(0);
  #at: number;

  constructor(at: number, bytes: Buffer = Buffer.alloc(0)) {
    this.#at = at;
    this.#bytes = bytes;
  }

  /** Says that `bytes` followed. */
  add(bytes: Buffer): void {
    this.#at += bytes.length;
    this.#bytes =
      bytes.length >= TAIL_BYTES
        ? Buffer.from(bytes.subarray(bytes.length - TAIL_BYTES))
        : Buffer.concat([this.#bytes, bytes]).subarray(-TAIL_BYTES);
  }

  /** As it stands now. */
  mark(): TailMark {
    return { at: this.#at, tail: digest(this.#bytes) };
  }
}
