import type { InputSettings } from '../event/index.js';
import { BufferPool } from './buffers.js';
import { fileId, type FileIdentity, fingerprint } from './fingerprint.js';
import { brokenGzip, gunzipFile, gzipHead, isGzip, unzipped } from './gzip.js';
import type { Joining } from './joiner.js';
import { MAX_LINE_BYTES } from './lines.js';
import { failureOf, type InputFailure, openFile, type OpenedFile } from './opened.js';
import { findRotated, type Listed, type Listing, listPaths } from './paths.js';
import { type EndReason, type FileTiming, PlainReader } from './plain.js';
import { type Candidate, type KnownPoints, type Start, START, startPoint } from './resume.js';
import { openStream } from './pipe.js';
import { type StreamOptions, StreamReader } from './stream.js';
import type { Input, Reader, ResumePoint } from './types.js';
import { UnhurriedReader } from './unhurried.js';

/** When a followed set of files is looked at; milliseconds. */
export interface FollowTiming extends FileTiming {
  /** Directories and globs are listed again no oftener than this. */
  readonly list: number;
  /** A compressed file is read once it has not been written to for this long. */
  readonly settle: number;
  /** A file that holds the beginning of one that stands beside it may be its copy being written: waited for this long. */
  readonly copy: number;
}

/** The times that `openFiles` keeps where it is told no others. */
export const FOLLOW_TIMING: FollowTiming = {
  poll: 250,
  list: 1000,
  settle: 2000,
  copy: 30_000,
  linger: 5 * 60_000,
  dormant: 15 * 60_000,
};

/** What `openFiles` reads, and how. */
export interface OpenFilesOptions {
  /** Files, directories, globs. */
  readonly paths: readonly string[];
  /** False: read once to the end (`scan`). True: follow growth, rotation, truncation, deletion, new files (`run`). */
  readonly follow: boolean;
  readonly settingsFor: (path: string) => InputSettings;
  /** Where the ledger says a source was left. */
  readonly resume: (sourceId: string) => ResumePoint | undefined;
  /** Every source the ledger knows: lets files be found again that were rotated, copied or compressed meanwhile. */
  readonly allResumes?: () => Iterable<readonly [sourceId: string, point: ResumePoint]>;
  /** Told once for each trouble, and again only after it went away in between. */
  readonly report: (failure: InputFailure) => void;
  readonly maxLineBytes?: number;
  /** Which lines of a path are one record; absent: none. */
  readonly joiningFor?: ((path: string) => Joining | undefined) | undefined;
  readonly timing?: Partial<FollowTiming>;
}

/**
 * Opens a set of files as an input.
 *
 * `Source.id` is `file:<device>:<inode>:<fingerprint>`; the fingerprint is taken from the first line (256 bytes at
 * most), so it is fixed from the moment there is something to read. What is missing or unreadable is reported and, when
 * following, tried again with every `discover`; nothing here throws for it. A file that is truncated ends and appears
 * as a new reader from 0. A reader that is quiet for long ends too, and appears again, where it was left, when its file
 * grows: to the engine that is a source that went and came. Compressed files are read once; their offsets count
 * decompressed bytes.
 */
export function openFiles(options: OpenFilesOptions): Input {
  return new FilesInput(options);
}

/** A file that no reader reads now: looked at again when its size or its time differs. */
interface Resting {
  readonly size: number;
  readonly modified: number;
}

/** Troubles that are met again with every look. */
const LASTING: ReadonlySet<string> = new Set(['input.missing', 'input.unreadable', 'input.read', 'input.gzip']);

class FilesInput implements Input {
  readonly #options: OpenFilesOptions;
  readonly #timing: FollowTiming;
  readonly #pool = new BufferPool();
  /** Readers by `<device>:<inode>`. */
  readonly #plain = new Map<string, PlainReader>();
  readonly #streams = new Map<string, StreamReader>();
  readonly #resting = new Map<string, Resting>();
  /** Where readers that ended left their source. */
  readonly #left = new Map<string, ResumePoint>();
  /** Inodes that were truncated under a reader: what is known of them no longer holds. */
  readonly #truncated = new Set<string>();
  readonly #waitingSince = new Map<string, number>();
  /** Troubles told: path and code. */
  readonly #told = new Set<string>();
  /** Where files were listed last, by `<device>:<inode>`. */
  #paths: ReadonlyMap<string, string> = new Map();
  #listedAt = -Infinity;
  #missing = '';

  constructor(options: OpenFilesOptions) {
    this.#options = options;
    this.#timing = { ...FOLLOW_TIMING, ...options.timing };
  }

  async discover(): Promise<readonly Reader[]> {
    const now = Date.now();
    if (now - this.#listedAt < this.#timing.list) return [];
    if (!this.#options.follow && this.#listedAt > 0) return [];
    this.#listedAt = now;
    const listing = await listPaths(this.#options.paths);
    this.#tellOf(listing);
    this.#markGone(listing);
    this.#paths = new Map(listing.files.map(({ state, path }) => [state.key, path]));
    const readers: Reader[] = [];
    for (const listed of [...listing.files, ...(await this.#rotated(listing))]) {
      const reader = await this.#open(listed, now);
      if (reader !== undefined) readers.push(reader);
    }
    return readers;
  }

  async close(): Promise<void> {
    for (const reader of [...this.#plain.values(), ...this.#streams.values()]) await reader.close();
  }

  #tellOf(listing: Listing): void {
    const now = new Set(listing.failures.map((failure) => `${failure.code} ${failure.path}`));
    for (const told of this.#told) if (told.startsWith('input.missing ') && !now.has(told)) this.#told.delete(told);
    // What is followed may come later.
    for (const failure of this.#options.follow ? listing.failures : listing.troubles) this.#tell(failure);
  }

  #tell(failure: InputFailure): void {
    const key = `${failure.code} ${failure.path}`;
    if (this.#told.has(key)) return;
    if (LASTING.has(failure.code)) this.#told.add(key);
    this.#options.report(failure);
  }

  #markGone(listing: Listing): void {
    const keys = new Set(listing.files.map((file) => file.state.key));
    for (const [key, reader] of this.#plain) reader.gone = !keys.has(key);
  }

  /** Files the ledger knows that were rotated out of the paths; looked for when the set of those missing changes. */
  async #rotated(listing: Listing): Promise<readonly Listed[]> {
    if (!this.#options.follow) return [];
    const present = new Set([...listing.files.map((file) => file.state.key), ...this.#plain.keys()]);
    const missing = new Set<string>();
    for (const [id] of this.#known().all()) {
      const key = /^file:(\d+:\d+):/u.exec(id)?.[1];
      if (key !== undefined && !present.has(key)) missing.add(key);
    }
    const names = [...missing].sort().join(' ');
    if (names === this.#missing) return [];
    this.#missing = names;
    return findRotated(listing, this.#options.paths, missing);
  }

  async #open(listed: Listed, now: number): Promise<Reader | undefined> {
    const { key, size, modified } = listed.state;
    if (this.#plain.has(key) || this.#streams.has(key)) return undefined;
    const resting = this.#resting.get(key);
    if (resting !== undefined && resting.size === size && resting.modified === modified) return undefined;
    if (listed.stream !== undefined) return this.#openStream(listed);
    let file: OpenedFile | undefined;
    try {
      file = await openFile(listed.path);
      this.#told.delete(`input.unreadable ${listed.path}`);
      const reader = await this.#identify(file, now);
      if (reader === undefined) await file.handle.close();
      return reader;
    } catch (error) {
      await file?.handle.close();
      this.#tell(failureOf(listed.path, error));
      return undefined;
    }
  }

  /** Gives an opened file its identity, its place to start and its reader; undefined while it has none. */
  async #identify(file: OpenedFile, now: number): Promise<Reader | undefined> {
    const { key, size, modified } = file.state;
    const { follow } = this.#options;
    const gzip = isGzip(file.head);
    if (follow && gzip && now - modified < this.#timing.settle) return undefined;
    const print = fingerprint(gzip ? await gzipHead(file.handle) : file.head, gzip || !follow);
    if (print === undefined) {
      this.#resting.set(key, { size, modified });
      return undefined;
    }
    const identity = { key, fingerprint: print };
    const start = await this.#startOf({ handle: file.handle, identity, gzip, size }, file.path, now);
    if (start === undefined) return undefined;
    this.#resting.delete(key);
    this.#waitingSince.delete(key);
    return gzip ? this.#openGzip(file, identity, start) : this.#openPlain(file, identity, start);
  }

  /** Where to start; undefined while the file may be a copy that is still being written. */
  async #startOf(candidate: Candidate, path: string, now: number): Promise<Start | undefined> {
    const { key } = candidate.identity;
    if (!this.#options.follow || this.#truncated.delete(key)) return START;
    const start = await startPoint(candidate, this.#known());
    if (start.kind === 'changed') {
      const message = `${path}: no longer holds what was read of it; reading it from its start`;
      this.#tell({ code: 'input.changed', message, path });
    }
    if (start.kind !== 'growing') return start;
    const since = this.#waitingSince.get(key) ?? now;
    this.#waitingSince.set(key, since);
    return now - since < this.#timing.copy ? undefined : START;
  }

  #known(): KnownPoints {
    const { resume, allResumes } = this.#options;
    const live = new Map<string, ResumePoint>();
    for (const reader of this.#plain.values())
      live.set(reader.source.id, { offset: reader.offset, carry: reader.carry() });
    return {
      of: (id) => live.get(id) ?? this.#left.get(id) ?? resume(id),
      all: () => [...(allResumes?.() ?? []), ...this.#left, ...live],
      pathOf: (key) => this.#paths.get(key),
    };
  }

  async #openPlain(file: OpenedFile, identity: FileIdentity, start: Start): Promise<Reader> {
    const reader = new PlainReader({
      ...this.#about(fileId(identity), file.path),
      file,
      ...start,
      pool: this.#pool,
      timing: this.#timing,
      report: (failure) => this.#tell(failure),
      onEnd: (ended, reason) => this.#ended(ended, reason),
    });
    await reader.prime();
    this.#plain.set(identity.key, reader);
    return reader;
  }

  /** What every reader of a path is told. */
  #about(id: string, path: string): Pick<StreamOptions, 'source' | 'follow' | 'maxLineBytes' | 'joining'> {
    const { settingsFor, follow, maxLineBytes = MAX_LINE_BYTES, joiningFor } = this.#options;
    return {
      source: { id, label: path, settings: settingsFor(path) },
      follow,
      maxLineBytes,
      joining: joiningFor?.(path),
    };
  }

  #ended(reader: PlainReader, reason: EndReason): void {
    const { key, source, offset } = reader;
    this.#plain.delete(key);
    this.#left.set(source.id, { offset, carry: reader.carry() });
    if (reason === 'truncated') this.#truncated.add(key);
    else if (reason !== 'failed') this.#resting.set(key, reader.seen);
  }

  #openGzip(file: OpenedFile, identity: FileIdentity, start: Start): Reader {
    const { key, size, modified } = file.state;
    const gunzip = gunzipFile(file.handle, (error) => this.#tell(brokenGzip(file.path, error)));
    const reader = new StreamReader({
      ...this.#about(fileId(identity), file.path),
      chunks: gunzip.chunks,
      ...start,
      receiveTime: () => modified,
      remember: this.#options.follow,
      onEnd: () => {
        this.#streams.delete(key);
        this.#resting.set(key, { size, modified });
        this.#left.set(fileId(identity), { offset: reader.offset, carry: reader.carry() });
      },
      onClose: async () => {
        gunzip.close();
        await file.handle.close();
      },
    });
    this.#streams.set(key, reader);
    return reader;
  }

  #openStream(listed: Listed): Reader {
    const { path, state } = listed;
    const { pieces, close } = openStream(listed, this.#options.follow, (failure) => this.#tell(failure));
    const reader = new StreamReader({
      ...this.#about(`stream:${path}`, path),
      chunks: unzipped(pieces, (error) => this.#tell(brokenGzip(path, error))),
      offset: 0,
      receiveTime: Date.now,
      remember: false,
      onEnd: () => {
        this.#streams.delete(state.key);
        this.#resting.set(state.key, { size: state.size, modified: state.modified });
      },
      onClose: async () => close(),
    });
    this.#streams.set(state.key, reader);
    return this.#options.follow ? new UnhurriedReader(reader) : reader;
  }
}
