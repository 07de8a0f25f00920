import { CORRELATION_TYPES } from './correlation.js';
import { LEVELS } from '../event/index.js';
import { LINT_CHECKS } from './lint-checks.js';
import { MODIFIERS } from './modifiers.js';

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };

const TEXT = { type: 'string' };
const TEXTS = { anyOf: [TEXT, { type: 'array', items: TEXT }] };
const SPAN = { type: 'string', pattern: '^[1-9][0-9]{0,8}[smhdwMy]$' };
const SCALAR = { type: ['string', 'number', 'boolean', 'null'] };
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

/** A field with its modifiers, or modifiers alone (keywords). */
const FIELD_KEY = `^[^|]*(\\|(${[...MODIFIERS].sort().join('|')}))*$`;

const FIELDS = {
  type: 'object',
  minProperties: 1,
  propertyNames: { pattern: FIELD_KEY },
  additionalProperties: { anyOf: [SCALAR, { type: 'array', minItems: 1, items: SCALAR }] },
};
const SELECTION = {
  anyOf: [FIELDS, { type: 'array', minItems: 1, items: { anyOf: [SCALAR, FIELDS] } }, { type: ['string', 'number'] }],
};
const SELECTIONS = {
  type: 'object',
  required: ['condition'],
  minProperties: 2,
  properties: { condition: TEXTS, timeframe: TEXT },
  additionalProperties: SELECTION,
};
const LOGSOURCE = {
  type: 'object',
  properties: { category: TEXT, product: TEXT, service: TEXT, definition: TEXT },
  anyOf: [{ required: ['category'] }, { required: ['product'] }, { required: ['service'] }],
};

const BOUND = { type: 'number' };
const CONDITION = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...Object.fromEntries(['gt', 'gte', 'lt', 'lte', 'eq', 'neq'].map((name) => [name, BOUND])),
    field: TEXTS,
    percentile: { type: 'number', minimum: 0, maximum: 100 },
  },
};
const CORRELATION = {
  type: 'object',
  required: ['type', 'timespan'],
  additionalProperties: false,
  properties: {
    type: { enum: CORRELATION_TYPES },
    rules: TEXTS,
    'group-by': TEXTS,
    timespan: SPAN,
    condition: { anyOf: [CONDITION, TEXT] },
    aliases: { type: 'object', additionalProperties: { type: 'object', additionalProperties: TEXT } },
    generate: { type: 'boolean' },
    percentile: { type: 'number', minimum: 0, maximum: 100 },
  },
};

const TEST = {
  type: 'object',
  required: ['alerts'],
  additionalProperties: false,
  properties: {
    name: TEXT,
    type: TEXT,
    timezone: TEXT,
    lines: { anyOf: [TEXT, { type: 'array', items: { type: ['string', 'object'] } }] },
    events: { type: 'array', items: { type: 'object' } },
    alerts: {
      anyOf: [
        { type: 'integer', minimum: 0 },
        { type: 'array', items: { type: 'object' } },
      ],
    },
  },
};
const SEKISHO = {
  type: 'object',
  additionalProperties: false,
  properties: {
    'group-by': TEXTS,
    quiet: SPAN,
    'max-episode': SPAN,
    where: { type: 'object', propertyNames: { pattern: '^[^|]+\\|list(\\|neq)?$' }, additionalProperties: TEXTS },
    tests: { type: 'array', items: TEST },
    lint: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ignore: {
          type: 'object',
          additionalProperties: false,
          properties: Object.fromEntries(LINT_CHECKS.map((check) => [check, { type: 'string', minLength: 1 }])),
        },
      },
    },
  },
};

/**
 * The JSON Schema of one document of a rule file: a Sigma rule, correlation or filter with its `sekisho:` key, for editors
 * that complete and check while one types. Made from the tables the reader itself uses. Stricter than the reader nowhere
 * but in form: what it refuses, `rules check` refuses or warns of too.
 */
export function ruleSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Sigma rule, correlation or filter, with Sekisho’s own options',
    type: 'object',
    properties: {
      title: { type: 'string', maxLength: 256 },
      id: TEXT,
      name: TEXT,
      status: { enum: STATUSES },
      description: TEXT,
      author: TEXTS,
      references: TEXTS,
      tags: TEXTS,
      falsepositives: TEXTS,
      level: { enum: LEVELS },
      taxonomy: { enum: ['sigma', 'ecs'] },
      action: { enum: ['global', 'reset', 'repeat'] },
      generate: { type: 'boolean' },
      logsource: LOGSOURCE,
      detection: SELECTIONS,
      correlation: CORRELATION,
      filter: { ...SELECTIONS, required: ['condition', 'rules'], properties: { condition: TEXTS, rules: TEXTS } },
      sekisho: SEKISHO,
    },
    anyOf: [
      { required: ['title', 'logsource', 'detection'] },
      { required: ['title', 'correlation'] },
      { required: ['title', 'logsource', 'filter'] },
      { required: ['action'] },
    ],
  };
}
