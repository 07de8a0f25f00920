import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileTrouble } from '../output/file-words.js';
import type { Config } from './config/config.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a file stands where a folder must be',
  EEXIST: 'a file stands where a folder must be',
  ENOSPC: 'the disk is full',
};

/**
 * Makes the folder of the store and those above it that are missing.
 *
 * @throws Error in a sentence where it can't be made.
 */
export function makeDataFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(dataTrouble(path, error), { cause: error }), { code });
  }
}

/** Not mkdir's own `recursive`, which under /proc asks for the same folder for ever. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isFolder(path)) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    mkdirSync(path);
  }
}

/** What of a configuration `run` could not write to, each in a sentence. Makes and opens nothing. */
export function unwritable(config: Config): readonly string[] {
  const data = config.kafka?.site === undefined ? troubleOf(config.data, dataFault, dataTrouble) : [];
  const files = config.outputs.flatMap((output) =>
    output.type === 'ndjson' && output.path !== '-' ? troubleOf(output.path, fileFault, outputTrouble) : [],
  );
  return [...data, ...files];
}

type Words = (path: string, error: unknown) => string;

function troubleOf(path: string, fault: (path: string) => string | undefined, words: Words): readonly string[] {
  try {
    const code = fault(path);
    return code === undefined ? [] : [words(path, Object.assign(new Error(code), { code }))];
  } catch (error) {
    return [words(path, error)];
  }
}

function dataFault(path: string): string | undefined {
  const there = nearest(path);
  if (!isFolder(there)) return 'ENOTDIR';
  accessSync(there, constants.W_OK | constants.X_OK);
  return undefined;
}

function fileFault(path: string): string | undefined {
  if (isFolder(path)) return 'EISDIR';
  const there = exists(path) ? path : dirname(path);
  accessSync(there, constants.W_OK);
  return there !== path && !isFolder(there) ? 'ENOTDIR' : undefined;
}

/** The path, or the next folder above it that is there. */
function nearest(path: string): string {
  return exists(path) || dirname(path) === path ? path : nearest(dirname(path));
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function dataTrouble(path: string, error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return `data: ${path} can't be the store's folder: ${REASONS[code] ?? message}; make it for this user, or name another`;
}

function outputTrouble(path: string, error: unknown): string {
  return `outputs: ${path}: ${fileTrouble(error).message}`;
}
