/**
 * Writes the sample story: `node dist/deploy/sample/generate.js [FOLDER]` (default: deploy/sample/logs of this project).
 * The same bytes and modification times every time; README.md beside this file tells the story, story.ts the truth for tests.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exploit, outage, retrieval, root, scan, stuffing } from './attack.js';
import { Journal } from './journal.js';
import { crawler, monitor, partner } from './machines.js';
import { sshNoise, webNoise } from './noise.js';
import { admins, backup, cron, deploy, housekeeping } from './servers.js';
import { deployMinute, office, visitors } from './visitors.js';

const SCENES: readonly ((journal: Journal) => void)[] = [
  visitors,
  deployMinute,
  office,
  monitor,
  crawler,
  partner,
  webNoise,
  cron,
  backup,
  admins,
  housekeeping,
  deploy,
  sshNoise,
  scan,
  exploit,
  root,
  stuffing,
  retrieval,
  outage,
];

/** The nearest folder above this file that holds a package.json: the same from the source and from dist/. */
function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

const folder = resolve(process.argv[2] ?? join(projectRoot(), 'deploy', 'sample', 'logs'));
const journal = new Journal();
for (const scene of SCENES) scene(journal);
const written = journal.write(folder);
const lines = written.reduce((sum, file) => sum + file.lines, 0);
process.stdout.write(`${lines} lines in ${written.length} files\n`);
