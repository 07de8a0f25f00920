/**
 * Makes a checkout ready to run: installs from the lock file and builds, each only if something is missing or has
 * changed. Says nothing when there is nothing to do; otherwise one line on standard error for each thing it does.
 *
 *     node deploy/ensure.mjs [--no-build]
 *
 * Safe to run many times at once: one does the work, the others wait for it. Plain JavaScript on Node's own modules.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLock } from './lock.mjs';

/** The folder of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const installStamp = join(root, 'node_modules/.sekisho-lock');
const buildStamp = join(root, 'dist/.sekisho-build');
const buildConfig = ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];
const buildScripts = ['deploy/ensure.mjs', 'deploy/bundle.mjs'];
const sourceFolders = ['src', 'deploy', 'test/bench', 'test/oracle'];

/** What to tell the person, without a stack: the fault is in the surroundings, not in this script. */
class Refusal extends Error {}

/**
 * Installs and, unless `build` is false, builds what is missing or out of date.
 * Throws a Refusal whose message tells how to mend it: Node too old, npm or the compiler failing.
 */
export function ensure({ build = true } = {}) {
  refuseOldNode();
  const steps = build ? [installation, compilation] : [installation];
  if (steps.every((step) => step.isDone())) return;
  const carryOut = () => {
    for (const step of steps) if (!step.isDone()) step.run();
  };
  withLock(join(root, '.ensure.lock'), carryOut, () => say('Waiting for another install or build of this checkout …'));
}

/** Runs `main`; a Refusal becomes its sentence on standard error and exit code 1, everything else keeps its stack. */
export function orRefuse(main) {
  try {
    main();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

const installation = {
  isDone: () => readIfAny(installStamp) === lockState(),
  run() {
    say('Installing dependencies (npm ci) …');
    const state = lockState();
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    const npm = process.env.npm_execpath ?? '';
    const done = npm.endsWith('npm-cli.js')
      ? spawnSync(process.execPath, [npm, ...args], quiet)
      : spawnSync('npm', args, { ...quiet, shell: process.platform === 'win32' });
    refuseUnlessDone(done, 'npm ci', 'Check that this machine reaches its npm registry and try again.');
    mkdirSync(dirname(installStamp), { recursive: true });
    writeFileSync(installStamp, state);
  },
};

const compilation = {
  isDone: () => readIfAny(buildStamp) === sourceState(),
  run() {
    say('Building (tsc) …');
    const state = sourceState();
    rmSync(buildStamp, { force: true });
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const done = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--pretty', 'false'], quiet);
    refuseUnlessDone(done, 'tsc', 'Mend the errors above; `npm run types` checks the tests as well.');
    removeOrphans();
    bundle();
    writeFileSync(buildStamp, state);
  },
};

/** What users run: our own modules in a few files, because loading hundreds takes longer than many a scan. */
function bundle() {
  rmSync(join(root, 'dist/bin'), { recursive: true, force: true });
  const script = join(root, 'deploy/bundle.mjs');
  refuseUnlessDone(spawnSync(process.execPath, [script], quiet), 'deploy/bundle.mjs', 'Mend the errors above.');
}

const quiet = { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 };

function refuseUnlessDone({ status, signal, error, stdout, stderr }, command, advice) {
  if (status === 0) return;
  const output = `${stdout ?? ''}${stderr ?? ''}`.trim();
  const how = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`);
  throw new Refusal(`${output}${output && '\n'}${command} failed (${how}). ${advice}`);
}

function refuseOldNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace(/[^0-9.]/g, '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  throw new Refusal(
    `Sekisho needs Node ${wanted} or newer; this is ${process.versions.node} (${process.execPath}). ` +
      'Install a newer Node and try again.',
  );
}

/** What node_modules depends on: the lock file and, since packages ship binaries, the kind of machine. */
function lockState() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${process.platform}-${process.arch} ${createHash('sha256').update(lock).digest('hex')}`;
}

/** What dist/ depends on: name, size and time of every file that the compiler reads. */
function sourceState() {
  const files = [
    ...buildConfig,
    ...buildScripts,
    ...sourceFolders.flatMap((folder) => filesUnder(folder).filter(isCompiled)),
  ];
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Outputs whose source is gone would go on being imported: they go too. */
function removeOrphans() {
  const outputs = filesUnder('dist').filter((name) => /\.js(\.map)?$/.test(name) && !name.startsWith('dist/bin/'));
  for (const file of outputs) {
    const source = file.slice('dist/'.length).replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(join(root, source))) rmSync(join(root, file));
  }
}

function filesUnder(folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesUnder(name) : [name];
  });
}

function isCompiled(file) {
  return file.endsWith('.ts') && !file.endsWith('.test.ts');
}

function readIfAny(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  orRefuse(() => ensure({ build: !process.argv.includes('--no-build') }));
}
