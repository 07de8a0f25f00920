import { availableParallelism } from 'node:os';
import { listPaths } from '../../input/index.js';

/**
 * Below this many bytes a thread costs more than it brings: both load the rules and compile the code, and two threads
 * seldom have two whole cores. Measured: at 115 MiB of sshd or 640 MiB of nginx no gain, at 340 MiB of sshd a sixth.
 */
const WORTH_BYTES = 256 * 1024 * 1024;

/**
 * Whether a scan of these paths gains by reading in a thread of its own: with a second core, and enough to read.
 * Standard input is read where it arrives. Costs a look at each file; never rejects.
 */
export async function isWorthAThread(paths: readonly string[]): Promise<boolean> {
  if (availableParallelism() < 2 || paths.includes('-')) return false;
  const { files } = await listPaths(paths);
  return files.reduce((sum, { state, stream }) => sum + (stream === undefined ? state.size : 0), 0) >= WORTH_BYTES;
}
