import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../event/index.js';
import { type FollowTiming, openFiles, type OpenFilesOptions } from './files.js';
import type { InputFailure } from './opened.js';
import type { Input, Reader, ResumePoint } from './types.js';

const TIMING: FollowTiming = { poll: 1, list: 0, settle: 0, copy: 200, linger: 10_000, dormant: 10_000 };
const OLD = new Date('2026-01-02T03:04:05Z');

let folder = '';
let sessions: Session[] = [];
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-input-'));
  sessions = [];
});

afterEach(async () => {
  for (const session of sessions) await session.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads an input as the engine does, and keeps the points that a ledger would. */
class Session {
  readonly points: Map<string, ResumePoint>;
  readonly failures: InputFailure[] = [];
  readonly rejected: DeadLetter[] = [];
  readonly receiveTimes = new Set<number>();
  readonly #input: Input;
  readonly #readers = new Set<Reader>();

  constructor(
    options: Partial<OpenFilesOptions> & { readonly paths: readonly string[] },
    points = new Map<string, ResumePoint>(),
  ) {
    this.points = points;
    this.#input = openFiles({
      follow: true,
      settingsFor: () => ({ timezone: 'UTC' }),
      resume: (id) => points.get(id),
      allResumes: () => points,
      report: (failure) => this.failures.push(failure),
      ...options,
      timing: { ...TIMING, ...options.timing },
    });
    sessions.push(this);
  }

  get codes(): string[] {
    return this.failures.map(({ code }) => code);
  }

  /** Everything that is there now, until every reader is idle and nothing is discovered any more. */
  async drain(): Promise<string[]> {
    const texts: string[] = [];
    for (let quiet = 0; quiet < 2; quiet++) {
      await sleep(2);
      const found = await this.#input.discover();
      for (const reader of found) this.#readers.add(reader);
      for (const reader of this.#readers) if (await this.#read(reader, texts)) quiet = -1;
    }
    return texts;
  }

  /** True where something was read. */
  async #read(reader: Reader, texts: string[]): Promise<boolean> {
    for (let some = false; ; some = true) {
      const result = await reader.read();
      if (result.kind === 'end') {
        this.#readers.delete(reader);
        await reader.close();
      }
      if (result.kind !== 'batch') return some;
      for (const record of result.batch.records) {
        texts.push(record.text);
        this.receiveTimes.add(record.receiveTime);
      }
      this.rejected.push(...result.batch.rejected);
      this.points.set(reader.source.id, { offset: result.batch.next, carry: reader.carry() });
    }
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) await reader.close();
    await this.#input.close();
  }
}

const scan = (paths: readonly string[], more: Partial<OpenFilesOptions> = {}): Session =>
  new Session({ paths, follow: false, ...more });

const many = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `line number ${from + i}`);
const linesOf = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

describe('files read once', () => {
  it('reads files, directories and globs, each file once, hidden ones not', async () => {
    mkdirSync(at('logs', 'deep'), { recursive: true });
    writeFileSync(at('logs', 'a.log'), 'a\n');
    writeFileSync(at('logs', 'deep', 'b.log'), 'b\n');
    writeFileSync(at('logs', '.hidden'), 'no\n');
    writeFileSync(at('c[1].log'), 'c\n');
    writeFileSync(at('d.txt'), 'd\n');
    symlinkSync(at('d.txt'), at('logs', 'link'));
    expect((await scan([at('logs')]).drain()).sort()).toEqual(['a', 'b', 'd']);
    expect(await scan([at('c[1].log')]).drain()).toEqual(['c']);
    expect(await scan([at('logs', '**', '*.log'), at('logs', 'a.log')]).drain()).toEqual(['a', 'b']);
  });

  it('returns an unterminated last line, and takes the time of the file', async () => {
    writeFileSync(at('x'), 'one\ntwo');
    utimesSync(at('x'), OLD, OLD);
    const session = scan([at('x')]);
    expect(await session.drain()).toEqual(['one', 'two']);
    expect([...session.receiveTimes]).toEqual([OLD.getTime()]);
    expect([...session.points.values()].map(({ offset }) => offset)).toEqual([7]);
  });

  it('reports what is missing, reads the rest', async () => {
    writeFileSync(at('x'), 'one\n');
    const session = scan([at('none'), at('*.nothing'), at('x')]);
    expect(await session.drain()).toEqual(['one']);
    expect(session.failures.map(({ message }) => message)).toEqual([
      `${at('none')}: does not exist`,
      `${at('*.nothing')}: no file matches`,
    ]);
  });

  it('reads empty files as nothing', async () => {
    writeFileSync(at('x'), '');
    const session = scan([at('x')]);
    expect([await session.drain(), session.codes]).toEqual([[], []]);
  });

  it('reads binary garbage to its end', async () => {
    const garbage = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255));
    writeFileSync(at('x'), garbage);
    const session = scan([at('x')], { maxLineBytes: 4096 });
    await session.drain();
    expect([...session.points.values()].map(({ offset }) => offset)).toEqual([garbage.length]);
  });

  it('rejects a line of 10 MiB in bounded memory and goes on after it', async () => {
    writeFileSync(at('x'), Buffer.concat([Buffer.from('a\n'), Buffer.alloc(10 << 20, 0x78), Buffer.from('\nb\n')]));
    writeFileSync(at('x.gz'), gzipSync(readFileSync(at('x'))));
    const before = process.memoryUsage().arrayBuffers;
    for (const name of ['x', 'x.gz']) {
      const session = scan([at(name)]);
      expect(await session.drain()).toEqual(['a', 'b']);
      expect(session.rejected.map(({ position, bytes }) => [position.offset, bytes.length])).toEqual([[2, 1 << 20]]);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  });

  it('reads compressed files, of several members too, with offsets of what is in them', async () => {
    const text = linesOf(many(0, 20_000));
    writeFileSync(at('x.gz'), Buffer.concat([gzipSync(text.slice(0, 1000)), gzipSync(text.slice(1000))]));
    const session = scan([at('x.gz')]);
    expect(await session.drain()).toEqual(many(0, 20_000));
    expect([...session.points.values()].map(({ offset }) => offset)).toEqual([text.length]);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 5000)],
    ['damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -5000), Buffer.alloc(5000, 0xff)])],
  ])('keeps what stands before the break of a compressed file that is %s', async (_, spoil) => {
    const texts = many(0, 200_000).map((text, i) => `${text} ${(i * 7919) % 104_729}`);
    writeFileSync(at('x.gz'), spoil(gzipSync(linesOf(texts))));
    const session = scan([at('x.gz')]);
    const got = await session.drain();
    expect(got.length).toBeGreaterThan(150_000);
    expect(got.slice(0, 150_000).every((text, i) => text === texts[i])).toBe(true);
    expect(session.codes).toEqual(['input.gzip']);
  });

  it('reads a pipe that is named', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const session = scan([at('pipe')]);
    const reading = session.drain();
    spawn('sh', ['-c', 'printf "one\\ntwo" > "$0"', at('pipe')]);
    expect(await reading).toEqual(['one', 'two']);
  });
});

describe('files followed', () => {
  it('returns lines as they are completed, with the time of reading', async () => {
    writeFileSync(at('x'), 'one\ntw');
    utimesSync(at('x'), OLD, OLD);
    const session = new Session({ paths: [at('x')] });
    const began = Date.now();
    expect(await session.drain()).toEqual(['one']);
    expect(Math.min(...session.receiveTimes)).toBeGreaterThanOrEqual(began);
    expect([...session.points.values()].map(({ offset }) => offset)).toEqual([4]);
    appendFileSync(at('x'), 'o\nthr');
    expect(await session.drain()).toEqual(['two']);
    appendFileSync(at('x'), 'ee\n');
    expect(await session.drain()).toEqual(['three']);
  });

  it('has one identity from the first complete line on', async () => {
    writeFileSync(at('x'), 'beginn');
    const session = new Session({ paths: [at('x')] });
    expect(await session.drain()).toEqual([]);
    expect(session.points.size).toBe(0);
    appendFileSync(at('x'), 'ing\n');
    expect(await session.drain()).toEqual(['beginning']);
    appendFileSync(at('x'), linesOf(many(0, 50)));
    expect(await session.drain()).toEqual(many(0, 50));
    expect(session.points.size).toBe(1);
  });

  it('reads a renamed file to its end, then the new one from its start', async () => {
    writeFileSync(at('x'), 'one\n');
    const session = new Session({ paths: [at('x')] });
    expect(await session.drain()).toEqual(['one']);
    appendFileSync(at('x'), 'two\n');
    renameSync(at('x'), at('x.1'));
    writeFileSync(at('x'), 'three\n');
    appendFileSync(at('x.1'), 'late\n');
    expect((await session.drain()).sort()).toEqual(['late', 'three', 'two']);
    expect(session.codes).toEqual([]);
  });

  it('reads a deleted file to its end and gives it up', async () => {
    writeFileSync(at('x'), 'one\n');
    const session = new Session({ paths: [at('x')], timing: { linger: 20 } });
    expect(await session.drain()).toEqual(['one']);
    appendFileSync(at('x'), 'two\n');
    unlinkSync(at('x'));
    expect(await session.drain()).toEqual(['two']);
    expect(session.codes).toEqual(['input.missing']);
    await sleep(30);
    writeFileSync(at('x'), 'three\n');
    expect(await session.drain()).toEqual(['three']);
  });

  it.each([
    ['shorter', 'new\n'],
    ['as long', 'fresh line\nother line\n'],
    ['longer', linesOf(many(0, 100))],
  ])('starts again after copytruncate, the new content %s', async (_, content) => {
    writeFileSync(at('x'), 'first line\nsecond one\n');
    const session = new Session({ paths: [at('x')] });
    expect(await session.drain()).toHaveLength(2);
    truncateSync(at('x'));
    writeFileSync(at('x'), content);
    await sleep(5);
    appendFileSync(at('x'), 'more\n');
    expect(await session.drain()).toEqual([...content.trimEnd().split('\n'), 'more']);
    expect(session.codes).toEqual(['input.truncated']);
  });

  it('starts again even where the first line is the same, as headers are', async () => {
    writeFileSync(at('x'), `#Fields: date time\n${linesOf(many(0, 5))}`);
    const session = new Session({ paths: [at('x')] });
    await session.drain();
    writeFileSync(at('x'), `#Fields: date time\n${linesOf(many(50, 70))}`);
    expect(await session.drain()).toEqual(['#Fields: date time', ...many(50, 70)]);
  });

  it('goes on in the copy where copytruncate left it, so that nothing is lost or read twice', async () => {
    writeFileSync(at('x.log'), linesOf(many(0, 100)));
    const session = new Session({ paths: [at('x.log*')] });
    expect(await session.drain()).toEqual(many(0, 100));
    appendFileSync(at('x.log'), linesOf(many(100, 120)));
    copyFileSync(at('x.log'), at('x.log.1'));
    truncateSync(at('x.log'));
    appendFileSync(at('x.log'), linesOf(many(120, 130)));
    expect((await session.drain()).sort()).toEqual(many(100, 130).sort());
  });

  it('does not read a rotated file again when it has been compressed', async () => {
    writeFileSync(at('x.log.1'), linesOf(many(0, 5000)));
    const session = new Session({ paths: [folder] });
    expect(await session.drain()).toEqual(many(0, 5000));
    writeFileSync(at('x.log.2.gz'), gzipSync(linesOf(many(0, 5010))));
    unlinkSync(at('x.log.1'));
    expect(await session.drain()).toEqual(many(5000, 5010));
  });

  it('waits for a copy that is still being written, but not for ever', async () => {
    writeFileSync(at('x.log'), linesOf(many(0, 100)));
    const session = new Session({ paths: [at('x.log*')] });
    await session.drain();
    writeFileSync(at('x.log.1'), linesOf(many(0, 10)));
    expect(await session.drain()).toEqual([]);
    await sleep(220);
    expect(await session.drain()).toEqual(many(0, 10));
  });

  it.each([
    ['in the same folder', 'x.2.log'],
    ['renamed away', 'x.old'],
  ])('does not wait for a new file that begins with the header of one read before, %s', async (_, rotated) => {
    const header = '#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n';
    const session = new Session({ paths: [at('x*.log')] });
    writeFileSync(at('x.log'), `${header}#Date: 2026-11-25\n${linesOf(many(0, 100))}`);
    expect(await session.drain()).toHaveLength(103);
    renameSync(at('x.log'), at(rotated));
    writeFileSync(at('x.log'), header);
    await session.drain();
    appendFileSync(at('x.log'), `#Date: 2026-11-26\n${linesOf(many(200, 203))}`);
    expect((await session.drain()).slice(-3)).toEqual(many(200, 203));
  });

  it('finds new files in a directory and for a glob', async () => {
    mkdirSync(at('logs'));
    const directory = new Session({ paths: [at('logs')] });
    const globbed = new Session({ paths: [at('logs', '*.log')] });
    expect(await directory.drain()).toEqual([]);
    mkdirSync(at('logs', 'sub'));
    writeFileSync(at('logs', 'sub', 'new'), 'one\n');
    writeFileSync(at('logs', 'new.log'), 'two\n');
    writeFileSync(at('logs', 'new.gz'), gzipSync('three'));
    expect((await directory.drain()).sort()).toEqual(['one', 'three', 'two']);
    expect(await globbed.drain()).toEqual(['two']);
    expect(await directory.drain()).toEqual([]);
  });

  it('waits for a file that is not there yet, and says so once', async () => {
    const session = new Session({ paths: [at('x')] });
    await session.drain();
    await session.drain();
    expect(session.codes).toEqual(['input.missing']);
    writeFileSync(at('x'), 'one\n');
    expect(await session.drain()).toEqual(['one']);
    expect(session.codes).toEqual(['input.missing']);
  });

  it.skipIf(process.getuid?.() === 0)('waits for a file that may not be read', async () => {
    writeFileSync(at('x'), 'one\n', { mode: 0o000 });
    const session = new Session({ paths: [at('x')] });
    expect(await session.drain()).toEqual([]);
    expect(session.codes).toEqual(['input.unreadable']);
    chmodSync(at('x'), 0o600);
    expect(await session.drain()).toEqual(['one']);
  });

  it('closes a quiet file and opens it where it was when it grows', async () => {
    writeFileSync(at('x'), linesOf(many(0, 3)));
    const session = new Session({ paths: [at('x')], timing: { dormant: 10 } });
    await session.drain();
    await sleep(20);
    expect(await session.drain()).toEqual([]);
    appendFileSync(at('x'), linesOf(many(3, 5)));
    expect(await session.drain()).toEqual(many(3, 5));
  });
});

describe('files resumed', () => {
  const bytes = Buffer.from(linesOf([...many(0, 8), 'mit Ümläuten', '日本 🔑', ...many(8, 12)]));

  it('goes on at any offset that was committed', async () => {
    writeFileSync(at('x'), bytes);
    writeFileSync(at('y.gz'), gzipSync(bytes));
    const texts = bytes.toString().trimEnd().split('\n');
    const starts = texts.map((_, i) => Buffer.byteLength(linesOf(texts.slice(0, i))));
    const first = new Session({ paths: [at('x')] });
    await first.drain();
    const [id] = [...first.points.keys()] as [string];
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: texts.length - 1 }), async (n) => {
        const point: ResumePoint = { offset: starts[n] as number, carry: null };
        const session = new Session({ paths: [at('x')] }, new Map([[id, point]]));
        expect(await session.drain()).toEqual(texts.slice(n));
        expect(session.points.get(id)?.offset).toBe(bytes.length);
      }),
      { numRuns: 30 },
    );
  });

  it('returns every line exactly once, wherever it is stopped and however the file grows', async () => {
    let run = 0;
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(cuts, async (sizes) => {
        const path = at(`grow-${run++}`);
        const points = new Map<string, ResumePoint>();
        const texts: string[] = [];
        for (const size of [...sizes, bytes.length].sort((a, b) => a - b)) {
          writeFileSync(path, bytes.subarray(0, size));
          const session = new Session({ paths: [path] }, points);
          texts.push(...(await session.drain()));
          expect(session.codes).toEqual([]);
          await session.close();
        }
        expect(linesOf(texts)).toBe(bytes.toString());
        expect(points.size).toBe(1);
      }),
      { numRuns: 25 },
    );
  });

  const stopped = async (): Promise<Session> => {
    writeFileSync(at('x.log'), linesOf(many(0, 10)));
    const session = new Session({ paths: [at('x.log')] });
    await session.drain();
    await session.close();
    return session;
  };

  it.each(['x.log.1', 'x.log-20260101', 'x-20260101.log'])(
    'finds the file that was rotated to %s meanwhile',
    async (name) => {
      const { points } = await stopped();
      appendFileSync(at('x.log'), linesOf(many(10, 12)));
      renameSync(at('x.log'), at(name));
      writeFileSync(at('x.log'), linesOf(many(12, 14)));
      const session = new Session({ paths: [at('x.log')] }, points);
      expect((await session.drain()).sort()).toEqual(many(10, 14).sort());
      expect(session.codes).toEqual([]);
    },
  );

  it('starts again where the same inode has other content, and says so', async () => {
    const { points } = await stopped();
    writeFileSync(at('x.log'), linesOf(many(0, 1)) + linesOf(many(500, 540)));
    const session = new Session({ paths: [at('x.log')] }, points);
    expect(await session.drain()).toEqual([...many(0, 1), ...many(500, 540)]);
    expect(session.codes).toEqual(['input.changed']);
  });

  it('starts again where the file became shorter', async () => {
    const { points } = await stopped();
    truncateSync(at('x.log'), linesOf(many(0, 4)).length);
    const session = new Session({ paths: [at('x.log')] }, points);
    expect(await session.drain()).toEqual(many(0, 4));
    expect(session.codes).toEqual(['input.changed']);
  });

  it('knows the same file again on a device with another number', async () => {
    const { points } = await stopped();
    const moved = new Map([...points].map(([id, point]) => [id.replace(/^file:\d+/u, 'file:99999'), point]));
    appendFileSync(at('x.log'), linesOf(many(10, 12)));
    expect(await new Session({ paths: [at('x.log')] }, moved).drain()).toEqual(many(10, 12));
  });

  it('goes on in a compressed file', async () => {
    const texts = many(0, 30_000);
    writeFileSync(at('x.gz'), gzipSync(linesOf(texts)));
    const session = new Session({ paths: [at('x.gz')] });
    await session.drain();
    const [id] = [...session.points.keys()] as [string];
    const points = new Map([[id, { offset: linesOf(texts.slice(0, 12_345)).length, carry: null }]]);
    expect(await new Session({ paths: [at('x.gz')] }, points).drain()).toEqual(texts.slice(12_345));
  });
});
