import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { InputSettings } from '../event/index.js';
import { brokenGzip, unzipped } from './gzip.js';
import type { Joining } from './joiner.js';
import { MAX_LINE_BYTES } from './lines.js';
import { failureOf, type InputFailure } from './opened.js';
import { piecesOf, StreamReader } from './stream.js';
import type { Input, Reader } from './types.js';
import { UnhurriedReader } from './unhurried.js';

/** Options of standard input. */
export interface StdinOptions {
  readonly settings: InputSettings;
  readonly report: (failure: InputFailure) => void;
  readonly maxLineBytes?: number;
  /** Which lines are one record; absent: none. */
  readonly joining?: Joining | undefined;
  /** Whether silence ends a record, and holds no other source up: the reader answers `idle`. */
  readonly follow?: boolean;
  /** Read instead of the process's standard input. */
  readonly stream?: Readable;
}

const LABEL = 'standard input';

/**
 * Opens standard input (`-`): one source `stdin`, offsets in bytes from its start, ended by its end. What is gzipped is
 * decompressed, and offsets count the decompressed bytes.
 *
 * It can't be replayed, so what was read but not committed is lost with the process. Receive time is the time of
 * reading; where standard input is a file (`< access.log`), it is that file's modification time.
 */
export function openStdin(options: StdinOptions): Input {
  const stream: Readable = options.stream ?? process.stdin;
  const modified = options.stream === undefined ? modifiedIfFile() : undefined;
  const reader = new StreamReader({
    source: { id: 'stdin', label: LABEL, settings: options.settings },
    chunks: unzipped(
      piecesOf(stream, (error) => options.report(failureOf(LABEL, error))),
      (error) => options.report(brokenGzip(LABEL, error)),
    ),
    offset: 0,
    maxLineBytes: options.maxLineBytes ?? MAX_LINE_BYTES,
    joining: options.joining,
    follow: options.follow === true,
    receiveTime: modified === undefined ? Date.now : () => modified,
    remember: false,
    onClose: async () => void stream.destroy(),
  });
  let fresh: readonly Reader[] = [options.follow === true ? new UnhurriedReader(reader) : reader];
  return {
    discover: async () => {
      const found = fresh;
      fresh = [];
      return found;
    },
    close: () => reader.close(),
  };
}

function modifiedIfFile(): number | undefined {
  try {
    const stats = fstatSync(0);
    return stats.isFile() ? Math.trunc(stats.mtimeMs) : undefined;
  } catch {
    return undefined;
  }
}
