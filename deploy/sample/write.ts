import { exploit, outage, retrieval, root, scan, stuffing } from './attack.js';
import { Journal, type Written } from './journal.js';
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

/**
 * Writes all logs of the sample story below a folder: the same bytes and modification times every time. Replaces files of
 * the same name. Throws what the file system throws.
 */
export function writeSample(folder: string): readonly Written[] {
  const journal = new Journal();
  for (const scene of SCENES) scene(journal);
  return journal.write(folder);
}
