import { setTimeout as sleep } from 'node:timers/promises';
import type { InputSettings } from '../event/index.js';
import { openFiles, openStdin } from '../input/index.js';
import type { Input, InputFailure, Reader, ReadResult } from '../input/index.js';
import type { Progress, Restored } from '../ledger/types.js';
import type { Config } from './config.js';
import type { CommittedInput, KafkaSourceOptions } from './kafka-input.js';

/** How sources are opened, whichever they are. */
export interface SourceOptions {
  /** Files, folders, globs, and `-` for standard input. */
  readonly paths: readonly string[];
  readonly settingsFor: (path: string) => InputSettings;
  /** Told of each path that is missing or can't be read. */
  readonly report: (failure: InputFailure) => void;
  readonly maxLineBytes: number;
}

/** A path that is missing or can't be read, with a sentence. */
export type SourceFailure = InputFailure;

/** Opens sources to be read once to their end (`scan`). */
export function openOnce(options: SourceOptions): Input {
  return combined(options, { follow: false, resume: () => undefined });
}

/**
 * Opens sources to be followed, each from where the ledger left it (`run`).
 *
 * Standard input never holds the others up: while it is quiet its reader answers `idle`.
 */
export function openFollowing(options: SourceOptions, restored: Restored): Input {
  const known = new Map(restored.progress.map((progress) => [progress.source, pointOf(progress)]));
  return combined(options, { follow: true, resume: (id) => known.get(id), allResumes: () => known });
}

/**
 * Opens all that a configuration reads, files and topics, each from where the ledger left it.
 *
 * Throws, refusing to start, where Kafka's credentials would travel unencrypted.
 */
export async function openConfigured(
  config: Config,
  files: SourceOptions,
  restored: Restored,
  trouble: KafkaSourceOptions['trouble'],
): Promise<CommittedInput> {
  const following = openFollowing(files, restored);
  if (config.inputs.every(({ path }) => path.length > 0)) return { ...following, committed: () => undefined };
  const { openTopics } = await import('./kafka-input.js');
  const known = new Map(restored.progress.map((progress) => [progress.source, progress]));
  const report: KafkaSourceOptions['report'] = ({ code, message }) => files.report({ code, message, path: '' });
  const topics = openTopics(config, { resume: (source) => known.get(source), report, trouble });
  return {
    discover: async () => [...(await following.discover()), ...(await topics.discover())],
    isOpening: () => topics.isOpening?.() === true,
    committed: (progress) => topics.committed(progress),
    close: async () => {
      await following.close();
      await topics.close();
    },
  };
}

const pointOf = ({ offset, carry }: Progress): { offset: number; carry: string | null } => ({ offset, carry });

type Following = Pick<Parameters<typeof openFiles>[0], 'follow' | 'resume' | 'allResumes'>;

function combined(options: SourceOptions, following: Following): Input {
  const { settingsFor, report, maxLineBytes } = options;
  const paths = options.paths.filter((path) => path !== '-');
  const inputs: Input[] = [];
  if (paths.length > 0) inputs.push(openFiles({ paths, settingsFor, report, maxLineBytes, ...following }));
  if (options.paths.includes('-')) {
    const stdin = openStdin({ settings: settingsFor('-'), report, maxLineBytes });
    inputs.push(following.follow ? unhurried(stdin) : stdin);
  }
  return {
    discover: async () => (await Promise.all(inputs.map((input) => input.discover()))).flat(),
    close: async () => {
      for (const input of inputs) await input.close();
    },
  };
}

/** An input whose readers answer `idle` rather than wait. */
function unhurried(input: Input): Input {
  return {
    discover: async () => (await input.discover()).map((reader) => new UnhurriedReader(reader)),
    close: () => input.close(),
  };
}

/** Milliseconds a quiet pipe is waited for. */
const PATIENCE = 20;

class UnhurriedReader implements Reader {
  readonly source: Reader['source'];
  readonly #reader: Reader;
  #pending: Promise<ReadResult> | undefined;

  constructor(reader: Reader) {
    this.source = reader.source;
    this.#reader = reader;
  }

  async read(): Promise<ReadResult> {
    this.#pending ??= this.#reader.read();
    const result = await Promise.race([this.#pending, sleep(PATIENCE, undefined, { ref: false })]);
    if (result === undefined) return { kind: 'idle' };
    this.#pending = undefined;
    return result;
  }

  carry(): string | null {
    return this.#reader.carry();
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}
