/**
 * A lock between processes of this machine: a directory, because creating one is atomic everywhere.
 * Plain JavaScript on Node's own modules: it runs before anything is installed.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** An owner that still lives is believed for this long; afterwards its process number was surely given to another. */
const OWNER_LIMIT_MS = 30 * 60_000;
/** Between creating the directory and writing the owner into it a process needs microseconds; we grant it this. */
const UNNAMED_LIMIT_MS = 10_000;
const POLL_MS = 100;

/**
 * Runs `work` while holding the lock `path`, waiting for whoever holds it; calls `onWait` once if it has to wait.
 * A lock whose owner is dead is taken over. Releases the lock whatever `work` does.
 */
export function withLock(path, work, onWait) {
  for (let waited = false; !tryMkdir(path); waited = true) {
    if (!waited && !isStale(path)) onWait();
    if (isStale(path)) takeAway(path);
    else sleep(POLL_MS);
  }
  try {
    writeFileSync(`${path}/owner`, String(process.pid));
    return work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** Removes a stale lock. Only one process at a time does so and it looks again first, so a fresh lock is never removed. */
function takeAway(path) {
  const breaker = `${path}.break`;
  if (!tryMkdir(breaker)) {
    if (ageOf(breaker) > UNNAMED_LIMIT_MS) rmSync(breaker, { recursive: true, force: true });
    return sleep(POLL_MS);
  }
  try {
    if (isStale(path)) rmSync(path, { recursive: true, force: true });
  } finally {
    rmSync(breaker, { recursive: true, force: true });
  }
}

function isStale(path) {
  const age = ageOf(path);
  const owner = readOwner(path);
  return owner === undefined ? age > UNNAMED_LIMIT_MS : age > OWNER_LIMIT_MS || !isAlive(owner);
}

function readOwner(path) {
  try {
    const pid = Number(readFileSync(`${path}/owner`, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Milliseconds since the directory changed; 0 if it is gone, so that a lock just released is not called stale. */
function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function tryMkdir(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
