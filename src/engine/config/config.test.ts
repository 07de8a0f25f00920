import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULTS, defaultConfig } from './default.js';
import { configSchema } from './schema.js';
import { ConfigError, loadConfig, problemText } from './config.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sekisho-config-'));
  file = join(folder, 'sekisho.yml');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function problems(text: string, env: NodeJS.ProcessEnv = {}): readonly string[] {
  writeFileSync(file, text);
  try {
    loadConfig(file, env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => problemText(problem).replace(`${folder}/`, ''));
  }
}

it('DEFAULTS are what the schema makes of nothing', () => {
  expect(configSchema.parse({})).toEqual(DEFAULTS);
});

describe('loadConfig', () => {
  it('accepts an empty file, with every default and absolute paths', () => {
    writeFileSync(file, '');
    expect({ ...loadConfig(file), file: '' }).toEqual(defaultConfig(folder));
    expect(loadConfig(file).data).toBe(join(folder, 'sekisho-data'));
  });

  it.each([
    ['inputs:\n  - path: "a\\0b"\n', 'sekisho.yml:2:11: inputs.0.path: a NUL character stands in it; take it out'],
    ['data: "\\0"\n', 'sekisho.yml:1:7: data: a NUL character stands in it; take it out'],
  ])('refuses a NUL, which no path can have: %j', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it('takes a web server’s format string with its type or without, as text or JSON', () => {
    const patterns = ['"$remote_addr $status"', '"%h %>s"', `'{"to": "$scheme://$host$uri", "st": $status}'`];
    const inputs = patterns.flatMap((pattern) => [
      `  - {path: a, pattern: ${pattern}}`,
      `  - {path: a, pattern: ${pattern}, type: httpd}`,
    ]);
    expect(problems(`inputs:\n${inputs.join('\n')}\n`)).toEqual([]);
  });

  it('turns spans and sizes into milliseconds and bytes', () => {
    writeFileSync(file, 'lateness: 1.5h\nidle: 250ms\nmemory: 2 GiB\nmax-line: 512 KiB\nretention: 7d\n');
    expect(loadConfig(file)).toMatchObject({
      lateness: 5_400_000,
      idle: 250,
      memory: 2_147_483_648,
      'max-line': 524_288,
      retention: 604_800_000,
    });
  });

  it('fills in a site: topics, groups and retention', () => {
    writeFileSync(file, 'kafka: {brokers: [a:1], site: {partitions: 3, retention: {alerts: 1d}}}\n');
    expect(loadConfig(file).kafka?.site).toEqual({
      partitions: 3,
      replication: 1,
      prefix: 'sekisho.',
      group: 'sekisho',
      retention: { detections: 604_800_000, alerts: 86_400_000, 'dead-letter': 2_592_000_000, events: 259_200_000 },
    });
  });

  it('listens on loopback unless told otherwise', () => {
    writeFileSync(
      file,
      'inputs:\n  - syslog: {protocol: tcp, port: 5514}\n  - syslog: {protocol: udp, host: "::", port: 514}\n',
    );
    expect(loadConfig(file).inputs.map(({ syslog }) => syslog)).toEqual([
      {
        ...{ protocol: 'tcp', host: '127.0.0.1', port: 5514 },
        ...{ buffer: 16_777_216, connections: 1000, 'idle-timeout': 3_600_000 },
      },
      { protocol: 'udp', host: '::', port: 514, buffer: 16_777_216 },
    ]);
  });

  it('puts secrets in place of ${env:} and ${file:}', () => {
    writeFileSync(join(folder, 'secret'), 'from-file\n');
    writeFileSync(file, "data: './${env:WHERE}-${file:secret}'\n");
    expect(loadConfig(file, { WHERE: 'here' }).data).toBe(join(folder, 'here-from-file'));
  });

  it.each(['${env:WHO}', '${WHO}'])(
    'takes %s from the environment in a field that is called like an account',
    (text) => {
      writeFileSync(file, `inputs: [{path: a, fields: {username: "${text}"}}]\n`);
      expect(loadConfig(file, { WHO: 'ann' }).inputs[0]?.fields).toEqual({ username: 'ann' });
    },
  );

  it('keeps ${NAME} where it is a text: in format strings, behind a dollar sign, but not in fields of such names', () => {
    const fields = "{labels.link: 'https://wiki/$${WHO}/x', pattern: '${WHO}', start: 'a$${GONE}b'}";
    writeFileSync(file, `inputs: [{path: a, type: nginx, pattern: '$\{remote_addr} $request', fields: ${fields}}]\n`);
    expect(loadConfig(file, { WHO: 'ann' }).inputs[0]).toMatchObject({
      pattern: '${remote_addr} $request',
      fields: { 'labels.link': 'https://wiki/${WHO}/x', pattern: 'ann', start: 'a${GONE}b' },
    });
  });

  const wrong: readonly (readonly [text: string, problem: string])[] = [
    [
      'kafka: {brokers: [a:1], site: {partition: 3}}',
      "kafka.site.partition: unknown key 'partition'; did you mean 'partitions'?",
    ],
    [
      'kafka: {brokers: [a:1], site: {}}\ninputs: [{path: /var/log/x}]',
      'inputs.0: with kafka: site: only topics are read; ship these logs to a topic',
    ],
    [
      'kafka: {brokers: [a:1], site: {}}\noutputs: [{type: ndjson, path: x}]',
      'outputs.0: with kafka: site: alerts go to their topic and to elasticsearch only',
    ],
    ['latenes: 5m', "sekisho.yml:1:1: latenes: unknown key 'latenes'; did you mean 'lateness'?"],
    ['log: {levle: info}', "sekisho.yml:1:7: log.levle: unknown key 'levle'; did you mean 'level'?"],
    ['timezone: Europe/Madird', "timezone: 'Europe/Madird' is not a time zone; did you mean 'Europe/Madrid'?"],
    ['timezone: Here', "timezone: 'Here' is not a time zone; use an IANA name such as Asia/Tokyo or UTC"],
    ['data: "${env:GONE}"', 'sekisho.yml:1:7: data: the environment has no GONE; set it, or remove ${env:GONE}'],
    [
      'data: "${file:gone}"',
      'sekisho.yml:1:7: data: the file gone named by ${file:gone} does not exist; check the path',
    ],
    [
      'timezone: Mars/Olympus',
      "sekisho.yml:1:11: timezone: 'Mars/Olympus' is not a time zone; use an IANA name such as Asia/Tokyo or UTC",
    ],
    [
      'memory: lots',
      "sekisho.yml:1:9: memory: 'lots' is not a size; write a number and a unit: 512 KiB, 256 MiB, 2 GiB",
    ],
    ['inputs: [{type: auth}]', 'sekisho.yml:1:10: inputs.0: names nothing to read; give it a path'],
    ['inputs: [{topics: a}]', 'sekisho.yml:1:10: inputs.0: topics need a cluster; name it under kafka: brokers:'],
    ['inputs: [{path: a, start: latest}]', "sekisho.yml:1:27: inputs.0.start: 'start' is for topics only"],
    [
      'inputs: [{path: a, syslog: {protocol: udp, port: 1}}]',
      'inputs.0: names more than one of files, topics and syslog',
    ],
    [
      'inputs: [{syslog: {protocol: udp, port: 1, buffer: 1 KiB}}]',
      'inputs.0.syslog.buffer: too small for a buffer; give it 1 MiB at least',
    ],
    [
      'inputs: [{syslog: {protocol: sctp, port: 1}}]',
      'inputs.0.syslog.protocol: no such protocol; write udp, tcp or tls',
    ],
    [
      'inputs: [{syslog: {protocol: udp, port: 1, prot: 1}}]',
      "inputs.0.syslog.prot: unknown key 'prot'; did you mean 'port'?",
    ],
    ['kafka: {brokers: [here]}', 'sekisho.yml:1:19: kafka.brokers.0: not a broker; write host:port'],
    ['kafka: {brokers: [a:1], broker: x}', "kafka.broker: unknown key 'broker'; did you mean 'brokers'?"],
    ['kafka: {brokers: [a:1]}\ninputs: [{topics: a, start: soon}]', "'soon' is not a place to start; write latest"],
    [
      'kafka: {brokers: [a:1]}\ninputs: [{topics: a, start: latest}, {topics: b, start: earliest}]',
      'inputs.1.start: the group sekisho starts elsewhere in another input',
    ],
    ['outputs: [{type: elastic, nodes: []}]', 'outputs.0.type: no output of that type; there are ndjson and elastic'],
    ['outputs: [{type: elasticsearch, nodes: [es]}]', 'not an address of Elasticsearch; write http://host:9200'],
    [
      'outputs: [{type: elasticsearch, nodes: ["https://es:9200"], ca: /etc/ca.pem}]',
      'outputs.0.ca: not a PEM text; to read it from a file, write ${file:/path/to/it.pem}',
    ],
    [
      'data: a\ndata: b',
      'sekisho.yml:2:1: Map keys must be unique; write the key once, with all that belongs to it below',
    ],
    ['inputs: 5', 'sekisho.yml:1:9: inputs: a number stands where a list is needed; write it as [a, b]'],
    ["inputs: [{path: a, pattern: 'plain'}]", "inputs.0.pattern: no format string; write nginx's log_format"],
    ["inputs: [{path: a, pattern: '$host$status'}]", 'with a text between any two variables'],
    ["inputs: [{path: a, type: iis, pattern: '$status x'}]", "inputs.0.pattern: only nginx's and Apache's access logs"],
    [
      'inputs: [{path: a, multiline: {start: "("}}]',
      "1:39: inputs.0.multiline.start: the regular expression can't be read",
    ],
    ['inputs: [{path: a, multiline: {begin: x}}]', "unknown key 'begin'; known here: start, max-lines, timeout"],
    [
      'inputs:\n  path: x',
      'inputs: a map of keys stands where a list is needed; write it as [a, b], or each entry on lines of its own, the first with `- `',
    ],
    ['inputs: [{path: 7}]', "inputs.0.path: a number can't stand here; write a text or a list"],
    [
      'inputs: [{path: a, multiline: {strat: a}}]',
      "inputs.0.multiline.strat: unknown key 'strat'; did you mean 'start'?",
    ],
    [
      'inputs: [{path: a, multiline: true}]',
      "multiline: true or false can't stand here; write auto, none, indent or a map of",
    ],
    ['inputs: [{path: a, logsource: {servce: x}}]', "logsource.servce: unknown key 'servce'; did you mean 'service'?"],
    [
      'outputs: [{type: ndjson, path: x, nodes: ["https://es:9200"]}]',
      "outputs.0.nodes: unknown key 'nodes'; entries of another type or protocol have it, this one does not",
    ],
    [
      'inputs: [{syslog: {protocol: udp, port: 1, cert: x}}]',
      "inputs.0.syslog.cert: unknown key 'cert'; entries of another type or protocol have it, this one does not",
    ],
    ['kafka: {brokers: [a:1], tls: {crt: x}}', "kafka.tls.crt: unknown key 'crt'; did you mean 'cert'?"],
    [
      'inputs:\n- path: a\ntype: nginx',
      "sekisho.yml:3:1: type: unknown key 'type'; it belongs under inputs: or outputs: and",
    ],
    [
      'inputs: [{path: a, lateness: 5m}]',
      "lateness: unknown key 'lateness'; it belongs to the file itself: begin its line",
    ],
    [
      'inputs: [{path: a, multline: none}]',
      "sekisho.yml:1:20: inputs.0.multline: unknown key 'multline'; did you mean 'mul",
    ],
    ['inputs:\n\t- path: a', 'sekisho.yml:2:1: Tabs are not allowed as indentation; indent with spaces'],
    [
      'inputs:\n  - path: a\n   type: b',
      'sekisho.yml:3:1: Sequence item without - indicator; align the keys of one entry',
    ],
    ['inputs\n  - path: a', 'sekisho.yml:1:1: Implicit keys need to be on a single line; put the key and its colon on'],
    ['data: a\n---\ndata: b', 'sekisho.yml:2:1: a second document begins; take out the line `---`'],
    ['data: *x', 'quote a value that begins with * or &'],
    [
      'outputs: [{type: elasticsearch, nodes: ["https://es:9200"], api-key: "${KEY}"}]',
      'outputs.0.api-key: the environment has no KEY; set it, or write $${KEY} for the text ${KEY}',
    ],
    [
      'outputs: [{type: elasticsearch, nodes: ["https://es:9200"], api-key: "${/run/key}"}]',
      'outputs.0.api-key: ${/run/key} says not where the secret is; write ${env:/run/key} or ${file:/run/key}',
    ],
    [
      'outputs: [{type: elasticsearch, nodes: ["https://es:9200"], username: me}]',
      'outputs.0.username: stands alone; add password, or use api-key instead',
    ],
    [
      'outputs: [{type: elasticsearch, nodes: ["https://es:9200"], username: me, api-key: abc}]',
      'outputs.0.username: stands alone; api-key is enough; take it out',
    ],
    ['rules: []', 'rules: is empty; name at least one'],
    ['- a', 'sekisho.yml:1:1: a list stands where a map of keys is needed; write `key: value` lines'],
    ['data: [a]', 'data: a list stands where a text is needed; write one'],
    ['outputs: [{type: ndjson}]', 'outputs.0.path: is missing; a text is needed'],
    ['log: {level: wran}', "log.level: 'wran' is none of the words that may stand here; did you mean 'warn'?"],
    ['http: {port: 99999}', 'http.port: out of range; write a number of at most 65535'],
    ['http: {port: x}', 'http.port: a text stands where a number is needed; write its digits without quotes'],
    ['memory: 256', 'memory: a size needs its unit; write 512 KiB, 256 MiB or 2 GiB'],
    ['idle: 60', 'idle: a span of time needs its unit; write 500ms, 30s, 5m, 24h or 7d'],
    ['lateness: 99999999d', "lateness: '99999999d' is longer than 100 years; write a shorter span"],
  ];
  it.each(wrong)('refuses %j with place, path, reason and fix', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
  });

  it('leaves ${…} alone where it is a web server’s own variable', () => {
    expect(problems("inputs: [{path: a, pattern: '${remote_addr} $status'}]")).toEqual([]);
  });

  it('tells every secret that is missing', () => {
    const text = 'data: "${env:A}${file:gone}"\ntimezone: "${env:B}"\n';
    expect(problems(text)).toEqual([
      expect.stringContaining('no A;'),
      expect.stringContaining('the file gone'),
      expect.stringContaining('no B;'),
    ]);
  });

  it('tells every problem at once', () => {
    expect(problems('lateness: x\nidle: y\n')).toHaveLength(2);
  });

  it('tells the first ten of very many', () => {
    writeFileSync(file, Array.from({ length: 25 }, (_, i) => `key${i}: x\n`).join(''));
    expect(() => loadConfig(file)).toThrow(/^(?:[^\n]+\n){10}and 15 more problems$/u);
  });

  it('refuses nesting that would abort the YAML parser', () => {
    expect(problems(`data: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).toEqual([
      'sekisho.yml: brackets nested deeper than 64; no configuration needs that',
    ]);
    expect(problems(`${'- '.repeat(5000)}x`)).toEqual([expect.stringContaining('nested deeper')]);
  });

  it('refuses what is no file, in a sentence', () => {
    expect(() => loadConfig(join(folder, 'none.yml'))).toThrow(/none\.yml: does not exist; check the path/u);
    expect(() => loadConfig(folder)).toThrow(/is a folder; name a file in it/u);
  });
});
