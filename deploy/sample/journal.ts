import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { SECOND } from './moment.js';
import { LATE, ROTATED_AT, STORY } from './story.js';

interface Line {
  readonly time: number;
  readonly text: string;
}
/** One file as written: its path below the folder of logs, its lines, and the modification time it was given (its last line's, in whole seconds). */
export interface Written {
  readonly path: string;
  readonly lines: number;
  readonly modified: number;
}

/** Collects the lines of every file in any order; `write` puts them in order of time, as the programs would have written them. */
export class Journal {
  readonly #files = new Map<string, Line[]>();

  /** Adds a line to a file (a path below the folder of logs). What happens after the last day is left out. */
  add(path: string, time: number, text: string): void {
    if (time >= STORY.end) return;
    const lines = this.#files.get(path);
    if (lines === undefined) this.#files.set(path, [{ time, text }]);
    else lines.push({ time, text });
  }

  /**
   * Writes every file below the folder, making folders where missing and replacing files of the same name, and leaves
   * everything else there alone. Lines of equal time keep the order in which they were added. Throws what the file system throws.
   */
  write(folder: string): readonly Written[] {
    const written: Written[] = [];
    for (const path of [...this.#files.keys()].sort()) {
      const lines = (this.#files.get(path) ?? []).sort((a, b) => a.time - b.time);
      const rotated = path === 'web-1/access.log' ? lines.filter((line) => line.time < ROTATED_AT) : [];
      if (rotated.length > 0) written.push(writeFile(folder, `${path}.1.gz`, rotated));
      written.push(writeFile(folder, path, lines.slice(rotated.length)));
    }
    return written;
  }
}

function writeFile(folder: string, path: string, lines: readonly Line[]): Written {
  const target = join(folder, path);
  const text = Buffer.from(lines.map((line) => `${line.text}\n`).join(''), 'utf8');
  const last = lines[lines.length - 1]?.time ?? 0;
  const written = Math.ceil(last / SECOND) * SECOND;
  const modified = path === LATE.file ? written + LATE.by : written;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, path.endsWith('.gz') ? zip(text) : text);
  utimesSync(target, modified / 1_000, modified / 1_000);
  return { path, lines: lines.length, modified };
}

/** Gzip with Huffman codes alone: searching for matches differs between processors, and the sample is the same to the byte everywhere. */
function zip(bytes: Buffer): Buffer {
  const zipped = gzipSync(bytes, { strategy: constants.Z_HUFFMAN_ONLY });
  zipped[9] = 3; // the header's operating system, which zlib takes from the machine
  return zipped;
}
