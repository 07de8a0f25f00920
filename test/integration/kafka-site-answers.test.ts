import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ElasticsearchAddress, KafkaAddress } from '../../deploy/servers.mjs';
import { type Random, seeded } from '../../deploy/sample/random.js';
import { writeSample } from '../../deploy/sample/write.js';
import { loadConfig } from '../../src/engine/config/config.js';
import { writeNginx } from '../bench/nginx.js';
import { writeSshd } from '../bench/sshd.js';
import { describeWithServers, elasticsearch, kafka, unique } from '../support/servers.js';
import { type RawTopic, type Sent, Site, told } from '../support/site.js';
import { build, Folder, jsonLines, root, sekisho } from './cli.js';

const PARTITIONS = 3;
/** After everything, so that all is decided: as each format writes it, harmless. */
const END = Date.UTC(2026, 2, 20);
const LAST_LINES: Readonly<Record<string, string>> = {
  'nginx.access': '192.0.2.250 - - [20/Mar/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 10 "-" "Mozilla/5.0"',
  'nginx.error': '2026/03/20 00:00:00 [notice] 1#1: exiting',
  'system.auth': 'Mar 20 00:00:00 web-1 systemd-logind[1]: New seat seat0.',
  ecs: '{"@timestamp":"2026-03-20T00:00:00.000Z","message":"end","event":{"kind":"event"}}',
};

describeWithServers('a site of members, many lines', ['kafka', 'elasticsearch'], () => {
  let servers: { kafka: Required<KafkaAddress>; elasticsearch: Required<ElasticsearchAddress> };
  let folder: Folder;
  let site: Site | undefined;

  beforeAll(async () => {
    build();
    servers = { kafka: await kafka(), elasticsearch: await elasticsearch() };
    folder = new Folder();
    writeSample(folder.at('logs'));
    folder.write('sample.yml', readFileSync(join(root, 'deploy/sample/sekisho.yml')));
    folder.write('logs/many/empty', '');
    writeSshd(folder.at('logs/many/sshd.log'), { lines: 100_000, attackers: 40, benign: 4_000 });
    writeNginx(folder.at('logs/many/nginx.log'), { lines: 100_000, attackers: 20, benign: 4_000 });
    for (const name of ['sshd.log', 'nginx.log']) utimesSync(folder.at(`logs/many/${name}`), END / 1000, END / 1000);
  });

  afterEach(() => site?.end());
  afterAll(() => folder.remove());

  type Input = ReturnType<typeof loadConfig>['inputs'][number];

  const sample = (): readonly Input[] => loadConfig(folder.at('sample.yml')).inputs;
  const many = (): readonly Input[] => [
    { path: [folder.at('logs/many/sshd.log')], type: 'system.auth', timezone: 'UTC', host: 'gate' },
    { path: [folder.at('logs/many/nginx.log')], type: 'nginx.access', timezone: 'UTC', host: 'shop' },
  ];

  /** The answer of `scan` on the same lines, the last ones included. */
  async function scanned(inputs: readonly Input[]): Promise<readonly string[]> {
    const lasts = inputs.map((input, i) => {
      const path = folder.write(`lasts-${i}.log`, `${LAST_LINES[input.type as string]}\n`);
      utimesSync(path, END / 1000, END / 1000);
      return { ...input, path: [path] };
    });
    const config = folder.write('scan.yml', JSON.stringify({ inputs: [...inputs, ...lasts], timezone: 'UTC' }));
    const done = await sekisho(['scan', '-c', config, '-o', 'ndjson']);
    expect(done.code, done.stderr).toBe(0);
    return told(jsonLines(done.stdout));
  }

  /** The lines of each partition of each input's topic, in their order, the last one apart. */
  function dealt(inputs: readonly Input[], topics: readonly RawTopic[], random: Random) {
    const queues = inputs.flatMap((input, i) => {
      const { topic } = topics[i] as RawTopic;
      const partitions = Array.from({ length: PARTITIONS }, (): Sent[] => []);
      for (const { value, time } of input.path.flatMap(linesOf)) {
        const partition = random.int(0, PARTITIONS - 1);
        partitions[partition]?.push({ topic, partition, value, time });
      }
      return partitions;
    });
    const lasts = inputs.flatMap(({ type }, i) =>
      Array.from({ length: PARTITIONS }, (_, partition): Sent => {
        return { topic: topics[i]?.topic as string, partition, value: LAST_LINES[type as string] as string, time: END };
      }),
    );
    return { queues, lasts };
  }

  async function play(inputs: readonly Input[], members: number, name: string): Promise<void> {
    const random = seeded(name);
    const topics = inputs.map(({ type, timezone, host }, i): RawTopic => {
      const settings = { type: type as string, timezone: timezone as string, host: host as string };
      return { topic: unique(`raw-${i}`), partitions: PARTITIONS, settings };
    });
    const own = new Site(servers, { folder, topics, partitions: 6 });
    site = own;
    await own.setup();
    const { queues, lasts } = dealt(inputs, topics, random);
    const expected = await scanned(inputs);
    expect(expected.length).toBeGreaterThan(10);
    await own.produce(queues.flatMap((queue) => queue.splice(0, 1)));
    for (let n = 0; n < members; n++) own.start();
    // One partition waits until all others are written: days behind them in event time.
    const [laggard] = queues.splice(0, 1) as [Sent[]];
    while (queues.some(({ length }) => length > 0)) {
      await own.produce(queues.flatMap((queue) => queue.splice(0, random.int(0, 4_000))));
    }
    await own.produce(laggard);
    await own.produce(lasts);
    await expect.poll(() => own.found(), { timeout: 200_000, interval: 2_000 }).toEqual(expected);
  }

  it('one member: the sample over eight topics, one partition behind, says what scan says', async () => {
    await play(sample(), 1, 'one member');
  }, 300_000);

  it('three members: the sample and 200,000 lines more, in a random interleaving, say what scan says', async () => {
    await play([...sample(), ...many()], 3, 'three members');
  }, 400_000);
});

/** The lines of the files of a path that may end in a star, oldest file first, each with its file's time. */
function linesOf(pattern: string): readonly { readonly value: string; readonly time: number }[] {
  const name = basename(pattern).replace('*', '');
  return readdirSync(dirname(pattern))
    .filter((file) => (pattern.endsWith('*') ? file.startsWith(name) : file === name))
    .map((file) => join(dirname(pattern), file))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
    .flatMap((file) => {
      const bytes = readFileSync(file);
      const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
      const time = Math.round(statSync(file).mtimeMs);
      return text
        .split('\n')
        .filter(Boolean)
        .map((value) => ({ value, time }));
    });
}
