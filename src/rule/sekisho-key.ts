import { checkKeys, readCount, readMap, readScalars, readText, readTexts, readTimespan } from './fields.js';
import { LINT_CHECKS } from './lint/checks.js';
import type { Report } from './problem.js';
import { child, plainValue, type MapNode, type RuleNode } from './reader.js';
import { expandEvent, expandLine, type TestEntry } from './test-lines.js';
import type { RuleTest, SekishoOptions } from './types.js';

const KEYS = ['group-by', 'quiet', 'max-episode', 'where', 'tests', 'lint'];
const TEST_KEYS = ['name', 'type', 'timezone', 'lines', 'events', 'alerts'];

/**
 * Reads the `sekisho:` key of a rule: the options Sigma has no word for. Unknown keys are errors, with the nearest
 * known one. Absent: every option undefined.
 */
export function readSekisho(root: MapNode, report: Report): SekishoOptions {
  const node = readMap(root, 'sekisho', 'sekisho', report);
  if (node === undefined) return { groupBy: undefined, quiet: undefined, maxEpisode: undefined, tests: [] };
  checkKeys(node, KEYS, 'sekisho', true, report);
  const span = (key: string): number | undefined => {
    const value = child(node, key);
    return value === undefined ? undefined : readTimespan(value, `sekisho.${key}`, report);
  };
  checkLint(node, report);
  const groupBy =
    child(node, 'group-by') === undefined ? undefined : readTexts(node, 'group-by', 'sekisho.group-by', report);
  return { groupBy, quiet: span('quiet'), maxEpisode: span('max-episode'), tests: readTests(node, report) };
}

/** `lint: { ignore: { check: reason } }`: which checks of `rules lint` a rule waives, and why. */
function checkLint(node: MapNode, report: Report): void {
  const lint = readMap(node, 'lint', 'sekisho.lint', report);
  if (lint === undefined) return;
  checkKeys(lint, ['ignore'], 'sekisho.lint', true, report);
  const ignore = readMap(lint, 'ignore', 'sekisho.lint.ignore', report);
  if (ignore === undefined) return;
  checkKeys(ignore, LINT_CHECKS, 'sekisho.lint.ignore', true, report);
  for (const { key, value, at } of ignore.entries.values()) {
    if (value.kind === 'scalar' && value.text.trim() !== '') continue;
    const fix = `write why: \`${key}: the proxy shows all users at one address\``;
    report.error('rule.sekisho', at, `sekisho.lint.ignore.${key}`, 'the reason is missing', fix);
  }
}

function readTests(node: MapNode, report: Report): readonly RuleTest[] {
  const tests = child(node, 'tests');
  if (tests === undefined) return [];
  if (tests.kind !== 'list') {
    report.error('rule.test', tests.at, 'sekisho.tests', '`tests` must be a list', 'write `- name: …` lines');
    return [];
  }
  return tests.items.map((item, index) => readTest(item, index, report)).filter((test) => test !== undefined);
}

function readTest(node: RuleNode, index: number, report: Report): RuleTest | undefined {
  const path = `sekisho.tests[${index}]`;
  if (node.kind !== 'map') {
    return report.error('rule.test', node.at, path, 'a test must be a map', `use the keys ${TEST_KEYS.join(', ')}`);
  }
  checkKeys(node, TEST_KEYS, path, true, report);
  return {
    name: readText(node, 'name', report) ?? `test ${index + 1}`,
    type: readText(node, 'type', report),
    timezone: readText(node, 'timezone', report),
    lines: readLines(node, path, report),
    events: readEvents(node, path, report),
    alerts: readAlerts(node, path, report),
    place: report.place(node.at),
  };
}

/** A block text is one line per line; a list is one line per item, or a map that writes a line many times. */
function readLines(node: MapNode, path: string, report: Report): () => readonly string[] {
  const value = child(node, 'lines');
  const items = value?.kind === 'list' ? value.items : readScalars(node, 'lines', `${path}.lines`, report);
  return together(
    items.map((item, index) => {
      if (item.kind === 'scalar') return () => item.text.split('\n').filter((line) => line !== '');
      return written(expandLine(plainValue(item)), item.at, `${path}.lines[${index}]`, report);
    }),
  );
}

function readEvents(node: MapNode, path: string, report: Report): () => readonly unknown[] {
  return together(
    readList(node, 'events', path, report).map((item, index) =>
      written(expandEvent(plainValue(item)), item.at, `${path}.events[${index}]`, report),
    ),
  );
}

function together<T>(parts: readonly (() => readonly T[])[]): () => readonly T[] {
  return () => parts.flatMap((write) => write());
}

function written<T>(entry: TestEntry<T>, at: number, path: string, report: Report): () => readonly T[] {
  if (entry.kind === 'entries') return entry.write;
  report.error('rule.test', at, path, entry.reason, entry.fix);
  return () => [];
}

function readList(node: MapNode, key: string, path: string, report: Report): readonly RuleNode[] {
  const value = child(node, key);
  if (value === undefined) return [];
  if (value.kind === 'list' && value.items.every((item) => item.kind === 'map')) return value.items;
  report.error(
    'rule.test',
    value.at,
    `${path}.${key}`,
    `\`${key}\` must be a list of maps`,
    'write `- field: value` lines',
  );
  return [];
}

/** A number of alerts, or a list with the fields each must have (nested or dotted). */
function readAlerts(node: MapNode, path: string, report: Report): RuleTest['alerts'] {
  const value = child(node, 'alerts');
  if (value === undefined) {
    report.error(
      'rule.test',
      node.at,
      `${path}.alerts`,
      'the test expects nothing',
      'say how many alerts: `alerts: 0`, or list their fields',
    );
    return [];
  }
  if (value.kind === 'scalar')
    return Array.from({ length: Math.min(readCount(value, `${path}.alerts`, 0, report) ?? 0, 10_000) }, () => ({}));
  return readList(node, 'alerts', path, report).map((item) => Object.fromEntries(flatten(item, '')));
}

function flatten(node: RuleNode, prefix: string): readonly (readonly [string, unknown])[] {
  if (node.kind !== 'map') return [[prefix, plainValue(node)]];
  return [...node.entries.values()].flatMap(({ key, value }) =>
    flatten(value, prefix === '' ? key : `${prefix}.${key}`),
  );
}
