import { LEVELS, type Level, type Logsource, type RuleMeta } from '../event/index.js';
import { readCustom } from './custom.js';
import { checkKeys, readMap, readText, readTexts } from './fields.js';
import { instead, nearest, quote, type Report } from './problem.js';
import { child, type MapNode } from './reader.js';

/** Where a document comes from. */
export interface Origin {
  readonly file: string;
  readonly ruleset: string | undefined;
  /** Place among the documents of its file, from 1. */
  readonly ordinal: number;
}

const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

/**
 * Reads what people are told of a rule. Only a wrong `level` is an error; a missing level means medium, a missing
 * title is taken from name or id, both with a warning. Custom attributes are kept.
 */
export function readMeta(root: MapNode, origin: Origin, report: Report): RuleMeta {
  const text = (key: string): string | undefined => readText(root, key, report);
  const texts = (key: string): readonly string[] => readTexts(root, key, key, report);
  const uuid = text('id');
  const name = text('name');
  const id = uuid ?? name ?? text('title') ?? `${origin.file}#${origin.ordinal}`;
  checkStatus(root, report);
  checkDates(root, report);
  const custom = readCustom(root, report);
  const author = texts('author').join(', ');
  return {
    id,
    uuid,
    name,
    title: readTitle(root, id, report),
    description: text('description'),
    level: readLevel(root, report),
    status: text('status'),
    tags: texts('tags'),
    author: author === '' ? undefined : author,
    license: text('license'),
    references: texts('references'),
    falsePositives: texts('falsepositives'),
    ruleset: origin.ruleset,
    version: text('version') ?? text('modified') ?? text('date'),
    ...(custom !== undefined && { custom }),
    file: origin.file,
    line: report.place(root.at).line,
  };
}

function readTitle(root: MapNode, id: string, report: Report): string {
  const title = readText(root, 'title', report);
  if (title === undefined)
    report.warn('rule.title', root.at, 'title', 'the rule has no title', 'add `title:`, one line for people');
  return title ?? id;
}

function readLevel(root: MapNode, report: Report): Level {
  const node = child(root, 'level');
  const text = readText(root, 'level', report)?.toLowerCase();
  const level = LEVELS.find((one) => one === text);
  if (level !== undefined) return level;
  if (text !== undefined)
    report.error('rule.level', node?.at ?? root.at, 'level', `unknown level ${quote(text)}`, instead(text, LEVELS));
  else report.warn('rule.level', root.at, 'level', 'the rule has no level and counts as medium', 'add `level:`');
  return 'medium';
}

function checkStatus(root: MapNode, report: Report): void {
  const text = readText(root, 'status', report);
  if (text === undefined || STATUSES.includes(text)) return;
  report.warn(
    'rule.status',
    child(root, 'status')?.at ?? root.at,
    'status',
    `unknown status ${quote(text)}`,
    instead(text, STATUSES),
  );
}

/** The specification's form, and the one of rules older than it. */
const DATE = /^(\d{4})([-/])(\d{2})\2(\d{2})$/;

function checkDates(root: MapNode, report: Report): void {
  for (const key of ['date', 'modified']) {
    const text = readText(root, key, report);
    if (text === undefined || isDay(text)) continue;
    const at = child(root, key)?.at ?? root.at;
    report.warn('rule.date', at, key, `${quote(text)} is no date`, 'write it as YYYY-MM-DD');
  }
}

function isDay(text: string): boolean {
  const [, year = '', , month = '', day = ''] = DATE.exec(text) ?? [];
  const iso = `${year}-${month}-${day}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
}

/** What a log source is told by. */
export const DIMENSIONS = ['category', 'product', 'service'] as const;

/**
 * Reads `logsource:`: at least one of category, product and service, in lower case. Undefined after reporting where it
 * says none. Source: Sigma Rules Specification 2.0, "LogSource".
 */
export function readLogsource(root: MapNode, report: Report): Logsource | undefined {
  const node = readMap(root, 'logsource', 'logsource', report);
  if (report.failed && node === undefined) return undefined;
  if (node === undefined) {
    const fix = 'add `logsource:` with category, product or service';
    return report.error(
      'rule.logsource',
      root.at,
      'logsource',
      'the rule has no log source',
      misnamed(root, 'logsource') ?? fix,
    );
  }
  checkMistyped(node, report);
  const logsource: { -readonly [K in keyof Logsource]: Logsource[K] } = {};
  for (const dimension of DIMENSIONS) {
    const text = readText(node, dimension, report);
    if (text !== undefined) logsource[dimension] = text.toLowerCase();
  }
  if (Object.keys(logsource).length > 0 || report.failed) return logsource;
  const reason = 'the log source sets none of category, product and service';
  return report.error('rule.logsource', node.at, 'logsource', reason, 'set at least one of them');
}

/** Custom keys of a log source are allowed, unless they look like a dimension. */
function checkMistyped(node: MapNode, report: Report): void {
  const known = [...DIMENSIONS, 'definition'];
  const entries = [...node.entries].filter(([key]) => known.includes(key) || nearest(key, known) !== undefined);
  checkKeys({ ...node, entries: new Map(entries) }, known, 'logsource', true, report);
}

/** A fix for a missing key where the document has one that looks like it. */
export function misnamed(root: MapNode, key: string): string | undefined {
  const near = nearest(key, [...root.entries.keys()]);
  return near === undefined || near === key ? undefined : `rename \`${near}\` to \`${key}\``;
}

const TAXONOMIES = ['sigma', 'ecs'] as const;

/** Which names a rule's fields have: Sigma's (mapped through the taxonomy tables), or ECS as they stand. */
export type Taxonomy = (typeof TAXONOMIES)[number];

/** Reads `taxonomy:`; absent means `sigma`. Any other is an error while fields are mapped. */
export function readTaxonomy(root: MapNode, mapping: boolean, report: Report): Taxonomy {
  const text = readText(root, 'taxonomy', report) ?? 'sigma';
  const taxonomy = TAXONOMIES.find((one) => one === text.toLowerCase());
  if (taxonomy === undefined && mapping) {
    report.error(
      'rule.taxonomy',
      child(root, 'taxonomy')?.at ?? root.at,
      'taxonomy',
      `unknown taxonomy ${quote(text)}`,
      instead(text, TAXONOMIES),
    );
  }
  return taxonomy ?? 'sigma';
}
