import { setTimeout as sleep } from 'node:timers/promises';
import type { Failure } from '../../event/index.js';
import type { Input } from '../../input/index.js';
import { type KafkaInput, type KafkaPosition, type KafkaReader, openKafka } from '../../input/kafka.js';
import type { Gap, KafkaSettings, TopicChoice } from '../../kafka/index.js';
import type { Progress } from '../../ledger/types.js';
import type { Config } from '../config/config.js';
import type { KafkaConfig } from '../config/schema.js';
import { DEFAULT_GROUP, readsTopics, topicSettingsFor } from '../inputs.js';

/** An input that is told what became durable. */
export interface CommittedInput extends Input {
  /** Passes positions on to the brokers, in the background: the ledger has them, so nothing waits for it or fails by it. */
  committed(progress: readonly Progress[]): void;
}

/** The topics of a configuration as one input. */
export interface TopicsInput extends CommittedInput, Pick<KafkaInput, 'expected'> {
  discover(): Promise<readonly KafkaReader[]>;
  committed(positions: readonly KafkaPosition[]): void;
}

/** What Kafka inputs need beside the configuration. */
export interface KafkaSourceOptions {
  readonly resume: (source: string) => { readonly offset: number } | undefined;
  readonly report: (failure: Failure) => void;
  /** Records that are gone unread: before anything behind them is read. */
  readonly onGap: (gap: Gap) => void;
  /** A trouble that lasts, by name; undefined: over. */
  readonly trouble: (name: string, message: string | undefined) => void;
}

/** How long a last commit of positions may take. */
const GRACE_MS = 3_000;

/** The cluster as the configuration describes it. */
export function clusterOf(config: KafkaConfig): KafkaSettings {
  const { tls, sasl } = config;
  return {
    brokers: config.brokers,
    ...(config['client-id'] !== undefined && { clientId: config['client-id'] }),
    ...(tls !== undefined && { tls: typeof tls === 'boolean' ? tls : pemsOf(tls) }),
    ...(sasl !== undefined && { sasl }),
    ...(config['allow-plaintext-credentials'] === true && { allowPlaintextCredentials: true }),
  };
}

function pemsOf({ ca, cert, key }: Exclude<KafkaConfig['tls'], boolean | undefined>) {
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

/** The topics that an input reads, and the group it reads them in. */
export interface InputGroup {
  readonly group: string;
  readonly topics: TopicChoice;
}

/** The groups and topics of the inputs that read topics, one for each. */
export function inputGroups(config: Config): readonly InputGroup[] {
  return config.inputs.filter(readsTopics).map(({ group = DEFAULT_GROUP, topics, 'topic-pattern': pattern }) => ({
    group,
    topics: {
      ...(topics !== undefined && { names: topics }),
      ...(pattern !== undefined && { pattern: new RegExp(pattern, 'u') }),
    },
  }));
}

/**
 * Opens the topics of a configuration, one consumer for each group. Returns at once; brokers and topics that are missing
 * are waited for.
 *
 * Throws, refusing to start, on credentials that would travel unencrypted.
 */
export function openTopics(config: Config, options: KafkaSourceOptions): TopicsInput {
  const { kafka } = config;
  const settingsFor = topicSettingsFor(config);
  const groups = kafka === undefined ? [] : groupsOf(config);
  const inputs = groups.map(({ group, topics, pattern, start }) =>
    openKafka({
      cluster: clusterOf(kafka as KafkaConfig),
      group,
      start,
      settingsFor,
      maxLineBytes: config['max-line'],
      ...(topics.length > 0 && { topics }),
      ...(pattern !== undefined && { pattern }),
      ...options,
    }),
  );
  const keeper = new PositionKeeper(inputs);
  return {
    discover: async () => (await Promise.all(inputs.map((input) => input.discover()))).flat(),
    isOpening: () => inputs.some((input) => input.isOpening?.() === true),
    expected: () => {
      const known = inputs.map((input) => input.expected());
      return known.every((sources) => sources !== undefined) ? [...new Set(known.flat())] : undefined;
    },
    committed: (positions) => keeper.keep(positions),
    close: async () => {
      await keeper.finish();
      await Promise.all(inputs.map((input) => input.close()));
    },
  };
}

interface Group {
  readonly group: string;
  readonly topics: readonly string[];
  readonly pattern: string | undefined;
  readonly start: NonNullable<Config['inputs'][number]['start']>;
}

/** Members of one group must want the same topics, so the inputs of one group are read by one consumer. */
function groupsOf(config: Config): readonly Group[] {
  const groups = new Map<string, Config['inputs'][number][]>();
  for (const input of config.inputs.filter(readsTopics)) {
    const name = input.group ?? DEFAULT_GROUP;
    groups.set(name, [...(groups.get(name) ?? []), input]);
  }
  return [...groups].map(([group, inputs]) => {
    const patterns = inputs.flatMap((input) => input['topic-pattern'] ?? []);
    return {
      group,
      topics: [...new Set(inputs.flatMap(({ topics }) => topics ?? []))],
      pattern: patterns.length === 0 ? undefined : patterns.map((pattern) => `(?:${pattern})`).join('|'),
      start: inputs[0]?.start ?? 'latest',
    };
  });
}

/** Sends committed positions to the brokers, one request at a time, the latest position of each source in force. */
class PositionKeeper {
  readonly #inputs: readonly KafkaInput[];
  readonly #waiting = new Map<string, KafkaPosition>();
  #sending: Promise<void> | undefined;

  constructor(inputs: readonly KafkaInput[]) {
    this.#inputs = inputs;
  }

  keep(positions: readonly KafkaPosition[]): void {
    if (this.#inputs.length === 0) return;
    for (const position of positions) this.#waiting.set(position.source, position);
    this.#sending ??= this.#send().finally(() => (this.#sending = undefined));
  }

  async finish(): Promise<void> {
    await Promise.race([this.#sending, sleep(GRACE_MS, undefined, { ref: false })]);
  }

  /** What can't be sent now is part of a later commit, or read again and left out by whoever holds the ledger. */
  async #send(): Promise<void> {
    while (this.#waiting.size > 0) {
      const positions = [...this.#waiting.values()];
      this.#waiting.clear();
      await Promise.all(this.#inputs.map((input) => input.commit(positions).catch(() => undefined)));
    }
  }
}
