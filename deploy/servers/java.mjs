/** Finds a Java new enough, without changing anything. Plain JavaScript on Node's own modules. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
