import { type BigIntStats, constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { isatty } from 'node:tty';
import { glob, isDynamicPattern } from 'tinyglobby';
import { failureOf, type FileState, fileState, type InputFailure } from './opened.js';

/** A file (or pipe) that the operator's paths lead to. */
export interface Listed {
  /** As the operator wrote it, or below what he wrote. */
  readonly path: string;
  readonly state: FileState;
  /** Read as a stream, only where it is named itself: a pipe, or a terminal (and `/dev/null`). */
  readonly stream: 'pipe' | 'device' | undefined;
}

/** What the paths lead to at one moment, each inode once, in the order of the paths and of names below them. */
export interface Listing {
  readonly files: readonly Listed[];
  /** Paths that lead to nothing, with the reason. */
  readonly failures: readonly InputFailure[];
  /** Those, and directories that hold no file: a failure only where nobody waits for one. */
  readonly troubles: readonly InputFailure[];
}

/**
 * Lists what files, directories and globs lead to now. A directory means every regular file below it, hidden ones left
 * out. A path that exists is taken literally, whatever characters it has; else it is tried as a glob. Symbolic links
 * to files are followed, those to directories only where they are named themselves. Never rejects.
 */
export async function listPaths(paths: readonly string[]): Promise<Listing> {
  const files = new Map<string, Listed>();
  const failures: InputFailure[] = [];
  const empty: InputFailure[] = [];
  for (const path of paths) {
    const known = failures.length;
    const found = await expand(path, failures);
    if (found.length === 0 && failures.length === known) empty.push(holdsNothing(path));
    for (const item of found) if (!files.has(item.state.key)) files.set(item.state.key, item);
  }
  return { files: [...files.values()], failures, troubles: [...failures, ...empty] };
}

async function expand(path: string, failures: InputFailure[]): Promise<readonly Listed[]> {
  try {
    const stats = await stat(path, { bigint: true });
    if (stats.isDirectory()) return await statAll(await below(path, failures));
    if (stats.isFile() || stats.isFIFO() || (await isTerminal(path, stats))) {
      const stream = stats.isFile() ? undefined : stats.isFIFO() ? 'pipe' : 'device';
      return [{ path, state: fileState(stats), stream }];
    }
    failures.push(notALog(path, stats));
    return [];
  } catch (error) {
    // A NUL is in no path, and in no pattern.
    if (!isDynamicPattern(path) || path.includes('\0')) {
      failures.push(failureOf(path, error));
      return [];
    }
  }
  const names = await glob(path, { onlyFiles: true, dot: false, absolute: isAbsolute(path), expandDirectories: false });
  if (names.length === 0) failures.push({ code: 'input.missing', message: `${path}: no file matches`, path });
  return statAll(names.sort());
}

/** Of devices those are read that end: a terminal by its user's hand, and the one that is empty. Others never would. */
async function isTerminal(path: string, stats: BigIntStats): Promise<boolean> {
  if (!stats.isCharacterDevice()) return false;
  const nothing = await stat('/dev/null', { bigint: true });
  if (stats.rdev === nothing.rdev) return true;
  const handle = await open(path, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  try {
    return isatty(handle.fd);
  } finally {
    await handle.close();
  }
}

function notALog(path: string, stats: BigIntStats): InputFailure {
  const is = stats.isSocket() ? 'a socket' : 'a device';
  const message = `${path}: is ${is}, not a log; name files, folders or pipes, or - for standard input`;
  return { code: 'input.unreadable', message, path };
}

function holdsNothing(path: string): InputFailure {
  const message = `${path}: holds no file to read (names that begin with a dot are passed over); name the folder that the logs are in`;
  return { code: 'input.missing', message, path };
}

/** Every path below a directory; an unreadable directory inside is a failure of its own. */
async function below(directory: string, failures: InputFailure[]): Promise<string[]> {
  const paths: string[] = [];
  const visit = async (at: string): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch((error: unknown) => {
      failures.push(failureOf(at, error));
      return [];
    });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) await visit(join(at, entry.name));
      else if (entry.isFile() || entry.isSymbolicLink()) paths.push(join(at, entry.name));
    }
  };
  await visit(directory);
  return paths;
}

/** Regular files among the paths; what vanished since it was listed is left out. */
async function statAll(paths: readonly string[]): Promise<readonly Listed[]> {
  const listed: Listed[] = [];
  for (const path of paths) {
    const stats = await stat(path, { bigint: true }).catch(() => undefined);
    if (stats?.isFile() === true) listed.push({ path, state: fileState(stats), stream: undefined });
  }
  return listed;
}

/**
 * Files beside the listed ones that have one of the inodes asked for: rotated away from the paths while nobody looked
 * (`access.log.1`, `access-20260101.log`). Reads each directory of a listed file once; never rejects.
 */
export async function findRotated(
  listing: Listing,
  paths: readonly string[],
  keys: ReadonlySet<string>,
): Promise<readonly Listed[]> {
  const known = [...new Set([...paths, ...listing.files.map((file) => file.path)])];
  const stems = [...new Set(known.map((path) => basename(path, extname(path))))];
  const found: Listed[] = [];
  for (const directory of new Set(known.map((path) => dirname(path)))) {
    const names = (await readdir(directory).catch(() => [])).filter((name) =>
      stems.some((stem) => name.startsWith(stem)),
    );
    for (const item of await statAll(names.map((name) => join(directory, name)))) {
      if (keys.has(item.state.key)) found.push(item);
    }
  }
  return found;
}
