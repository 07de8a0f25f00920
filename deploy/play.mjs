/**
 * `npm start -- --kafka`: the sample through real servers. Starts Kafka and Elasticsearch on loopback (servers.mjs: Java
 * and Maven), writes each line of the sample logs into Kafka, runs `sekisho setup` and `sekisho run` between them, and
 * shows the alerts that Elasticsearch then has. Called by start.mjs once everything is built and generated.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { root } from './ensure.mjs';
import { getServers, missingFor, startServers } from './servers.mjs';

const NAMES = ['kafka', 'elasticsearch'];
const PARTITIONS = 3;
const AT_ONCE = 5_000;

/** Plays the sample; returns the exit code. */
export async function play() {
  const reasons = NAMES.flatMap((name) => missingFor(name) ?? []);
  if (reasons.length > 0) return refuse(reasons.join('\n'));
  await getServers(NAMES, say);
  say('Starting Kafka and Elasticsearch …');
  const servers = await startServers({ kafka: {}, elasticsearch: {} });
  const folder = mkdtempSync(join(tmpdir(), 'sekisho-play-'));
  try {
    const { loadConfig } = await import('../dist/src/engine/config/config.js');
    const { inputs } = loadConfig(join(root, 'deploy/sample/sekisho.yml'));
    say('Writing the sample logs into Kafka …');
    await produce(servers.kafka.brokers, inputs);
    const config = join(folder, 'sekisho.yml');
    writeFileSync(config, JSON.stringify(siteOf(servers, folder, inputs)));
    const code = sekisho('setup', '-c', config) || sekisho('run', '-c', config, '--until-caught-up');
    if (code === 0) await show(servers.elasticsearch.node);
    return code;
  } finally {
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each line a record with its file's time; one topic for each input. */
async function produce(brokers, inputs) {
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  // Idempotent: where one partition was not ready, kafkajs sends all of them again.
  const [admin, producer] = [kafka.admin(), kafka.producer({ idempotent: true, maxInFlightRequests: 1 })];
  await Promise.all([admin.connect(), producer.connect()]);
  // The records are as old as their files: kept, however old.
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  const topics = inputs.map((_, i) => ({ topic: topicOf(i), numPartitions: PARTITIONS, configEntries }));
  const { createTopics } = await import('../dist/src/kafka/index.js');
  await createTopics(admin, topics);
  for (const [i, { path }] of inputs.entries()) {
    for (const file of path.flatMap(filesOf)) {
      const bytes = readFileSync(file);
      const lines = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n').filter(Boolean);
      const timestamp = String(Math.round(statSync(file).mtimeMs));
      const messages = lines.map((value, n) => ({ value, timestamp, partition: n % PARTITIONS }));
      for (let at = 0; at < messages.length; at += AT_ONCE) {
        await producer.send({ topic: topicOf(i), messages: messages.slice(at, at + AT_ONCE) });
      }
    }
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);
}

/** The sample's inputs as topics, and Elasticsearch as output. */
function siteOf({ kafka, elasticsearch }, folder, inputs) {
  return {
    data: join(folder, 'data'),
    kafka: { brokers: kafka.brokers },
    inputs: inputs.map((input, i) => ({ ...input, path: undefined, topics: [topicOf(i)], start: 'earliest' })),
    outputs: [{ type: 'elasticsearch', nodes: [elasticsearch.node] }],
    'poll-interval': '20ms',
    http: null,
  };
}

/** What a search in Elasticsearch finds, in the order of its opening. */
async function show(node) {
  await fetch(`${node}/sekisho-alerts-*/_refresh`, { method: 'POST' });
  const query = new URLSearchParams({ q: 'NOT sekisho.alert.state:merged', sort: '@timestamp', size: '100' });
  const { hits } = await (await fetch(`${node}/sekisho-alerts-*/_search?${query}`)).json();
  process.stdout.write(`\nElasticsearch has ${hits.total.value} alerts:\n`);
  for (const { _source: alert } of hits.hits) {
    const severity = alert.sekisho.alert.severity.padEnd(13);
    process.stdout.write(`  ${alert['@timestamp']}  ${severity}  ${alert.message}\n`);
  }
}

function filesOf(pattern) {
  const name = basename(pattern).replace('*', '');
  return readdirSync(dirname(pattern))
    .filter((file) => (pattern.endsWith('*') ? file.startsWith(name) : file === name))
    .map((file) => join(dirname(pattern), file))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
}

function topicOf(i) {
  return `sample-${i}`;
}

function sekisho(...args) {
  const { status, error } = spawnSync(process.execPath, [join(root, 'dist/bin/sekisho.js'), ...args], {
    stdio: 'inherit',
  });
  if (error) throw error;
  return status ?? 1;
}

function refuse(message) {
  say(message);
  return 1;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
