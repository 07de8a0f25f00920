import { ENTITY_FIELDS, type EntityField } from '../../event/index.js';

/** Name of the index template, and its version: raised whenever the mapping changes. */
export const TEMPLATE_NAME = 'sekisho-alerts';
const TEMPLATE_VERSION = 2;

/** What every alert index is called; the month is that of `event.created`. */
export const ALERT_INDEX_PATTERN = 'sekisho-alerts-*';

/** Field types that alerts are mapped with. No others: these exist in every distribution and licence. */
export type FieldType = 'keyword' | 'text' | 'ip' | 'date' | 'long' | 'double' | 'boolean' | 'flattened';

/** Longer keyword values are kept and shown, but not indexed. */
const IGNORE_ABOVE = 1024;

/** Entity fields that are no keywords. */
export const ENTITY_TYPES: Readonly<Partial<Record<EntityField, FieldType>>> = {
  'source.ip': 'ip',
  'destination.ip': 'ip',
  'http.response.status_code': 'long',
};

/** Names of a country and its continent under `*.geo`. */
export const GEO_PARTS = ['country_iso_code', 'country_name', 'continent_code', 'continent_name'];

/** Fields of alert documents besides the entities, by type: what src/alert writes (DESIGN.md section 7). */
const FIELDS: Readonly<Record<FieldType, readonly string[]>> = {
  date: [
    '@timestamp',
    'event.start',
    'event.end',
    'event.created',
    'event.ingested',
    'sekisho.alert.window.start',
    'sekisho.alert.window.end',
    'sekisho.alert.stages.start',
    'sekisho.alert.stages.end',
  ],
  text: ['message', 'event.reason', 'rule.description', 'sekisho.alert.lines'],
  long: [
    'event.severity',
    'sekisho.alert.revision',
    'sekisho.alert.count',
    'sekisho.alert.distinct',
    'sekisho.alert.stages.count',
  ],
  double: ['event.risk_score'],
  boolean: ['sekisho.alert.more_entities', 'sekisho.user_agent.bot', 'sekisho.user_agent.headless'],
  ip: ['related.ip', 'sekisho.alert.stages.ip'],
  flattened: ['sekisho.alert.group', 'sekisho.rule'],
  keyword: [
    'event.kind',
    'event.module',
    'event.id',
    'rule.id',
    'rule.uuid',
    'rule.name',
    'rule.author',
    'rule.license',
    'rule.reference',
    'rule.ruleset',
    'rule.version',
    'threat.framework',
    'threat.tactic.id',
    'threat.tactic.name',
    'threat.tactic.reference',
    'threat.technique.id',
    'threat.technique.name',
    'threat.technique.reference',
    'threat.technique.subtechnique.id',
    'threat.technique.subtechnique.name',
    'threat.technique.subtechnique.reference',
    ...['source', 'destination'].flatMap((side) => GEO_PARTS.map((part) => `${side}.geo.${part}`)),
    'user_agent.name',
    'user_agent.version',
    'user_agent.os.name',
    'user_agent.os.version',
    'user_agent.os.full',
    'user_agent.device.name',
    'related.user',
    'related.hosts',
    'sekisho.alert.state',
    'sekisho.alert.severity',
    'sekisho.alert.correlation',
    'sekisho.alert.timespan',
    'sekisho.alert.threshold',
    'sekisho.alert.merged_into',
    'sekisho.alert.previous',
    'sekisho.alert.rewritten',
    'sekisho.alert.stages.rule',
    'sekisho.alert.stages.name',
    'sekisho.alert.stages.user',
    'sekisho.alert.stages.hosts',
  ],
};

/** Every mapped field of an alert with its type. What is not here is kept and shown, but can't be searched. */
export const ALERT_FIELDS: ReadonlyMap<string, FieldType> = new Map([
  ...ENTITY_FIELDS.map((field): [string, FieldType] => [field, ENTITY_TYPES[field] ?? 'keyword']),
  ...Object.entries(FIELDS).flatMap(([type, fields]) =>
    fields.map((field): [string, FieldType] => [field, type as FieldType]),
  ),
]);

/** A mapping, as Elasticsearch writes it: JSON. */
export type Mapping = { [key: string]: unknown };

/** An index template with its name. */
export interface IndexTemplate {
  readonly name: string;
  readonly body: {
    readonly index_patterns: string[];
    readonly priority: number;
    readonly version: number;
    readonly template: { readonly settings: Mapping; readonly mappings: Mapping };
    readonly _meta: Mapping;
  };
}

/** What an index template is made of. */
export interface TemplateParts {
  readonly name: string;
  readonly pattern: string;
  readonly version: number;
  readonly description: string;
  readonly fields: ReadonlyMap<string, FieldType>;
}

/**
 * An index template that refuses as little as can be.
 *
 * Unmapped fields are ignored, never refused (`dynamic: false`); a value that does not fit its type is left out of the
 * index and named in `_ignored`; long keywords are not indexed. So what an attacker writes can't keep a document out.
 */
export function templateOf({ name, pattern, version, description, fields }: TemplateParts): IndexTemplate {
  const index = { number_of_shards: 1, auto_expand_replicas: '0-1', mapping: { ignore_malformed: true } };
  const body = {
    index_patterns: [pattern],
    priority: 300,
    version,
    template: {
      settings: { index },
      mappings: { dynamic: false, date_detection: false, properties: propertiesOf(fields) },
    },
    _meta: { description, managed_by: 'sekisho' },
  };
  return { name, body };
}

/** The index template of `sekisho-alerts-*`. */
export const ALERT_TEMPLATE: IndexTemplate = templateOf({
  name: TEMPLATE_NAME,
  pattern: ALERT_INDEX_PATTERN,
  version: TEMPLATE_VERSION,
  description: 'Alerts of Sekisho: plain ECS with event.kind alert',
  fields: ALERT_FIELDS,
});

function propertiesOf(fields: ReadonlyMap<string, FieldType>): Mapping {
  const tree: Mapping = {};
  for (const [field, type] of fields) {
    const keys = field.split('.');
    const last = keys.pop() as string;
    let node = tree;
    for (const key of keys) node = ((node[key] ??= { properties: {} }) as { properties: Mapping }).properties;
    node[last] = mappingOf(type);
  }
  return tree;
}

function mappingOf(type: FieldType): Mapping {
  if (type === 'keyword') return { type, ignore_above: IGNORE_ABOVE };
  if (type === 'flattened') return { type, ignore_above: IGNORE_ABOVE, depth_limit: 5 };
  return { type };
}
