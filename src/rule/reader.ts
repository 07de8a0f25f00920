import type { Document, Node as YamlNode, Schema } from 'yaml';
import { guard, guardParser } from './yaml/guard.js';
import { Lines } from './lines.js';
import { yamlFix } from './yaml/fix.js';
import { readPlain } from './yaml/plain-yaml.js';
import { Report } from './problem.js';
import { plainType, verbatimAt } from './scalar-type.js';
import type { RuleProblem } from './types.js';
import { yaml } from './yaml/yaml.js';

/** A scalar with its source text: `00000429` and `1.10` stay as written. */
export interface ScalarNode {
  readonly kind: 'scalar';
  /** What the YAML 1.2 core schema makes of a plain scalar; quoted ones are strings. */
  readonly type: 'string' | 'number' | 'boolean' | 'null';
  readonly text: string;
  /** Offset in the file. */
  readonly at: number;
  /** Where `text` begins in the file, if it stands there verbatim: errors inside it can point at a character. */
  readonly textAt: number | undefined;
}

/** A YAML list. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly RuleNode[];
  readonly at: number;
}

/** One key of a map with its value. */
export interface Entry {
  readonly key: string;
  readonly at: number;
  readonly value: RuleNode;
}

/** A YAML map, its keys as written and unique. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: number;
}

/** What a rule file is made of: YAML with positions, aliases resolved. */
export type RuleNode = ScalarNode | ListNode | MapNode;

/** One YAML document of a file and the report its problems go to. */
export interface RuleDocument {
  readonly root: MapNode;
  readonly report: Report;
  /** Place of the document among those of its file, from 1. */
  readonly ordinal: number;
}

/** Nodes one file may hold with its aliases resolved. */
const NODE_LIMIT = 400_000;

/**
 * Reads the YAML documents of one file. Never throws: what can't be read becomes a problem, and the documents that
 * can be read are returned all the same.
 *
 * Every warning of the YAML parser is an error; keys must be unique (checked in linear time); aliases and merge keys (`<<`) are resolved and
 * bounded to 400,000 nodes. Empty documents are left out. Linear in the text.
 */
export function readDocuments(file: string, text: string, problems: RuleProblem[]): readonly RuleDocument[] {
  const report = new Report(file, new Lines(text), problems);
  if (!guard(text, report)) return [];
  // Files in the plain part of YAML, which are most, are read without the parser, whose tokens and nodes cost more time.
  const plain = readPlain(text, NODE_LIMIT);
  if (plain === undefined) return guardParser(text, report) ? readAll(text, report) : [];
  return plain.map((root, index) => ({ root, report: report.fork(), ordinal: index + 1 }));
}

/** Any YAML, by the yaml package. Exported for the test that holds the fast way to it. */
export function readAll(text: string, report: Report): readonly RuleDocument[] {
  const documents = parse(text, report);
  if (documents === undefined) return [];
  const budget = { nodes: NODE_LIMIT };
  const out: RuleDocument[] = [];
  documents.forEach((document, index) => {
    const own = report.fork();
    const root = readDocument(document, text, own, budget);
    if (root !== undefined && !own.failed) out.push({ root, report: own, ordinal: index + 1 });
  });
  return out;
}

/** The failsafe schema keeps every scalar as its text; this file decides what a plain scalar is. Made once: it is costly. */
let failsafe: Schema | undefined;

function parse(text: string, report: Report): readonly Document.Parsed[] | undefined {
  try {
    failsafe ??= new (yaml().Schema)({ schema: 'failsafe' });
    const parsed = yaml().parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, schema: failsafe });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    const reason = `the file can't be read as YAML: ${error instanceof Error ? error.message : String(error)}`;
    return report.error('rule.yaml', 0, '', reason, 'check the file with a YAML linter');
  }
}

function readDocument(document: Document.Parsed, text: string, report: Report, budget: Budget): MapNode | undefined {
  for (const problem of [...document.errors, ...document.warnings]) {
    const reason = `YAML: ${problem.message.replace(/\.$/, '')}`;
    report.error('rule.yaml', problem.pos[0], '', reason, yamlFix(problem));
  }
  if (report.failed || document.contents === null) return undefined;
  const root = convert(document.contents, { text, report, budget, anchors: new Map(), open: new Set() }, '');
  if (root === undefined || (root.kind === 'scalar' && root.text === '')) return undefined;
  if (root.kind === 'map') return root;
  return report.error('rule.document', root.at, '', 'the document is not a map of keys', 'begin it with `title:`');
}

/** A node of the parser; all but aliases may have an anchor. */
type ParsedNode = YamlNode & { readonly anchor?: string | undefined };

interface Budget {
  nodes: number;
}

interface Conversion {
  readonly text: string;
  readonly report: Report;
  readonly budget: Budget;
  /** Anchored nodes met so far, the latest of each name. */
  readonly anchors: Map<string, YamlNode>;
  /** Anchored nodes being converted: an alias to one of them would never end. */
  readonly open: Set<YamlNode>;
}

/** One YAML node as a rule node. Recursion is bounded by the guard's nesting limit and by the node budget. */
function convert(node: ParsedNode | null | undefined, conversion: Conversion, path: string): RuleNode | undefined {
  const { report, budget } = conversion;
  const at = node?.range?.[0] ?? 0;
  if (budget.nodes-- <= 0) {
    if (budget.nodes === -1)
      report.error('rule.yaml.size', at, path, 'the file holds too many values', 'split it; use fewer aliases');
    return undefined;
  }
  if (node === null || node === undefined) return { kind: 'scalar', type: 'null', text: '', at, textAt: undefined };
  if (yaml().isAlias(node)) return convertAlias(node, conversion, path);
  if (node.anchor !== undefined && conversion.open.size === 0) conversion.anchors.set(node.anchor, node);
  if (yaml().isScalar(node)) return convertScalar(node, conversion.text, at);
  if (yaml().isSeq(node)) return convertList(node, conversion, path, at);
  if (yaml().isMap(node)) return convertMap(node, conversion, path, at);
  return report.error(
    'rule.yaml',
    at,
    path,
    'this kind of YAML node is not read',
    'write maps, lists and scalars only',
  );
}

function convertAlias(node: YamlNode & { source: string }, conversion: Conversion, path: string): RuleNode | undefined {
  const at = node.range?.[0] ?? 0;
  const target = conversion.anchors.get(node.source);
  if (target === undefined) {
    const fix = `a value that begins with an asterisk is quoted: '*${node.source}'; an alias needs an anchor of its name before it`;
    return conversion.report.error('rule.yaml.alias', at, path, `the alias \`*${node.source}\` names no anchor`, fix);
  }
  if (conversion.open.has(target) || conversion.open.size > 20) {
    const fix = 'write the value out';
    return conversion.report.error(
      'rule.yaml.alias',
      at,
      path,
      `the alias \`*${node.source}\` leads back to itself`,
      fix,
    );
  }
  conversion.open.add(target);
  const value = convert(target, conversion, path);
  conversion.open.delete(target);
  return value;
}

function convertList(node: YamlNode, conversion: Conversion, path: string, at: number): ListNode {
  const items: RuleNode[] = [];
  for (const item of yaml().isSeq(node) ? node.items : []) {
    const value = convert(item as YamlNode | null, conversion, path);
    if (value !== undefined) items.push(value);
  }
  return { kind: 'list', items, at };
}

function convertMap(node: YamlNode, conversion: Conversion, path: string, at: number): MapNode {
  const entries = new Map<string, Entry>();
  for (const pair of yaml().isMap(node) ? node.items : []) {
    const key = pair.key;
    const keyAt = (key as YamlNode | null)?.range?.[0] ?? at;
    if (!yaml().isScalar(key)) {
      conversion.report.error(
        'rule.yaml.key',
        keyAt,
        path,
        'a key must be a plain word or a quoted text',
        'quote the key',
      );
      continue;
    }
    addEntry(entries, { key: sourceText(key.value), at: keyAt }, pair.value as YamlNode | null, conversion, path);
  }
  mergeInto(entries);
  return { kind: 'map', entries, at };
}

/** `<<: *a` and `<<: [*a, *b]`: the keys of those maps that are not there yet, as YAML 1.1 and pySigma read it. */
function mergeInto(entries: Map<string, Entry>): void {
  const value = entries.get('<<')?.value;
  const maps = value?.kind === 'list' ? value.items : value === undefined ? [] : [value];
  if (maps.length === 0 || !maps.every((map) => map.kind === 'map')) return;
  entries.delete('<<');
  for (const map of maps) for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
}

function addEntry(
  entries: Map<string, Entry>,
  place: { readonly key: string; readonly at: number },
  node: YamlNode | null,
  conversion: Conversion,
  path: string,
): void {
  const { key, at } = place;
  const inner = path === '' ? key : `${path}.${key}`;
  if (entries.has(key)) {
    const fix = 'merge the two, or give one selection per value: YAML keeps only one of them';
    conversion.report.error('rule.yaml.duplicate', at, inner, `the key \`${key}\` is given twice`, fix);
    return;
  }
  const value = convert(node, conversion, inner);
  if (value !== undefined) entries.set(key, { key, at, value });
}

function convertScalar(node: YamlNode, source: string, at: number): ScalarNode {
  const text = sourceText(yaml().isScalar(node) ? node.value : '');
  const plain = yaml().isScalar(node) && (node.type === 'PLAIN' || node.type === undefined) && node.tag === undefined;
  const start = plain ? at : at + 1;
  const type = plain ? plainType(text) : 'string';
  return { kind: 'scalar', type, text, at, textAt: verbatimAt(source, text, start) };
}

/** The failsafe schema makes strings of all scalars, and null of an empty one. */
function sourceText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A node as plain JavaScript values, for events and expectations of rule tests. `__proto__` becomes an own property. */
export function plainValue(node: RuleNode): unknown {
  if (node.kind === 'list') return node.items.map(plainValue);
  if (node.kind === 'map')
    return Object.fromEntries([...node.entries.values()].map((e) => [e.key, plainValue(e.value)]));
  if (node.type === 'number') return Number(node.text);
  if (node.type === 'boolean') return node.text.toLowerCase() === 'true';
  return node.type === 'null' ? null : node.text;
}

/** The value of a key, or undefined. */
export function child(node: MapNode, key: string): RuleNode | undefined {
  return node.entries.get(key)?.value;
}
