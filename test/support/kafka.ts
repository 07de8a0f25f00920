import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type kafkajs from 'kafkajs';
import type { Admin, Kafka, Producer } from 'kafkajs';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import type { Failure, LogRecord, RecordBatch } from '../../src/event/index.js';
import { type KafkaInput, type KafkaInputOptions, openKafka } from '../../src/input/kafka.js';
import type { Reader } from '../../src/input/types.js';
import { createTopics } from '../../src/kafka/index.js';

/** A kafkajs beside the one that src/kafka loads, of which it replaces parts: of other files, so that none is shared. */
const own = ((): typeof kafkajs => {
  const require = createRequire(import.meta.url);
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-kafkajs-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(dirname(require.resolve('kafkajs/package.json')), folder, { recursive: true });
  return require(folder) as typeof kafkajs;
})();

/** A plain kafkajs client, independent of src/kafka. */
export function clientOf({ brokers }: KafkaAddress): Kafka {
  return new own.Kafka({ brokers: [...brokers], logLevel: own.logLevel.NOTHING });
}

/** Runs `work` with a connected admin. */
export async function withAdmin<T>(address: KafkaAddress, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(address).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Creates a topic. */
export async function createTopic(address: KafkaAddress, topic: string, numPartitions = 1): Promise<void> {
  await withAdmin(address, (admin) => createTopics(admin, [{ topic, numPartitions }]));
}

/**
 * A producer that writes each batch once: kafkajs sends all partitions of a broker again where one of them was not ready
 * (its leader still to be chosen, the broker coming back), and the others would have theirs twice.
 */
export function producerOf(address: KafkaAddress): Producer {
  return clientOf(address).producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 20 } });
}

/** Writes values to a partition, one record each. */
export async function send(
  address: KafkaAddress,
  topic: string,
  values: readonly (string | Buffer | null)[],
  partition = 0,
): Promise<void> {
  const producer = producerOf(address);
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value, partition })) });
  await producer.disconnect();
}

/** Writes lines with Kafka's own console producer: the Java client, whose codecs are not ours. */
export async function sendByJava(
  { brokers, tools }: KafkaAddress,
  topic: string,
  lines: readonly string[],
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  const settings = Object.entries(properties).flatMap(([name, value]) => ['--command-property', `${name}=${value}`]);
  const tool = ['org.apache.kafka.tools.ConsoleProducer', '--bootstrap-server', brokers.join(), '--topic', topic];
  const jvm = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', tools.classPath];
  const child = spawn(tools.java, [...jvm, ...tool, ...settings], { stdio: ['pipe', 'ignore', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  child.stdin.end(lines.join('\n') + '\n');
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(said.join(''));
}

/** An input under test with all that it told, and what was read from it. */
export class Tried {
  readonly input: KafkaInput;
  readonly failures: Failure[] = [];
  readonly troubles = new Map<string, string>();
  readonly batches: RecordBatch[] = [];
  readonly readers: Reader[] = [];
  readonly kinds: string[] = [];

  constructor(options: Pick<KafkaInputOptions, 'cluster' | 'group'> & Partial<KafkaInputOptions>) {
    this.input = openKafka({
      start: 'earliest',
      settingsFor: () => ({ timezone: 'UTC' }),
      resume: () => undefined,
      report: (failure) => this.failures.push(failure),
      trouble: (name, message) => {
        if (message === undefined) this.troubles.delete(name);
        else this.troubles.set(name, message);
      },
      ...options,
    });
  }

  get records(): readonly LogRecord[] {
    return this.batches.flatMap(({ records }) => records);
  }

  get texts(): readonly string[] {
    return this.records.map(({ text }) => text);
  }

  /** Reads from every reader once, as the engine's turn does. */
  async turn(): Promise<void> {
    this.readers.push(...(await this.input.discover()));
    for (const reader of [...this.readers]) {
      const result = await reader.read();
      this.kinds.push(result.kind);
      if (result.kind === 'batch') this.batches.push(result.batch);
      if (result.kind === 'end') this.readers.splice(this.readers.indexOf(reader), 1);
    }
  }

  /** Takes turns until the condition holds. */
  async until(condition: () => boolean, limitMs = 240_000): Promise<void> {
    for (const limit = Date.now() + limitMs; !condition(); await sleep(20)) {
      if (Date.now() > limit) throw new Error(`did not become true within ${limitMs} ms: ${this.#state()}`);
      await this.turn();
    }
  }

  /** Commits all that was read. */
  async commit(): Promise<void> {
    const last = new Map(this.batches.map(({ source, next }) => [source.id, next]));
    await this.input.commit([...last].map(([source, offset]) => ({ source, offset })));
  }

  close(): Promise<void> {
    return this.input.close();
  }

  #state(): string {
    const troubles = JSON.stringify([...this.troubles]);
    return `${this.records.length} records of ${this.readers.length} readers, troubles ${troubles}`;
  }
}
