import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type Database from 'libsql';
import { openDatabase } from './database.js';
import { fileTrouble } from './file-words.js';
import type { EventOutput, Output } from './types.js';

/** Where alert revisions are written as lines of JSON. */
export interface NdjsonOptions {
  /** Names the cursor: the same name goes on where it was. */
  readonly name: string;
  /** The ledger's store, which holds the outbox. */
  readonly store: string;
  /** A file, or a stream such as standard output. */
  readonly to: string | Writable;
}

const ROWS_AT_ONCE = 500;

/**
 * Writes each alert revision as one line: the document as JSON, in the order of commits.
 *
 * At least once: the cursor moves after the lines are on the disk (fsync), so after a crash some lines may come twice,
 * told apart by `event.id` and `sekisho.alert.revision`; a revision that was replaced before it was written is left
 * out. The file is only appended to and is opened again where it was moved or deleted (logrotate needs no signal). A
 * line that a crash tore is removed at opening.
 */
export function openNdjson(options: NdjsonOptions): Output {
  return new NdjsonOutput(options);
}

/**
 * Writes every event as one line, its document as JSON, to a file (`-`: standard output) that is kept as that of alerts is.
 * A repeat after a crash is a second line.
 */
export function openEventLines(path: string): EventOutput {
  const sink = path === '-' ? streamSink(process.stdout) : new FileSink(path);
  return {
    name: `ndjson:${path}`,
    write: async (events) => {
      try {
        await sink.write(events.map(({ json }) => `${json}\n`).join(''));
        return { events: [], reason: '' };
      } catch (error) {
        return { events, reason: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => sink.close(),
  };
}

type Row = readonly [seq: number, document: string];

/** Puts a text where it belongs; durable (or accepted by the stream) when it returns. */
interface Sink {
  /** Fails where nothing could be written; a file is there afterwards. */
  open(): Promise<void>;
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

class NdjsonOutput implements Output {
  readonly name: string;
  readonly #store: string;
  readonly #sink: Sink;
  #database: Database.Database | undefined;
  #cursor = 0;

  constructor({ name, store, to }: NdjsonOptions) {
    this.name = name;
    this.#store = store;
    this.#sink = typeof to === 'string' ? new FileSink(to) : streamSink(to);
  }

  async pump(): Promise<void> {
    if (this.#database === undefined) await this.#sink.open();
    const database = (this.#database ??= this.#open());
    const next = database.prepare('SELECT seq, document FROM alerts WHERE seq > ? ORDER BY seq LIMIT ?').raw();
    for (;;) {
      const rows = next.all([this.#cursor, ROWS_AT_ONCE]) as Row[];
      const last = rows.at(-1);
      if (last === undefined) return;
      await this.#sink.write(rows.map(([, document]) => `${document}\n`).join(''));
      database.prepare('INSERT OR REPLACE INTO outbox VALUES (?, ?)').run([this.name, last[0]]);
      this.#cursor = last[0];
    }
  }

  async close(): Promise<void> {
    this.#database?.close();
    this.#database = undefined;
    await this.#sink.close();
  }

  #open(): Database.Database {
    const database = openDatabase(this.#store, true);
    const row = database.prepare('SELECT seq FROM outbox WHERE output = ?').raw().get([this.name]) as
      [number] | undefined;
    this.#cursor = row?.[0] ?? 0;
    if (row === undefined) database.prepare('INSERT INTO outbox VALUES (?, 0)').run([this.name]);
    return database;
  }
}

/** A file that is appended to, wherever a rotation moved its predecessor. */
class FileSink implements Sink {
  readonly #path: string;
  #handle: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {
    try {
      await this.#current();
    } catch (error) {
      throw fileTrouble(error);
    }
  }

  async write(text: string): Promise<void> {
    try {
      const handle = await this.#current();
      await handle.appendFile(text);
      await handle.sync();
    } catch (error) {
      await this.close();
      throw fileTrouble(error);
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #current(): Promise<FileHandle> {
    if (this.#handle !== undefined && !(await isAt(this.#handle, this.#path))) await this.close();
    if (this.#handle === undefined) {
      this.#handle = await open(this.#path, 'a+');
      await mendEnd(this.#handle);
    }
    return this.#handle;
  }
}

async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  const mine = await handle.stat({ bigint: true });
  return there?.ino === mine.ino && there.dev === mine.dev;
}

/** Removes a torn last line of ours (it begins with a brace); ends a foreign one with a line feed. */
async function mendEnd(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  const from = await lastLineStart(handle, size);
  if (from === size) return;
  const first = await handle.read(Buffer.alloc(1), 0, 1, from);
  if (first.buffer[0] === 0x7b) await handle.truncate(from);
  else await handle.appendFile('\n');
}

/** Offset after the last line feed; 0 where there is none. */
async function lastLineStart(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const newline = block.subarray(0, bytesRead).lastIndexOf(10);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

function streamSink(stream: Writable): Sink {
  return {
    open: async () => undefined,
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    close: async () => undefined,
  };
}
