import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';
import { breachesOf, clients, importsOf, packageOf } from './rooms.js';
import { isTest, root, sourcesUnder } from './sources.js';

const sources = sourcesUnder('src').filter((source) => !isTest(source));

describe('the dependency table of DESIGN.md section 2', () => {
  it('is kept by every file of src/', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(({ file, text }) => breachesOf(file, text))).toEqual([]);
  });

  it('is kept by what the checkout installs: src/ imports no package that package.json does not depend on', () => {
    const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: object };
    const unknown = sources.flatMap(({ file, text }) =>
      importsOf(file, text)
        .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .filter(({ specifier }) => !Object.hasOwn(dependencies, packageOf(specifier)))
        .map(({ specifier, line }) => `${file}:${line}: ${specifier} is not in the dependencies of package.json`),
    );
    expect(unknown).toEqual([]);
  });

  it('names only packages that are there', () => {
    const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: object };
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(Object.keys(clients)));
  });
});

describe('the checker', () => {
  const allowed: readonly (readonly [file: string, source: string])[] = [
    ['src/rule/reader.ts', `import { ok } from '../event/index.js';`],
    ['src/rule/modifiers/re.ts', `import { ok } from '../../event/index.js'; import '../guard.js';`],
    ['src/correlate/table.ts', `import type { Rule } from '../rule/types.js';`],
    ['src/correlate/table.ts', `export type { Rule } from '../rule/types.js';`],
    ['src/correlate/table.ts', `type R = import('../rule/types.js').Rule;`],
    ['src/engine/embedded.ts', `import { open } from '../ledger/sqlite.js'; import { a } from '../output/store.js';`],
    ['src/console/pages.ts', `import { open } from '../output/store.js';`],
    ['src/kafka/client.ts', `import { Kafka } from 'kafkajs';`],
    ['src/output/elasticsearch/bulk.ts', `import { Client } from '@elastic/elasticsearch';`],
    ['src/output/elasticsearch/bulk.ts', `import { Client } from '@elastic/elasticsearch';`],
    ['src/engine/config/config.ts', `import { parse } from 'yaml';`],
    ['src/engine/log.ts', `import pino from 'pino';`],
    ['src/event/text.ts', `import { readFileSync } from 'node:fs'; // import { x } from '../rule/reader.js'`],
    ['src/event/text.ts', `const text = "import { x } from '../rule/reader.js'";`],
  ];
  it.each(allowed)('allows %s: %s', (file, source) => {
    expect(breachesOf(file, source)).toEqual([]);
  });

  const refused: readonly (readonly [file: string, source: string, breach: string])[] = [
    [
      'src/event/text.ts',
      `\n\nimport { read } from '../rule/reader.js';`,
      'src/event/text.ts:3: event may not import rule (../rule/reader.js); it may import no other room',
    ],
    [
      'src/correlate/table.ts',
      `import { type Rule } from '../rule/types.js';`,
      'src/correlate/table.ts:1: correlate may not import rule (../rule/types.js); it may import event, rule (import type)',
    ],
    [
      'src/detect/index.ts',
      `export * from '../correlate/table.js';`,
      'src/detect/index.ts:1: detect may not import correlate (../correlate/table.js); it may import event, rule',
    ],
    [
      'src/input/file.ts',
      `const open = await import('../ledger/sqlite.js');`,
      'src/input/file.ts:1: input may not import ledger (../ledger/sqlite.js); it may import event, kafka',
    ],
    [
      'src/normalise/format/nginx.ts',
      `type R = import('../../rule/types.js').Rule;`,
      'src/normalise/format/nginx.ts:1: normalise may not import rule (../../rule/types.js); it may import event',
    ],
    [
      'src/engine/embedded.ts',
      `import { main } from '../cli/main.js';`,
      'src/engine/embedded.ts:1: engine may not import cli (../cli/main.js); it may import event, normalise, rule, ' +
        'alert, kafka, input, output, ledger, detect, correlate',
    ],
    [
      'src/cli/scan.ts',
      `import { open } from '../output/store.js';`,
      'src/cli/scan.ts:1: cli may not import output (../output/store.js); it may import engine, event',
    ],
    [
      'src/cli/scan.ts',
      `import sample from '../../deploy/sample/generate.js';`,
      'src/cli/scan.ts:1: imports deploy/sample/generate.js, which is in no room of src/',
    ],
    [
      'src/input/kafka.ts',
      `import { Kafka } from 'kafkajs';`,
      'src/input/kafka.ts:1: imports kafkajs, which only src/kafka/* may',
    ],
    [
      'src/output/store.ts',
      `import type { estypes } from '@elastic/elasticsearch/lib/api/types.js';`,
      'src/output/store.ts:1: imports @elastic/elasticsearch, which only src/output/elasticsearch* may',
    ],
    [
      'src/engine/metrics.ts',
      `import { parse } from 'yaml';`,
      'src/engine/metrics.ts:1: imports yaml, which only src/rule/*, src/engine/config* may',
    ],
    [
      'src/detect/time.ts',
      `import { DateTime } from 'luxon';`,
      'src/detect/time.ts:1: imports luxon, which only src/normalise/*, src/cli/*, src/event/* may',
    ],
    [
      'src/cli/run.ts',
      `const pino = require('pino');`,
      'src/cli/run.ts:1: imports pino, which only src/engine/log* may',
    ],
    [
      'src/helpers/misc.ts',
      ``,
      'src/helpers/misc.ts:1: belongs to no room; the rooms are event, normalise, rule, alert, kafka, input, output, ' +
        'ledger, detect, correlate, engine, cli, console',
    ],
  ];
  it.each(refused)('refuses %s: %s', (file, source, breach) => {
    expect(breachesOf(file, source)).toEqual([breach]);
  });
});
