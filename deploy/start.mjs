/**
 * `npm start`: installs and builds what is missing, generates the sample logs if need be, and scans them with all
 * bundled rules (as deploy/sample/sekisho.yml says). Further arguments go to `sekisho scan`: `npm start -- --json`. With
 * `npm start -- --kafka` they go through a real Kafka into a real Elasticsearch instead (play.mjs).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensure, orRefuse, root } from './ensure.mjs';
import { withLock } from './lock.mjs';

const logs = join(root, 'deploy/sample/logs');
const generator = join(root, 'dist/deploy/sample');
const config = 'deploy/sample/sekisho.yml';
const stamp = join(generator, '.generated');

const next = `
These were three days of a fictional travel company; deploy/sample/README.md tells the story. What next?
  your own logs        node dist/bin/sekisho.js scan /var/log
  why a line alerts    node dist/bin/sekisho.js explain -l 'LINE'
  follow logs for good node dist/bin/sekisho.js run -c sekisho.yml     (a sample: deploy/sekisho.sample.yml)
  the rules            rules/, and node dist/bin/sekisho.js rules --help
`;

const throughKafka = process.argv.includes('--kafka');

orRefuse(() => {
  ensure();
  if (!isGenerated()) withLock(join(root, '.ensure.lock'), generate, () => {});
  if (throughKafka) return;
  process.exitCode ||= node(join(root, 'dist/bin/sekisho.js'), 'scan', '-c', config, ...process.argv.slice(2));
  if (process.exitCode === 0) process.stderr.write(next);
});

if (throughKafka && !process.exitCode) process.exitCode = await (await import('./play.mjs')).play();

/** The logs appear under their name only when complete, so that a run that is broken off leaves nothing behind. */
function generate() {
  if (isGenerated()) return;
  process.stderr.write('Generating the sample logs …\n');
  const draft = join(root, `deploy/sample/.logs-${process.pid}`);
  const code = node(join(generator, 'generate.js'), draft);
  if (code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(`deploy/sample/generate.ts failed with exit code ${code}`);
  }
  rmSync(logs, { recursive: true, force: true });
  renameSync(draft, logs);
  writeFileSync(stamp, generatorState());
}

function isGenerated() {
  return existsSync(logs) && existsSync(stamp) && readFileSync(stamp, 'utf8') === generatorState();
}

function generatorState() {
  const hash = createHash('sha256');
  for (const name of readdirSync(generator, { recursive: true })
    .filter((file) => file.endsWith('.js'))
    .sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(generator, name)));
  }
  return hash.digest('hex');
}

/** Runs a script in the foreground, from the checkout's folder; returns its exit code. */
function node(...args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}
