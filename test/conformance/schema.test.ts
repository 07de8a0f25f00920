/** deploy/schema/rule.json: made from the tables, true of the bundled rules, and refusing what the reader refuses. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { bundledRules } from '../../src/engine/rules.js';
import { readRuleFiles } from '../../src/rule/files.js';
import { ruleSchema, type JsonSchema } from '../../src/rule/schema.js';

type Schema = JsonSchema;
const many = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : [value]);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The few words of JSON Schema that the schema uses; the paths at which a value breaks it. */
function faults(schema: Schema, value: unknown, path = ''): readonly string[] {
  const { type, enum: allowed, anyOf } = schema;
  const is = typeOf(value);
  const fits = (name: unknown): boolean => name === is || (name === 'integer' && Number.isInteger(value));
  if (type !== undefined && !many(type).some(fits)) return [`${path}: ${is}`];
  const out: string[] = [];
  if (allowed !== undefined && !many(allowed).includes(value)) out.push(`${path}: not one of the words`);
  const passes = (one: unknown): boolean => faults(one as Schema, value, path).length === 0;
  if (anyOf !== undefined && !many(anyOf).some(passes)) out.push(`${path}: none of the forms`);
  if (typeof value === 'string' || typeof value === 'number') out.push(...scalarFaults(schema, value, path));
  else if (Array.isArray(value)) out.push(...listFaults(schema, value, path));
  else if (is === 'object') out.push(...mapFaults(schema, value as Record<string, unknown>, path));
  return out;
}

function scalarFaults(schema: Schema, value: string | number, path: string): readonly string[] {
  const {
    pattern,
    minLength = 0,
    maxLength = Infinity,
    minimum = -Infinity,
    maximum = Infinity,
  } = schema as {
    pattern?: string;
    minLength?: number;
    maxLength?: number;
    minimum?: number;
    maximum?: number;
  };
  if (typeof value === 'number') return value < minimum || value > maximum ? [`${path}: size`] : [];
  const out = value.length < minLength || value.length > maxLength ? [`${path}: length`] : [];
  return pattern === undefined || new RegExp(pattern, 'u').test(value) ? out : [...out, `${path}: pattern`];
}

function listFaults({ items, minItems }: Schema, value: readonly unknown[], path: string): readonly string[] {
  const few = value.length < ((minItems as number | undefined) ?? 0) ? [`${path}: too few`] : [];
  return items === undefined
    ? few
    : [...few, ...value.flatMap((one, i) => faults(items as Schema, one, `${path}[${i}]`))];
}

function mapFaults(schema: Schema, value: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  const {
    properties = {},
    required = [],
    additionalProperties,
    propertyNames,
    minProperties = 0,
  } = schema as {
    properties?: Record<string, Schema>;
    required?: readonly string[];
    additionalProperties?: Schema | false;
    propertyNames?: Schema;
    minProperties?: number;
  };
  const out = required.filter((key) => !Object.hasOwn(value, key)).map((key) => `${path}.${key}: missing`);
  if (Object.keys(value).length < minProperties) out.push(`${path}: too few keys`);
  for (const [key, one] of Object.entries(value)) {
    if (propertyNames !== undefined) out.push(...faults(propertyNames, key, `${path}.${key}`));
    const known = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (known === false) out.push(`${path}.${key}: unknown`);
    else if (known !== undefined) out.push(...faults(known, one, `${path}.${key}`));
  }
  return out;
}

const documentsOf = (text: string): readonly unknown[] =>
  parseAllDocuments(text).map((one) => (one as { toJS(): unknown }).toJS());

test('the file in deploy/ is what the tables say: node dist/deploy/schema/write.js writes it', () => {
  const file = readFileSync(new URL('../../deploy/schema/rule.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(ruleSchema())));
});

test('every bundled rule passes', () => {
  const { files } = readRuleFiles([bundledRules()]);
  const found = files.flatMap(({ file, text }) =>
    documentsOf(text).flatMap((one) => faults(ruleSchema(), one).map((fault) => `${file}${fault}`)),
  );
  expect(files.length).toBeGreaterThan(5);
  expect(found).toEqual([]);
});

describe('refused', () => {
  const RULE = 'title: T\nlogsource: {category: test}\nlevel: low\ndetection: {s: {F|contains: a}, condition: s}\n';
  const COUNT = 'title: T\ncorrelation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 2}}\n';

  test('not these', () => {
    expect([RULE, COUNT].flatMap((text) => documentsOf(text).flatMap((one) => faults(ruleSchema(), one)))).toEqual([]);
  });

  test.each([
    ['no title', RULE.replace('title: T\n', '')],
    ['no condition', RULE.replace(', condition: s', '')],
    ['an unknown modifier', RULE.replace('contains', 'contain')],
    ['an unknown level', RULE.replace('low', 'lwo')],
    ['an empty log source', RULE.replace('{category: test}', '{definition: x}')],
    ['a map as value', RULE.replace('F|contains: a', 'F: {b: c}')],
    ['an empty list', RULE.replace('F|contains: a', 'F: []')],
    ['an unknown key of ours', `${RULE}sekisho: {groupby: [F]}\n`],
    ['a waiver without reason', `${RULE}sekisho: {lint: {ignore: {broad: ''}}}\n`],
    ['a test that expects nothing', `${RULE}sekisho: {tests: [{lines: [a]}]}\n`],
    ['an unknown type', COUNT.replace('event_count', 'count')],
    ['a timespan without unit', COUNT.replace('5m', '5')],
    ['an unknown operator', COUNT.replace('gte', 'ge')],
    ['an unknown key of a correlation', COUNT.replace('rules:', 'rule:')],
  ])('%s', (_title, text) => {
    expect(documentsOf(text).flatMap((one) => faults(ruleSchema(), one))).not.toEqual([]);
  });
});
