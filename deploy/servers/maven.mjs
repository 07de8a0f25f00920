/**
 * Gets Java programs by Maven, into the user's own Maven cache. What a pom resolves to is remembered beside it, so that
 * Maven runs once for each pom and machine. Plain JavaScript on Node's own modules.
 *
 *     node maven.mjs NAME    gets what NAME.pom.xml depends on
 */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLock } from '../lock.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const LIMIT_MS = 15 * 60_000;

/** Whether the files of the pom `name` are on this machine already, so that Maven isn't needed. */
export function isCached(name) {
  return recall(name) !== undefined;
}

/** Whether there is a Maven to run. */
export function hasMaven() {
  return spawnSync('mvn', ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0;
}

/**
 * The files that `<name>.pom.xml` depends on, all there when it resolves. Maven runs in a process of its own, so nothing
 * waits but the caller. Throws an Error that says what failed.
 */
export async function obtain(name) {
  const known = recall(name);
  if (known !== undefined) return known;
  await new Promise((resolve, reject) => {
    execFile(process.execPath, [fileURLToPath(import.meta.url), name], (error, _, stderr) => {
      if (error === null) resolve();
      else reject(new Error(stderr.trim() || error.message));
    });
  });
  return recall(name);
}

function getLocked(name) {
  const memory = memoryOf(name);
  mkdirSync(dirname(memory), { recursive: true });
  withLock(
    `${memory}.lock`,
    () => recall(name) ?? fetch(name, memory),
    () => {},
  );
}

function fetch(name, memory) {
  const output = `${memory}.${process.pid}`;
  const args = ['-q', '-B', '-f', pomOf(name), 'dependency:build-classpath', `-Dmdep.outputFile=${output}`];
  const { status, error, stdout, stderr } = spawnSync('mvn', args, { encoding: 'utf8', timeout: LIMIT_MS });
  if (status !== 0) {
    const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(0, 5).join('\n');
    throw new Error(`Maven can't get ${name} (${error?.message ?? `exit code ${status}`}).\n${said}`);
  }
  renameSync(output, memory);
}

function recall(name) {
  const memory = memoryOf(name);
  if (!existsSync(memory)) return undefined;
  const files = readFileSync(memory, 'utf8').trim().split(delimiter);
  return files.every((file) => existsSync(file)) ? files : undefined;
}

function memoryOf(name) {
  const digest = createHash('sha256')
    .update(readFileSync(pomOf(name)))
    .digest('hex')
    .slice(0, 16);
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sekisho', `${name}-${digest}.classpath`);
}

function pomOf(name) {
  return join(here, `${name}.pom.xml`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    getLocked(process.argv[2]);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
