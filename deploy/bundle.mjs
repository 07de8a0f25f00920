/**
 * Puts the compiled modules that make up the command line into a few files: dist/bin/sekisho.js, the entries of threads
 * and the chunks they share. Packages stay where npm puts them. Run by ensure.mjs after tsc.
 */
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const from = join(root, 'dist/src');

// Comments and white space take time to read; names stay as they are, for stacks.
const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true } };

const bundle = await rolldown({
  input: {
    sekisho: join(from, 'cli/main.js'),
    'front-worker': join(from, 'engine/front/front-worker.js'),
    'detector-worker': join(from, 'engine/kafka/detector-worker.js'),
  },
  platform: 'node',
  // Packages, and only they, are named without a path.
  external: (id) => !/^[./]|^[A-Za-z]:/.test(id),
  onLog: (level, log) => {
    if (level === 'warn') throw new Error(log.message);
  },
});
await bundle.write({
  dir: join(root, 'dist/bin'),
  format: 'esm',
  chunkFileNames: '[name]-[hash].js',
  sourcemap: true,
  minify,
});
await bundle.close();
chmodSync(join(root, 'dist/bin/sekisho.js'), 0o755);
