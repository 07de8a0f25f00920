import { CompressionTypes } from 'kafkajs';
import { beforeAll, expect, it } from 'vitest';
import { type KafkaAddress, startServers } from '../../deploy/servers.mjs';
import { clientOf, createTopic, send, sendByJava, Tried, withAdmin } from '../support/kafka.js';
import { describeWithServers, kafka, unique } from '../support/servers.js';

const lines = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `203.0.113.${(from + i) % 250} GET /product/${from + i} 200`);

describeWithServers('Kafka as input', ['kafka'], () => {
  let address: Required<KafkaAddress>;
  beforeAll(async () => {
    address = await kafka();
  });

  const tried = (topic: string, options: Partial<ConstructorParameters<typeof Tried>[0]> = {}): Tried =>
    new Tried({ cluster: { brokers: address.brokers }, group: unique('group'), topics: [topic], ...options });

  it('reads a topic from its start, then says idle, and goes on where the group was left', async () => {
    const topic = unique('logs');
    await createTopic(address, topic, 2);
    await send(address, topic, lines(300), 0);
    await send(address, topic, lines(200, 300), 1);
    const group = unique('group');
    const first = tried(topic, { group });
    await first.until(() => first.records.length === 500 && first.kinds.slice(-2).every((kind) => kind === 'idle'));
    expect([...first.texts].sort()).toEqual(lines(500).sort());
    expect(new Set(first.batches.map(({ source }) => source.id))).toEqual(
      new Set([`kafka:${topic}:0`, `kafka:${topic}:1`]),
    );
    await first.commit();
    await first.close();

    await send(address, topic, ['one more\r\n'], 1);
    const second = tried(topic, { group });
    await second.until(() => second.records.length > 0);
    expect(second.texts).toEqual(['one more']);
    expect(second.records[0]?.offset).toBe(200);
    await second.close();
  });

  it("goes on from the engine's own offset where that is greater than the group's", async () => {
    const topic = unique('logs');
    await createTopic(address, topic);
    await send(address, topic, lines(10));
    const input = tried(topic, { resume: (source) => (source === `kafka:${topic}:0` ? { offset: 7 } : undefined) });
    await input.until(() => input.records.length > 0);
    expect(input.records.map(({ offset }) => offset)).toEqual([7, 8, 9]);
    await input.close();
  });

  it('begins at the end with start latest, says so at once for the commit, and reads later partitions whole', async () => {
    const topic = unique('logs');
    await createTopic(address, topic);
    await send(address, topic, lines(10));
    const input = tried(topic, { start: 'latest', topics: [topic, `${topic}-later`] });
    await input.until(() => input.batches.length > 0);
    expect(input.batches[0]).toMatchObject({ records: [], next: 10 });
    expect([...input.troubles.values()].join()).toContain(`Kafka: waiting for the topic ${topic}-later`);
    await createTopic(address, `${topic}-later`);
    await send(address, `${topic}-later`, ['first of a new topic']);
    await send(address, topic, ['eleventh']);
    await input.until(() => input.records.length === 2);
    expect([...input.texts].sort()).toEqual(['eleventh', 'first of a new topic']);
    expect([...input.troubles.values()].join()).not.toContain('waiting');
    await input.close();
  });

  it('reads the topics that a pattern fits, each in its own settings, and one that comes later', async () => {
    const prefix = unique('site');
    await createTopic(address, `${prefix}-web`);
    await createTopic(address, `not-${prefix}-web`);
    await send(address, `${prefix}-web`, ['of the web']);
    await send(address, `not-${prefix}-web`, ['of another']);
    const input = new Tried({
      cluster: { brokers: address.brokers },
      group: unique('group'),
      pattern: `${prefix}-.*`,
      settingsFor: (topic) => ({ timezone: 'UTC', type: topic.endsWith('-web') ? 'nginx' : 'auth' }),
    });
    await input.until(() => input.records.length === 1);
    await createTopic(address, `${prefix}-db`);
    await send(address, `${prefix}-db`, ['of the database']);
    await input.until(() => input.records.length === 2);
    const read = input.batches.filter(({ records }) => records.length > 0);
    expect(read.map(({ source, records }) => [source.settings.type, records[0]?.text]).sort()).toEqual([
      ['auth', 'of the database'],
      ['nginx', 'of the web'],
    ]);
    await input.close();
  });

  it('begins at a time', async () => {
    const topic = unique('logs');
    await createTopic(address, topic);
    await send(address, topic, ['before']);
    const time = Date.now() + 5;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await send(address, topic, ['after']);
    const input = tried(topic, { start: { time } });
    await input.until(() => input.records.length > 0);
    expect(input.texts).toEqual(['after']);
    await input.close();
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what the Java client wrote with %s', async (codec) => {
    const topic = unique(codec);
    await createTopic(address, topic);
    const written = [...lines(5_000), 'ünïcödé 関所', 'x'.repeat(300_000)];
    await sendByJava(address, topic, written, {
      'compression.type': codec,
      'linger.ms': '50',
      'batch.size': '200000',
      'max.request.size': '2000000',
    });
    const input = tried(topic);
    await input.until(() => input.records.length === written.length);
    expect(input.texts).toEqual(written);
    expect(input.batches.flatMap(({ rejected }) => rejected)).toEqual([]);
    await input.close();
  });

  it('refuses by name what is framed for a schema registry, and keeps it whole', async () => {
    const topic = unique('logs');
    await createTopic(address, topic);
    const avro = Buffer.from([0, 0, 0, 0, 42, 10, 104, 101]);
    await send(address, topic, ['good', avro, null, 'good too', Buffer.from([0x66, 0xff, 0x6f])]);
    const input = tried(topic);
    await input.until(() => input.records.length === 3);
    expect(input.texts).toEqual(['good', 'good too', 'f\ufffdo']);
    expect(input.records[2]?.bytes).toEqual(Uint8Array.from([0x66, 0xff, 0x6f]));
    const [first, second] = input.batches.flatMap(({ rejected }) => rejected);
    expect(first).toMatchObject({
      position: { source: `kafka:${topic}:0`, offset: 1, sub: 0 },
      failure: { code: 'input.kafka.avro' },
      bytes: Uint8Array.from(avro),
    });
    expect(first?.failure.message).toContain('schema 42');
    expect(second?.failure.code).toBe('input.kafka.empty');
    await input.close();
  });

  it('turns a batch that decompresses to too much into one dead letter, and goes on after it', async () => {
    const topic = unique('bomb');
    await createTopic(address, topic);
    const producer = clientOf(address).producer();
    await producer.connect();
    const bomb = [{ value: Buffer.alloc(70 << 20, 'x') }, { value: 'in the same batch' }];
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages: bomb });
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages: [{ value: 'after' }] });
    await producer.disconnect();
    const input = tried(topic);
    await input.until(() => input.records.length > 0);
    expect(input.records.map(({ text, offset }) => [text, offset])).toEqual([['after', 2]]);
    const rejected = input.batches.flatMap((batch) => batch.rejected);
    expect(rejected).toMatchObject([{ position: { offset: 0 }, failure: { code: 'input.kafka.batch' } }]);
    expect(rejected[0]?.bytes.length).toBeGreaterThan(1000);
    await input.close();
  });

  it('reports records that the broker deleted before they were read', async () => {
    const topic = unique('logs');
    await createTopic(address, topic);
    await send(address, topic, lines(20));
    const group = unique('group');
    await withAdmin(address, async (admin) => {
      await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '3' }] });
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '12' }] });
    });
    const input = tried(topic, { group });
    await input.until(() => input.records.length > 0);
    expect(input.records[0]?.offset).toBe(12);
    expect(input.failures).toMatchObject([{ code: 'input.gap' }]);
    expect(input.failures[0]?.message).toContain('from offset 3 to 11');
    await input.close();
  });

  it('shares partitions with another member and takes them over when it leaves', async () => {
    const topic = unique('logs');
    await createTopic(address, topic, 4);
    const group = unique('group');
    const one = tried(topic, { group });
    await one.until(() => one.readers.length === 4);
    const other = tried(topic, { group });
    await Promise.all([one.until(() => one.readers.length === 2), other.until(() => other.readers.length === 2)]);
    for (const partition of [0, 1, 2, 3]) await send(address, topic, lines(25, partition * 25), partition);
    await Promise.all([one.until(() => one.records.length === 50), other.until(() => other.records.length === 50)]);
    expect([...one.texts, ...other.texts].sort()).toEqual(lines(100).sort());
    await one.commit();
    await other.close();
    await one.until(() => one.readers.length === 4 && one.records.length === 100);
    await one.close();
  });

  it('reads over TLS with SASL, and says what is wrong with a password', async () => {
    const topic = unique('logs');
    await createTopic(address, topic);
    await send(address, topic, lines(5));
    const { brokers, ca, username, password } = address.secure;
    for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
      const input = tried(topic, { cluster: { brokers, tls: { ca }, sasl: { mechanism, username, password } } });
      await input.until(() => input.records.length === 5);
      await input.close();
    }
    const sasl = { mechanism: 'plain', username, password: 'wrong' } as const;
    const refused = tried(topic, { cluster: { brokers, tls: { ca }, sasl } });
    await refused.until(() => refused.troubles.size > 0);
    expect([...refused.troubles.values()].join()).toMatch(/[Aa]uthentication failed/u);
    await refused.close();
  });

  it('waits for a broker that restarts and loses nothing', async () => {
    const servers = await startServers({ kafka: {} });
    await createTopic(servers.kafka, 'logs');
    await send(servers.kafka, 'logs', lines(100));
    const input = tried('logs', { cluster: { brokers: servers.kafka.brokers } });
    await input.until(() => input.records.length === 100);
    await servers.kill('kafka');
    await input.until(() => input.troubles.size > 0);
    await servers.restart('kafka');
    await send(servers.kafka, 'logs', lines(100, 100));
    await input.until(() => input.records.length >= 200);
    expect(input.texts).toEqual(lines(200));
    await input.until(() => input.troubles.size === 0 && input.kinds.at(-1) === 'idle');
    await input.close();
    await servers.stop();
  });

  it('waits for a broker that is not there', async () => {
    const input = tried('logs', { cluster: { brokers: ['127.0.0.1:1'] } });
    await input.until(() => input.troubles.size > 0);
    expect([...input.troubles.values()].join()).toMatch(/^Kafka: the group \S+: .*; trying again$/u);
    await input.close();
  });
});
