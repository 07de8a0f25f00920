/**
 * `npm run check`: types, lint, format, unit tests and rule tests, two at a time. Prints one line for each step, and
 * the output of those that fail; exit code 1 if any did. Expects a checkout that ensure.mjs has made ready.
 */
import { spawn } from 'node:child_process';
import { root } from './ensure.mjs';

const LANES = 2;

/** What was looked at and found good is not looked at again until it changes. */
const CACHE = 'node_modules/.cache/sekisho';
const PRETTIER = ['--cache', '--cache-location', `${CACHE}/prettier`];

/** The longest first, so that the two lanes end together. */
const steps = [
  ['lint', 'node_modules/eslint/bin/eslint.js', '--cache', '--cache-location', `${CACHE}/eslint`, '.'],
  ['unit tests', 'node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--maxWorkers', '1', '--no-isolate'],
  ['types', 'node_modules/typescript/bin/tsc', '-p', '.'],
  ['format', 'node_modules/prettier/bin/prettier.cjs', ...PRETTIER, '--check', '--log-level', 'warn', '.'],
  ['rule tests', 'dist/bin/sekisho.js', 'rules', 'test', 'rules'],
];

const waiting = [...steps];
const failed = [];

async function lane() {
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    const [name, ...args] = step;
    const began = performance.now();
    const { code, output } = await run(args);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n${code === 0 ? '' : output}`);
    if (code !== 0) failed.push(name);
  }
}

/** Runs a script of Node's to its end; both of its streams, in the order in which they came. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

await Promise.all(Array.from({ length: LANES }, lane));
if (failed.length > 0) {
  process.stdout.write(`Failed: ${failed.join(', ')}\n`);
  process.exitCode = 1;
}
