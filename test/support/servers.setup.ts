import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { getServers, missingFor, openWarden, type ServerName } from '../../deploy/servers.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of this run's servers. */
    servers: string;
    /** Why a server could not be downloaded, by its name. */
    notGot: Readonly<Record<string, string>>;
  }
}

const NAMES: readonly ServerName[] = ['kafka', 'elasticsearch'];

/**
 * Before the first test: builds what is out of date, downloads the servers (the first time that takes minutes, which no
 * test's time-out may bound) and opens the folder of this run's servers; ends them after the last test. Nothing is
 * started until a test asks (`kafka`, `elasticsearch` in servers.ts), and then once for the whole run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../deploy/ensure.mjs')]);
  project.provide('notGot', await notGot());
  const { dir, close } = await openWarden();
  project.provide('servers', dir);
  return close;
}

/** Downloads what can run here; what fails is told to the tests, which skip with the reason, or fail with it in CI. */
async function notGot(): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const name of NAMES.filter((each) => missingFor(each) === undefined)) {
    await getServers([name], (line) => process.stderr.write(`${line}\n`)).catch((error: unknown) => {
      failed[name] = error instanceof Error ? error.message : String(error);
    });
  }
  return failed;
}
