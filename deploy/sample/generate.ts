/**
 * Writes the sample story: `node dist/deploy/sample/generate.js [FOLDER]` (default: deploy/sample/logs of this project).
 * The same bytes and modification times every time; README.md beside this file tells the story, story.ts the truth for tests.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSample } from './write.js';

/** The nearest folder above this file that holds a package.json: the same from the source and from dist/. */
function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

const folder = resolve(process.argv[2] ?? join(projectRoot(), 'deploy', 'sample', 'logs'));
const written = writeSample(folder);
const lines = written.reduce((sum, file) => sum + file.lines, 0);
process.stdout.write(`${lines} lines in ${written.length} files\n`);
