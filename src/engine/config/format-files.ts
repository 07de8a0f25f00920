import type { FieldValue, FormatDescription } from '../../event/index.js';
import { readPattern } from '../../normalise/format/own/pattern.js';
import { faultOfTime } from '../../normalise/format/own/time-tokens.js';
import { formatsOf } from '../../normalise/format/table.js';
import { checkKeys, readMap, readScalars, readText } from '../../rule/fields.js';
import { readRuleFiles } from '../../rule/files.js';
import type { Report } from '../../rule/problem.js';
import { child, type MapNode, plainValue, readDocuments, type RuleNode } from '../../rule/reader.js';
import type { RulePlace, RuleProblem } from '../../rule/types.js';

/** A test of a described format: a line in, fields out (null: it must not be read). */
export interface FormatTest {
  readonly line: string;
  readonly event: Readonly<Record<string, unknown>> | null;
  readonly place: RulePlace;
}

/** A described format with its tests. */
export interface DescribedFormat {
  readonly description: FormatDescription;
  /** Of its pattern, else of the whole. */
  readonly place: RulePlace;
  readonly tests: readonly FormatTest[];
}

/** Descriptions of some files and folders, and what is wrong with the rest. */
export interface ReadFormats {
  readonly formats: readonly DescribedFormat[];
  readonly problems: readonly RuleProblem[];
}

const KEYS = ['name', 'description', 'pattern', 'mapping', 'time', 'fields', 'values', 'tests'];
const NAME = /^[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)*$/;

/**
 * Reads descriptions of log formats: YAML files, or folders of them, one format a document. Never throws; every problem
 * has its place, reason and fix.
 */
export function readFormatFiles(paths: readonly string[]): ReadFormats {
  const { files, problems: unread } = readRuleFiles(paths);
  const problems: RuleProblem[] = [...unread];
  const formats: DescribedFormat[] = [];
  for (const { file, text } of files) {
    for (const { root, report } of readDocuments(file, text, problems)) {
      const format = readFormat(root, report);
      if (format === undefined) continue;
      const { name } = format.description;
      if (formats.some(({ description }) => description.name === name)) {
        report.error(
          'format.name',
          root.at,
          'name',
          `the name \`${name}\` is taken`,
          'give each format a name of its own',
        );
      } else formats.push(format);
    }
  }
  return { formats, problems };
}

function readFormat(root: MapNode, report: Report): DescribedFormat | undefined {
  checkKeys(root, KEYS, '', true, report);
  const name = readName(root, report);
  const description: FormatDescription = {
    name: name ?? '',
    patterns: readPatterns(root, report),
    mapping: readTable(root, 'mapping', report, textOf),
    time: readTime(root, report),
    fields: readTable(root, 'fields', report, plainOf),
    values: readTable(root, 'values', report, (node, path) => tableOf(node, path, report)),
  };
  if (description.patterns.length === 0 && Object.keys(description.mapping).length === 0 && !report.failed) {
    const fix = "write `pattern: '{@timestamp} {user.name} {source.ip:ip}'`, or `mapping:` for JSON";
    report.error('format.pattern', root.at, '', 'the format reads nothing', fix);
  }
  const tests = readTests(root, report);
  const place = report.place(child(root, 'pattern')?.at ?? root.at);
  return report.failed ? undefined : { description, place, tests };
}

function readName(root: MapNode, report: Report): string | undefined {
  const name = readText(root, 'name', report);
  const at = child(root, 'name')?.at ?? root.at;
  if (name === undefined || !NAME.test(name)) {
    return report.error(
      'format.name',
      at,
      'name',
      'the format has no usable name',
      'write `name: acme.login`, lower case',
    );
  }
  if (formatsOf(name) !== undefined) {
    return report.error(
      'format.name',
      at,
      'name',
      `\`${name}\` is built in`,
      'choose a name of your own, `acme.login`',
    );
  }
  return name;
}

function readPatterns(root: MapNode, report: Report): readonly string[] {
  return readScalars(root, 'pattern', 'pattern', report).flatMap(({ text, at }) => {
    const read = readPattern(text);
    if (typeof read !== 'string') return [text];
    report.error('format.pattern', at, 'pattern', read, 'write literal text and `{field}` or `{field:kind}`');
    return [];
  });
}

function readTime(root: MapNode, report: Report): string | undefined {
  const time = readText(root, 'time', report);
  const fault = time === undefined ? undefined : faultOfTime(time);
  if (fault !== undefined)
    report.error('format.time', child(root, 'time')?.at ?? root.at, 'time', fault.reason, fault.fix);
  return time;
}

function readTable<T>(
  root: MapNode,
  key: string,
  report: Report,
  read: (node: RuleNode, path: string) => T | undefined,
): Readonly<Record<string, T>> {
  const table = readMap(root, key, key, report);
  const found = [...(table?.entries.values() ?? [])].flatMap((entry) => {
    const value = read(entry.value, `${key}.${entry.key}`);
    if (value !== undefined) return [[entry.key, value] as const];
    report.error('format.value', entry.value.at, `${key}.${entry.key}`, 'this value can’t be used', 'write a text');
    return [];
  });
  return Object.fromEntries(found);
}

function textOf(node: RuleNode): string | undefined {
  return node.kind === 'scalar' && node.text !== '' ? node.text : undefined;
}

function plainOf(node: RuleNode): FieldValue | undefined {
  return node.kind === 'map' ? undefined : (plainValue(node) as FieldValue);
}

function tableOf(node: RuleNode, path: string, report: Report): Readonly<Record<string, FieldValue>> | undefined {
  if (node.kind !== 'map') return undefined;
  const entries = [...node.entries.values()].map(({ key, value }) => {
    const plain = plainOf(value);
    if (plain === undefined)
      report.error('format.value', value.at, `${path}.${key}`, 'a map is no value', 'write a text');
    return [key, plain ?? null] as const;
  });
  return Object.fromEntries(entries);
}

function readTests(root: MapNode, report: Report): readonly FormatTest[] {
  const tests = child(root, 'tests');
  if (tests === undefined) return [];
  const items = tests.kind === 'list' ? tests.items : [tests];
  return items.flatMap((node, index) => {
    const test = testOf(node, report);
    if (test !== undefined) return [test];
    const fix = 'write `- line: …` and `event: { user.name: … }` (`event: null`: it must not be read)';
    report.error('format.test', node.at, `tests[${index}]`, 'this is no test', fix);
    return [];
  });
}

function testOf(node: RuleNode, report: Report): FormatTest | undefined {
  if (node.kind !== 'map') return undefined;
  const line = child(node, 'line');
  const event = child(node, 'event');
  if (line?.kind !== 'scalar' || event === undefined) return undefined;
  const expected = event.kind === 'map' ? (plainValue(event) as Record<string, unknown>) : null;
  return { line: line.text, event: expected, place: report.place(node.at) };
}
