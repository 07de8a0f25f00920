import type { TestProject } from 'vitest/node';
import { openWarden } from '../../deploy/servers.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of this run's servers. */
    servers: string;
  }
}

/**
 * Opens the folder of this run's servers before the first test and ends them after the last one. Nothing is started
 * until a test asks (`kafka`, `elasticsearch` in servers.ts), and then once for the whole run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { dir, close } = await openWarden();
  project.provide('servers', dir);
  return close;
}
