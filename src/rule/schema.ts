import { CORRELATION_TYPES } from './correlation.js';
import { LEVELS } from '../event/index.js';
import { LINT_CHECKS } from './lint/checks.js';
import { knownLogsources } from './taxonomy/logsource-names.js';
import { MODIFIERS } from './modifiers.js';
import { TELLS } from './schema-texts.js';

/** A JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };

const TEXT = { type: 'string' };
const TEXTS = { anyOf: [TEXT, { type: 'array', items: TEXT }] };
const SPAN = {
  type: 'string',
  pattern: '^[1-9][0-9]{0,8}[smhdwMy]$',
  patternErrorMessage: 'A number and a unit: 30s, 5m, 1h, 2d, 1w, 1M (a month), 1y.',
};
const DATE = {
  type: 'string',
  pattern: '^[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}$',
  patternErrorMessage: 'Write the date as YYYY-MM-DD.',
};
const SCALAR = { type: ['string', 'number', 'boolean', 'null'] };
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];

/** A field with its modifiers, or modifiers alone (keywords). */
const FIELD_KEY = {
  pattern: `^[^|]*(\\|(${[...MODIFIERS].sort().join('|')}))*$`,
  patternErrorMessage: `Unknown modifier. A field, then modifiers after a pipe each: ${MODIFIERS.join(', ')}.`,
};

const FIELDS = {
  title: 'fields',
  type: 'object',
  minProperties: 1,
  propertyNames: FIELD_KEY,
  additionalProperties: { anyOf: [SCALAR, { type: 'array', minItems: 1, items: SCALAR }] },
};
const SELECTION = {
  title: 'selection',
  anyOf: [FIELDS, { type: 'array', minItems: 1, items: { anyOf: [SCALAR, FIELDS] } }, { type: ['string', 'number'] }],
};
const SELECTIONS = {
  type: 'object',
  required: ['condition'],
  properties: told('detection', { condition: TEXTS }),
  additionalProperties: SELECTION,
};
const KNOWN = knownLogsources();
/** Any text; those that logs here can be are completed. */
const among = (names: readonly string[]): JsonSchema => ({ anyOf: [{ enum: names }, TEXT] });
const LOGSOURCE = {
  type: 'object',
  properties: told('logsource', {
    category: among(KNOWN.categories),
    product: among(KNOWN.products),
    service: among(KNOWN.services),
    definition: TEXT,
  }),
  anyOf: [{ required: ['category'] }, { required: ['product'] }, { required: ['service'] }],
};

const BOUND = { type: 'number' };
const CONDITION = {
  type: 'object',
  additionalProperties: false,
  properties: told('bounds', {
    ...Object.fromEntries(['gt', 'gte', 'lt', 'lte', 'eq', 'neq'].map((name) => [name, BOUND])),
    field: TEXTS,
    percentile: { type: 'number', minimum: 0, maximum: 100 },
  }),
};
const CORRELATION = {
  type: 'object',
  required: ['type', 'timespan'],
  additionalProperties: false,
  properties: told('correlation', {
    type: { enum: CORRELATION_TYPES },
    rules: TEXTS,
    'group-by': TEXTS,
    timespan: SPAN,
    condition: { anyOf: [CONDITION, TEXT] },
    aliases: { type: 'object', additionalProperties: { type: 'object', additionalProperties: TEXT } },
    generate: { type: 'boolean' },
    percentile: { type: 'number', minimum: 0, maximum: 100 },
  }),
};

const RELATED = {
  type: 'array',
  items: {
    title: 'related rule',
    type: 'object',
    required: ['id', 'type'],
    properties: { id: TEXT, type: { enum: ['derived', 'obsolete', 'merged', 'renamed', 'similar', 'correlation'] } },
  },
};

const TEST = {
  title: 'test',
  type: 'object',
  required: ['alerts'],
  additionalProperties: false,
  properties: told('test', {
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
  }),
};
const SEKISHO = {
  type: 'object',
  additionalProperties: false,
  properties: told('sekisho', {
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
  }),
};

/** Properties with what an editor tells of each: `TELLS`, by the name of their section. */
function told(section: keyof typeof TELLS, properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const tells: Readonly<Record<string, string>> = TELLS[section];
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [
      key,
      tells[key] === undefined ? schema : { ...schema, description: tells[key] },
    ]),
  );
}

/**
 * The JSON Schema of one document of a rule file: a Sigma rule, correlation or filter with its `sekisho:` key, for editors
 * that complete and check while one types. Made from the tables the reader itself uses. Stricter than the reader nowhere
 * but in form: what it refuses, `rules check` refuses or warns of too. `patternErrorMessage` is what yaml-language-server
 * (VS Code, Neovim, Helix, Emacs …) says where a pattern fails; other readers of JSON Schema pass over it.
 */
export function ruleSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Sigma rule',
    type: 'object',
    properties: told('document', {
      title: { type: 'string', maxLength: 256 },
      id: TEXT,
      name: TEXT,
      status: { enum: STATUSES },
      description: TEXT,
      license: TEXT,
      author: TEXTS,
      references: TEXTS,
      date: DATE,
      modified: DATE,
      tags: TEXTS,
      related: RELATED,
      fields: TEXTS,
      falsepositives: TEXTS,
      level: { enum: LEVELS },
      taxonomy: { enum: ['sigma', 'ecs'] },
      scope: TEXTS,
      action: { enum: ['global', 'reset', 'repeat'] },
      generate: { type: 'boolean' },
      logsource: LOGSOURCE,
      detection: SELECTIONS,
      correlation: CORRELATION,
      filter: {
        ...SELECTIONS,
        required: ['condition', 'rules'],
        properties: told('filter', { rules: TEXTS, condition: TEXTS }),
      },
      sekisho: SEKISHO,
    }),
    anyOf: [
      { required: ['title', 'logsource', 'detection'] },
      { required: ['title', 'correlation'] },
      { required: ['title', 'logsource', 'filter'] },
      { required: ['action'] },
    ],
  };
}
