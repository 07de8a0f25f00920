/** Finds a Java new enough, and runs its tools. Plain JavaScript on Node's own modules. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A start of a Java takes a second, on a busy machine many. */
const TOOL_LIMIT_MS = 5 * 60_000;

const FOLDERS = ['/usr/lib/jvm', '/opt/java', '/Library/Java/JavaVirtualMachines'];

/**
 * The home of the lowest Java from `minimum` on: of JAVA_HOME and variables such as JAVA_HOME_21_X64, the usual
 * folders, and the `java` on the path. undefined where there is none.
 */
export function findJava(minimum) {
  const fitting = homes()
    .map((home) => ({ home, version: versionOf(home) }))
    .filter(({ version }) => version >= minimum);
  return fitting.sort((a, b) => a.version - b.version)[0]?.home;
}

/** Runs a program to its end, without holding up anything else. Throws an Error with what it said if it fails. */
export function runTool(file, args, { limitMs = TOOL_LIMIT_MS } = {}) {
  return new Promise((resolve, reject) => {
    execFile(file, args, { timeout: limitMs, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const how = error.killed ? `not done within ${limitMs / 1000} s` : `exit code ${error.code}`;
      reject(new Error(`${file} failed (${how}): ${stdout}${stderr}`.trim().slice(0, 2000)));
    });
  });
}

function homes() {
  const told = Object.entries(process.env).flatMap(([name, value]) => (/^(ES_)?JAVA_HOME/.test(name) ? [value] : []));
  const found = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder).flatMap((name) => [join(folder, name), join(folder, name, 'Contents/Home')]),
  );
  const all = [...told, ...found, ...onPath()].filter((home) => existsSync(join(home, 'bin/java')));
  return [...new Set(all.map((home) => realpathSync(home)))];
}

function onPath() {
  return (process.env.PATH ?? '')
    .split(':')
    .map((folder) => join(folder, 'java'))
    .filter((file) => existsSync(file))
    .map((file) => dirname(dirname(realpathSync(file))));
}

/** The feature release, such as 21; 0 where it can't be told. */
function versionOf(home) {
  const release = join(home, 'release');
  const text = existsSync(release)
    ? readFileSync(release, 'utf8')
    : (spawnSync(join(home, 'bin/java'), ['-version'], { encoding: 'utf8', timeout: 30_000 }).stderr ?? '');
  const match = /(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)/.exec(text);
  return match ? Number(match[1]) : 0;
}
