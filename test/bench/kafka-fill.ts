import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import { createTopics } from '../../src/kafka/index.js';
import { PARTITIONS } from './kafka-site.js';
import { attackLine, visitLine, writeNginx } from './nginx.js';
import { addressOf, guess, ordinary, writeSshd } from './sshd.js';
import { DAY, DAY_START } from './write.js';

/** What raw topics hold. */
export interface Raw {
  /** Topics by the type of their lines. */
  readonly topics: ReadonlyMap<string, string>;
  readonly records: number;
  readonly bytes: number;
  readonly attackers: readonly string[];
}

const AT_ONCE = 10_000;
const NGINX_ATTACKERS = 100;
const SSHD_ATTACKERS = 200;
/** Lines of one visitor, of one person: two of the latter's are mistyped passwords, whatever the number of records. */
const VISITOR_LINES = 10;
const PERSON_LINES = 25;
const TYPES = ['nginx.access', 'system.auth'] as const;

/** Writes to the raw topics of one bench. */
export class Feeder {
  readonly #kafka: Kafka;
  readonly #producer: Producer;

  constructor({ brokers }: KafkaAddress) {
    this.#kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
    this.#producer = this.#kafka.producer({ allowAutoTopicCreation: false });
  }

  async connect(): Promise<void> {
    await this.#producer.connect();
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }

  /** Raw topics, empty; their records are kept, however old. */
  async topics(name: string): Promise<ReadonlyMap<string, string>> {
    const topics = new Map(TYPES.map((type) => [type as string, `${name}-${type}`]));
    const configEntries = [{ name: 'retention.ms', value: '-1' }];
    const admin = this.#kafka.admin();
    await admin.connect();
    const plans = [...topics.values()].map((topic) => ({ topic, numPartitions: PARTITIONS, configEntries }));
    await createTopics(admin, plans);
    await admin.disconnect();
    return topics;
  }

  /**
   * A generated day of nginx lines and one of sshd lines in a topic each, gzipped, in order of time in each partition.
   * Behind them, at the very end of each partition, comes an attacker more: found last.
   */
  async fill(folder: string, records: number): Promise<Raw> {
    const topics = await this.topics('day');
    const lines = Math.floor(records / 2);
    const nginx = { lines, attackers: NGINX_ATTACKERS, benign: Math.ceil(lines / VISITOR_LINES) };
    const sshd = { lines, attackers: SSHD_ATTACKERS, benign: Math.ceil(lines / PERSON_LINES) };
    const days = [writeNginx(join(folder, 'access.log'), nginx), writeSshd(join(folder, 'auth.log'), sshd)];
    const attackers = new Set(days.flatMap((day) => day.attackers));
    let sent = 0;
    for (const [i, type] of TYPES.entries()) {
      const written = readFileSync(days[i]?.file as string, 'latin1')
        .trimEnd()
        .split('\n');
      const last = Array.from({ length: PARTITIONS }, (_, n) => 100_000 + i * PARTITIONS + n);
      const ends = last.map((actor) => attack(type, DAY_START + DAY, actor));
      for (const actor of last) attackers.add(addressOf(actor));
      const messages = [
        ...written.map((value, n) => messageOf(value, n)),
        ...ends.flatMap((some, n) => some.map((value) => messageOf(value, n))),
      ];
      await this.#send(topics.get(type) as string, messages);
      sent += messages.length;
    }
    return { topics, records: sent, bytes: days.reduce((sum, day) => sum + day.bytes, 0), attackers: [...attackers] };
  }

  /**
   * Writes `perSecond` lines of this moment a second for so many seconds, and with each second's first lines the attack
   * of a new address. Returns when the attack of each address began to be sent.
   */
  async trickle(
    topics: ReadonlyMap<string, string>,
    { perSecond, seconds }: { perSecond: number; seconds: number },
  ): Promise<ReadonlyMap<string, number>> {
    const begun = new Map<string, number>();
    const began = performance.now();
    const ticks = seconds * TICKS;
    const sending: Promise<void>[] = [];
    let n = 0;
    for (let tick = 0; tick < ticks; tick++) {
      await sleep(Math.max(0, began + (tick * 1_000) / TICKS - performance.now()));
      const type = TYPES[tick % TYPES.length] as string;
      const lines: string[] = [];
      for (let i = perSecond / TICKS; i > 0; i--) lines.push(everyday(type, n++));
      if (tick % TICKS === Math.floor(tick / TICKS) % TYPES.length) {
        const actor = 100_000 + Math.floor(tick / TICKS);
        lines.push(...attack(type, Date.now(), actor));
        begun.set(addressOf(actor), performance.now());
      }
      const messages = lines.map((value, i) => ({ value, partition: (tick + i) % PARTITIONS }));
      sending.push(this.#send(topics.get(type) as string, messages));
    }
    await Promise.all(sending);
    return begun;
  }

  async #send(topic: string, messages: readonly Message[]): Promise<void> {
    for (let at = 0; at < messages.length; at += AT_ONCE) {
      const some = messages.slice(at, at + AT_ONCE);
      await this.#producer.send({ topic, messages: some, compression: kafkajs.CompressionTypes.GZIP });
    }
  }
}

const TICKS = 50;

/** An attack that ends in an alert with its last line at the latest. */
function attack(type: string, time: number, actor: number): readonly string[] {
  if (type === 'nginx.access') return [attackLine(time, 0, 1).replace(addressOf(0), addressOf(actor))];
  return Array.from({ length: 40 }, (_, n) => guess(time, actor, n));
}

/** The `n`th line of ordinary life now. */
function everyday(type: string, n: number): string {
  const [time, actor] = [Date.now(), 1_000 + (n % 20_000)];
  return type === 'nginx.access' ? visitLine(time, actor, n) : ordinary(time, actor, 1 + (n % 11));
}

function messageOf(value: string, n: number): Message {
  return { value, partition: n % PARTITIONS, timestamp: String(DAY_START + 2 * DAY) };
}
