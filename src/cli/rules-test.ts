import type { Command } from 'commander';
import type { RuleTestResult } from '../engine/tools/rule-tests.js';
import { printable } from '../event/index.js';
import { EXIT } from './exit.js';
import { configOption, examples, valuesOption } from './options.js';
import { configOf, onPaths, rulesOf, tellRules } from './session.js';
import { verdict } from './rules-check.js';
import type { Paint } from './terminal.js';
import { Out, painter, say } from './terminal.js';
import { counted } from './text.js';

interface Options {
  readonly json?: boolean;
  readonly config?: string;
  readonly values?: readonly string[];
  readonly verbose?: boolean;
  readonly color: boolean;
}

/** Declares `rules test`. */
export function declareRulesTest(rules: Command): void {
  rules
    .command('test')
    .description('run the tests inside rule files (sekisho: tests:)')
    .argument('[path...]', "rule files and folders (default: the configuration's, else the bundled rules)")
    .option('-v, --verbose', 'tell of tests that passed too')
    .option('--json', 'one JSON document a test: {rule, title, test, file, line, passed, failures}')
    .addOption(valuesOption())
    .addOption(configOption())
    .addHelpText(
      'after',
      examples(['before a pull request', 'sekisho rules test rules/']) +
        '\nExit code 1 where a test fails, 3 where a rule is refused.\n',
    )
    .action(async (paths: readonly string[], _: Options, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const config = await configOf(options.config);
      const ruleSet = await rulesOf(config, onPaths(paths, options));
      await tellRules(ruleSet);
      const [{ runRuleTests }, { openEnrichment }] = await Promise.all([
        import('../engine/tools/rule-tests.js'),
        import('../engine/enrichment.js'),
      ]);
      const results = runRuleTests(
        ruleSet,
        openEnrichment(config, ({ message }) => say(`sekisho: ${message}`)),
      );
      if (options.json === true) await tellJson(results);
      else await tell(results, untested(ruleSet, results), options);
      process.exitCode = results.some((result) => result.failures.length > 0) ? EXIT.failed : verdict(ruleSet);
    });
}

/** Rules and correlations that nothing tests. */
function untested(ruleSet: Awaited<ReturnType<typeof rulesOf>>, results: readonly RuleTestResult[]): number {
  const tested = new Set(results.map((result) => result.rule));
  const written = ruleSet.correlations.filter((correlation) => !correlation.implicit);
  return [...ruleSet.rules, ...written].filter((rule) => !tested.has(rule.meta.id)).length;
}

async function tellJson(results: readonly RuleTestResult[]): Promise<void> {
  const out = new Out();
  for (const { rule, title, test, failures } of results) {
    const { file, line } = test.place;
    await out.json({ rule, title, test: test.name, file, line, passed: failures.length === 0, failures });
  }
  await out.flush();
}

async function tell(results: readonly RuleTestResult[], without: number, options: Options): Promise<void> {
  const paint = painter(process.stdout, options.color);
  const out = new Out();
  for (const result of results) {
    if (result.failures.length > 0 || options.verbose === true) await out.write(`${testText(result, paint)}\n`);
  }
  const failed = results.filter((result) => result.failures.length > 0).length;
  await out.write(
    `${counted(results.length, 'test')}: ${results.length - failed} passed, ${failed} failed` +
      `${without === 0 ? '' : `; ${counted(without, 'rule')} without tests`}\n`,
  );
  await out.flush();
}

function testText({ title, test, failures }: RuleTestResult, paint: Paint): string {
  const place = `${test.place.file}:${test.place.line}:${test.place.column}`;
  const mark = failures.length === 0 ? paint('green', 'ok    ') : paint('red', 'FAILED');
  const lines = failures.flatMap((failure) => failure.split('\n').map((line) => `         ${printable(line)}`));
  return [`${mark} ${printable(title)}: ${printable(test.name)} (${place})`, ...lines].join('\n');
}
