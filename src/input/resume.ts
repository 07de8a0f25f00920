import { type FileHandle, open } from 'node:fs/promises';
import { fileId, type FileIdentity, parseCarry, parseFileId, TAIL_BYTES, type TailMark } from './fingerprint.js';
import { gzipHolds } from './gzip.js';
import { holds, readAt } from './opened.js';
import type { ResumePoint } from './types.js';

/** Where sources were left, as far as it is known: by this input since it was opened, and by the ledger before. */
export interface KnownPoints {
  of(id: string): ResumePoint | undefined;
  all(): Iterable<readonly [id: string, point: ResumePoint]>;
  /** Where a file is, by `<device>:<inode>`; undefined: it is not among those that are read. */
  pathOf(key: string): string | undefined;
}

/** A file whose place to start is looked for. */
export interface Candidate {
  readonly handle: FileHandle;
  readonly identity: FileIdentity;
  readonly gzip: boolean;
  readonly size: number;
}

/**
 * Where reading goes on. `resumed`: the same file, verified. `copied`: another file holds what was read already (a
 * copy, the compressed copy, the same file on a device with a new number). `changed`: the same inode has other content
 * now. `growing`: it may be a copy that is still being written. `new`: nothing is known of it.
 */
export interface StartPoint extends Start {
  readonly kind: 'resumed' | 'copied' | 'changed' | 'growing' | 'new';
}

/** A place to start at. */
export interface Start {
  readonly offset: number;
  /** `Source.id` of what was read up to there; undefined: from the start. */
  readonly origin: string | undefined;
}

/** The start of a file. */
export const START: Start = { offset: 0, origin: undefined };

/**
 * Finds where to go on with a file: after what was read of it, wherever it was then.
 *
 * A position is believed only if the bytes before it (1 KiB, by digest) are those that were read. So a rotated file
 * that was copied (`copytruncate`) or compressed goes on where the original was left: nothing of it is read twice, and
 * what the original had beyond is not lost. A shorter file may be a copy as far as it was written: only while all of it
 * stands in the original, so that a new file which merely begins with the same header is read at once. Costs two short
 * reads; a compressed file with a known fingerprint is decompressed up to the position.
 */
export async function startPoint(candidate: Candidate, known: KnownPoints): Promise<StartPoint> {
  const id = fileId(candidate.identity);
  const point = known.of(id);
  if (point !== undefined) {
    return (await isAt(candidate, point))
      ? { kind: 'resumed', offset: point.offset, origin: id }
      : { kind: 'changed', ...START };
  }
  return copyPoint(candidate, known);
}

async function copyPoint(candidate: Candidate, known: KnownPoints): Promise<StartPoint> {
  let best = 0;
  let origin: string | undefined;
  let growing = false;
  for (const [id, point] of known.all()) {
    const mark = parseCarry(point);
    if (mark === undefined || point.offset <= best || !isSibling(candidate.identity, id)) continue;
    if (!candidate.gzip && candidate.size < mark.at) growing ||= await isBeginningOf(candidate, known, id);
    else if (await verify(candidate, mark)) [best, origin] = [point.offset, id];
  }
  if (best > 0) return { kind: 'copied', offset: best, origin };
  return { kind: growing ? 'growing' : 'new', ...START };
}

/** Whether the end of what a file holds so far (1 KiB) stands at the same place of the source `id`, or may have. */
async function isBeginningOf({ handle, size }: Candidate, known: KnownPoints, id: string): Promise<boolean> {
  const path = known.pathOf(parseFileId(id)?.key ?? '');
  if (path === undefined) return false;
  let original: FileHandle | undefined;
  try {
    original = await open(path, 'r');
    const from = Math.max(0, size - TAIL_BYTES);
    const there = await readAt(original, from, size - from);
    // Shorter: it was truncated just now, the copy is whole.
    return there.length < size - from || there.equals(await readAt(handle, from, size - from));
  } catch {
    return true;
  } finally {
    await original?.close();
  }
}

/** Another file that begins with the same bytes. */
function isSibling(identity: FileIdentity, id: string): boolean {
  const other = parseFileId(id);
  return other !== undefined && other.fingerprint === identity.fingerprint && other.key !== identity.key;
}

async function isAt(candidate: Candidate, point: ResumePoint): Promise<boolean> {
  if (!candidate.gzip && candidate.size < point.offset) return false;
  const mark = parseCarry(point);
  return mark === undefined || verify(candidate, mark);
}

function verify(candidate: Candidate, mark: TailMark): Promise<boolean> {
  return candidate.gzip ? gzipHolds(candidate.handle, mark) : holds(candidate.handle, mark);
}
