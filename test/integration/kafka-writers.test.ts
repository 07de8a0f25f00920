import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KafkaAddress } from '../../deploy/servers.mjs';
import type { EcsEvent, LogRecord, Source } from '../../src/event/index.js';
import { createNormaliser } from '../../src/normalise/index.js';
import { createTopic, Tried } from '../support/kafka.js';
import { describeWithServers, kafka, unique } from '../support/servers.js';
import { freePort, hasModule, programOf, withDaemon } from '../support/writers.js';

/**
 * What real shippers write into Kafka, by Debian's packages rsyslog-kafka, syslog-ng-mod-rdkafka and kcat. (The first two
 * exclude each other on one machine.) Skipped with the reason where they are not installed.
 */
const WRITERS = {
  rsyslog: { program: 'rsyslogd', module: 'rsyslog/omkafka.so', package: 'rsyslog-kafka' },
  'syslog-ng': { program: 'syslog-ng', module: 'syslog-ng/*/libkafka.so', package: 'syslog-ng-mod-rdkafka' },
  kcat: { program: 'kcat', module: undefined, package: 'kcat' },
} as const;

function describeWith(name: keyof typeof WRITERS, tests: (program: string) => void): void {
  const { program, module, package: packageName } = WRITERS[name];
  const path = programOf(program);
  const isThere = path !== undefined && (module === undefined || hasModule(module));
  const title = isThere ? name : `${name} (skipped: Debian's ${packageName} is not installed)`;
  describe.skipIf(!isThere)(title, () => tests(path ?? ''));
}

/** Failed log-ins as an sshd behind syslog (RFC 5424) sends them. */
const SENT = Array.from(
  { length: 20 },
  (_, i) =>
    `<38>1 2026-03-11T20:00:${String(i + 10)}.000Z web-7 sshd ${812 + i} - - ` +
    `Failed password for invalid user ünï${i} from 203.0.113.${i} port 40022 ssh2`,
);

describeWithServers('written into Kafka by', ['kafka'], () => {
  let address: Required<KafkaAddress>;
  let folder: string;
  beforeAll(async () => {
    address = await kafka();
    folder = mkdtempSync(join(tmpdir(), 'sekisho-writers-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function topicOf(name: string): Promise<string> {
    const topic = unique(name);
    await createTopic(address, topic);
    return topic;
  }

  async function recordsOf(topic: string, count: number): Promise<readonly LogRecord[]> {
    const input = new Tried({ cluster: { brokers: address.brokers }, group: unique('group'), topics: [topic] });
    await input.until(() => input.records.length >= count);
    expect(input.batches.flatMap(({ rejected }) => rejected)).toEqual([]);
    await input.close();
    return input.records;
  }

  /** Each record must be the log-in that was sent, whoever wrapped it; no type is told. */
  async function expectLogins(topic: string): Promise<void> {
    const source: Source = { id: 'test', label: topic, settings: { timezone: 'UTC', host: 'not this one' } };
    const normaliser = createNormaliser({ derive: 'all' });
    const events: EcsEvent[] = [];
    for (const record of await recordsOf(topic, SENT.length)) {
      expect(normaliser.normalise(source, record, events), record.text).toBeUndefined();
    }
    events.forEach((event, i) => {
      expect(event.time, event.fields['event.original'] as string).toBe(Date.UTC(2026, 2, 11, 20, 0, i + 10));
      expect(event.fields, JSON.stringify(event.fields)).toMatchObject({
        'event.dataset': 'system.auth',
        'event.outcome': 'failure',
        'host.name': 'web-7',
        'source.ip': `203.0.113.${i}`,
        'user.name': `ünï${i}`,
        'process.name': 'sshd',
        'process.pid': 812 + i,
      });
    });
    expect(events).toHaveLength(SENT.length);
  }

  describeWith('rsyslog', (program) => {
    it('with its own templates, an RFC 5424 one and a JSON one', async () => {
      const topics = [await topicOf('rs-default'), await topicOf('rs-5424'), await topicOf('rs-json')] as const;
      const port = await freePort();
      const kafkaAction = (topic: string, template: string, codec: string): string =>
        `action(type="omkafka" broker=${JSON.stringify(address.brokers)} topic="${topic}" ${template} ` +
        `confParam=["compression.codec=${codec}"])`;
      const property = (outname: string, name: string, more = ''): string =>
        `property(outname="${outname}" name="${name}" format="jsonf"${more})`;
      const file = join(folder, 'rsyslog.conf');
      writeFileSync(
        file,
        `global(workDirectory="${folder}")
module(load="imtcp")
module(load="omkafka")
template(name="json" type="list" option.jsonf="on") {
  ${property('@timestamp', 'timereported', ' dateFormat="rfc3339"')}
  ${property('host.name', 'hostname')}
  ${property('programname', 'programname')}
  ${property('procid', 'procid')}
  ${property('severity', 'syslogseverity-text')}
  ${property('message', 'msg')}
}
input(type="imtcp" address="127.0.0.1" port="${port}")
${kafkaAction(topics[0], '', 'none')}
${kafkaAction(topics[1], 'template="RSYSLOG_SyslogProtocol23Format"', 'gzip')}
${kafkaAction(topics[2], 'template="json"', 'lz4')}
`,
      );
      await withDaemon([program, ['-n', '-f', file, '-i', join(folder, 'rsyslog.pid')]], port, SENT, async () => {
        for (const topic of topics) await expectLogins(topic);
      });
    });
  });

  describeWith('syslog-ng', (program) => {
    it('with a text template and format-json', async () => {
      const topics = [await topicOf('ng-text'), await topicOf('ng-json'), await topicOf('ng-macros')] as const;
      const port = await freePort();
      const destination = (name: string, topic: string, message: string): string =>
        `destination ${name} { kafka-c(bootstrap-servers("${address.brokers.join()}") topic("${topic}") ` +
        `message("${message}")); };`;
      const file = join(folder, 'syslog-ng.conf');
      writeFileSync(
        file,
        `@version: 3.35
options { keep-hostname(yes); };
source in { network(ip("127.0.0.1") port(${port}) transport("tcp") flags(syslog-protocol)); };
${destination('text', topics[0], '$ISODATE $HOST $MSGHDR$MSG')}
${destination('json', topics[1], '$(format-json --scope rfc5424,rfc3164 --pair ISODATE=$ISODATE)')}
${destination('macros', topics[2], '$(format-json ISODATE=$ISODATE HOST=$HOST PROGRAM=$PROGRAM PID=$PID MESSAGE=$MSG)')}
log { source(in); destination(text); destination(json); destination(macros); };
`,
      );
      const state = [
        '--persist-file',
        join(folder, 'persist'),
        '-p',
        join(folder, 'ng.pid'),
        '-c',
        join(folder, 'ng.ctl'),
      ];
      await withDaemon([program, ['-F', '--no-caps', '-f', file, ...state]], port, SENT, async () => {
        for (const topic of topics) await expectLogins(topic);
      });
    });
  });

  describeWith('kcat', (program) => {
    it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('with the codec %s', async (codec) => {
      const topic = await topicOf(`kcat-${codec}`);
      const args = [
        '-P',
        '-b',
        address.brokers.join(),
        '-t',
        topic,
        '-X',
        `compression.codec=${codec}`,
        '-X',
        'linger.ms=100',
      ];
      const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'] });
      child.stdin.end(SENT.map((line) => `${line}\n`).join(''));
      expect((await once(child, 'close'))[0]).toBe(0);
      await expectLogins(topic);
    });
  });
});
