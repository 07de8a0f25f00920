import type { Command } from 'commander';
import type { reportOn } from '../engine/tools/normalise-report.js';
import type { LineNormaliser } from '../engine/normalise.js';
import type { RecordBatch } from '../event/index.js';
import { EXIT } from './exit.js';
import * as option from './options.js';
import { checkType, configOf } from './session.js';
import { Out, say } from './terminal.js';

interface Options {
  readonly config?: string;
  readonly report?: boolean;
  readonly json?: boolean;
  readonly type?: string;
  readonly timezone?: string;
  readonly records?: boolean;
}

/** Longest line of standard input, bytes; a record of `--records` may hold many logs. */
const MAX_LINE = 1_048_576;
const MAX_RECORD = 67_108_864;

/** Declares `normalise`. */
export function declareNormalise(program: Command): void {
  program
    .command('normalise')
    .alias('normalize')
    .description('turn standard input (or files) into ECS documents, one JSON document a line')
    .argument('[path...]', 'files and folders (default: standard input)')
    .addOption(option.configOption())
    .addOption(option.typeOption())
    .addOption(option.timezoneOption())
    .option('--records', 'the input is JSON lines {id, value, topic?}; each line out is {id, event} or {id, failure}')
    .option('--report', 'count what was understood of the lines, and show what was not')
    .option('--json', 'with --report: as JSON')
    .addHelpText(
      'after',
      option.examples(
        ['what is not understood?', 'sekisho normalise --report /var/log'],
        ['see the fields of a log', 'sekisho normalise < access.log | head -1 | jq .'],
        ['records as Kafka carries them', `echo '{"id":1,"value":"…"}' | sekisho normalise --records`],
      ) + '\nA line that can’t be an event becomes {"failure":{"code","message"}}; every line of input is answered.\n',
    )
    .action(normaliseCommand);
}

async function normaliseCommand(named: readonly string[], options: Options): Promise<void> {
  const [{ LineNormaliser }, { openEnrichment }, { settingsFor }, { joiningFor }, { openOnce }, config] =
    await Promise.all([
      import('../engine/normalise.js'),
      import('../engine/enrichment.js'),
      import('../engine/inputs.js'),
      import('../engine/joining.js'),
      import('../engine/sources.js'),
      configOf(options.config),
    ]);
  await checkType(options.type, config);
  const settings = settingsFor(config, options);
  const report = (failure: { readonly message: string }): void => {
    say(`sekisho: ${failure.message}`);
    process.exitCode = EXIT.failed;
  };
  const normaliser = new LineNormaliser(settings('-'), openEnrichment(config, report));
  const answer = options.records === true ? answerRecords : answerLines;
  const input = openOnce({
    paths: named.length > 0 ? named : ['-'],
    settingsFor: settings,
    report,
    maxLineBytes: options.records === true ? MAX_RECORD : MAX_LINE,
    // Of standard input, every line is answered.
    ...(named.length > 0 && options.records !== true && { joiningFor: joiningFor(config) }),
  });
  if (options.report === true) return tell(input, options.json === true);
  const out = new Out();
  for (const reader of await input.discover()) {
    for (let result = await reader.read(); result.kind === 'batch'; result = await reader.read()) {
      await answer(normaliser, result.batch, out);
      await out.flush();
    }
  }
  await input.close();
}

async function tell(input: Parameters<typeof reportOn>[0], isJson: boolean): Promise<void> {
  const [{ reportOn: read }, { tellReport }] = await Promise.all([
    import('../engine/tools/normalise-report.js'),
    import('./normalise-report.js'),
  ]);
  const found = await read(input);
  if (!isJson) return tellReport(found);
  const out = new Out();
  await out.json(found);
  await out.flush();
}

async function answerLines(normaliser: LineNormaliser, batch: RecordBatch, out: Out): Promise<void> {
  for (const item of inOrder(batch)) {
    const lines = 'failure' in item ? [{ failure: item.failure }] : normaliser.line(batch.source, item);
    for (const line of lines) {
      const behind = out.json('event' in line ? line.event : line);
      if (behind !== undefined) await behind;
    }
  }
}

async function answerRecords(normaliser: LineNormaliser, batch: RecordBatch, out: Out): Promise<void> {
  for (const item of inOrder(batch)) {
    const lines =
      'failure' in item ? [{ id: null, failure: item.failure }] : normaliser.record(item.text, item.receiveTime);
    for (const line of lines) {
      const behind = out.json(line);
      if (behind !== undefined) await behind;
    }
  }
}

/** Records and what could not become one, in the order of the input. */
function inOrder(batch: RecordBatch): readonly (RecordBatch['records'][number] | RecordBatch['rejected'][number])[] {
  if (batch.rejected.length === 0) return batch.records;
  const offset = (item: RecordBatch['records'][number] | RecordBatch['rejected'][number]): number =>
    'position' in item ? item.position.offset : item.offset;
  return [...batch.records, ...batch.rejected].sort((a, b) => offset(a) - offset(b));
}
