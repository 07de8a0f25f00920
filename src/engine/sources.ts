import type { InputSettings } from '../event/index.js';
import { openFiles, openStdin } from '../input/index.js';
import type { Input, InputFailure, Joining, SyslogInput } from '../input/index.js';
import type { Progress, Restored } from '../ledger/types.js';
import type { Config } from './config/config.js';
import { readsTopics } from './inputs.js';
import type { CommittedInput, KafkaSourceOptions } from './kafka/input.js';
import { openListeners } from './listeners.js';

/** How sources are opened, whichever they are. */
export interface SourceOptions {
  /** Files, folders, globs, and `-` for standard input. */
  readonly paths: readonly string[];
  readonly settingsFor: (path: string) => InputSettings;
  /** Told of each path that is missing or can't be read. */
  readonly report: (failure: InputFailure) => void;
  readonly maxLineBytes: number;
  /** Which lines of a path are one record; absent: each by itself. */
  readonly joiningFor?: (path: string) => Joining | undefined;
}

/** What a configuration's inputs tell while they are read. */
export type Listening = Pick<KafkaSourceOptions, 'trouble' | 'onGap'>;

/** A path that is missing or can't be read, with a sentence. */
export type SourceFailure = InputFailure;

/** Opens sources to be read once to their end (`scan`). */
export function openOnce(options: SourceOptions): Input {
  return combined(options, { follow: false, resume: () => undefined });
}

/**
 * Opens sources to be followed, each from where the ledger left it (`run`).
 *
 * Standard input and pipes never hold the others up: while they are quiet their readers answer `idle`.
 */
function openFollowing(options: SourceOptions, restored: Restored): Input {
  const known = new Map(restored.progress.map((progress) => [progress.source, pointOf(progress)]));
  return combined(options, { follow: true, resume: (id) => known.get(id), allResumes: () => known });
}

/** All that a configuration reads. */
export interface ConfiguredInput extends CommittedInput {
  readonly listeners: readonly SyslogInput[];
}

/**
 * Opens all that a configuration reads, files, ports and topics, each from where the ledger left it.
 *
 * Rejects, refusing to start, where a port can't be had or Kafka's credentials would travel unencrypted.
 */
export async function openConfigured(
  config: Config,
  files: SourceOptions,
  restored: Restored,
  listening: Listening,
): Promise<ConfiguredInput> {
  const topics = await topicsOf(config, files, restored, listening);
  const listeners = await openListeners(config, restored, listening.trouble);
  const inputs: readonly Input[] = [openFollowing(files, restored), ...listeners, ...topics];
  return {
    listeners,
    discover: async () => (await Promise.all(inputs.map((input) => input.discover()))).flat(),
    isOpening: () => inputs.some((input) => input.isOpening?.() === true),
    committed: (progress) => topics.forEach((input) => input.committed(progress)),
    close: async () => {
      for (const input of inputs) await input.close();
    },
  };
}

/** The topics as one input, or none. The client takes a while to load. */
async function topicsOf(
  config: Config,
  files: SourceOptions,
  restored: Restored,
  listening: Listening,
): Promise<readonly CommittedInput[]> {
  if (!config.inputs.some(readsTopics)) return [];
  const { openTopics } = await import('./kafka/input.js');
  const known = new Map(restored.progress.map((progress) => [progress.source, progress]));
  const report: KafkaSourceOptions['report'] = ({ code, message }) => files.report({ code, message, path: '' });
  return [openTopics(config, { resume: (source) => known.get(source), report, ...listening })];
}

const pointOf = ({ offset, carry }: Progress): { offset: number; carry: string | null } => ({ offset, carry });

type Following = Pick<Parameters<typeof openFiles>[0], 'follow' | 'resume' | 'allResumes'>;

function combined(options: SourceOptions, following: Following): Input {
  const { settingsFor, report, maxLineBytes, joiningFor } = options;
  const paths = options.paths.filter((path) => path !== '-');
  const inputs: Input[] = [];
  if (paths.length > 0) inputs.push(openFiles({ paths, settingsFor, report, maxLineBytes, joiningFor, ...following }));
  if (options.paths.includes('-')) {
    const { follow } = following;
    inputs.push(openStdin({ settings: settingsFor('-'), report, maxLineBytes, joining: joiningFor?.('-'), follow }));
  }
  return {
    discover: async () => (await Promise.all(inputs.map((input) => input.discover()))).flat(),
    close: async () => {
      for (const input of inputs) await input.close();
    },
  };
}
