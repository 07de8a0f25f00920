import { ENTITY_FIELDS } from '../../event/index.js';
import { ENTITY_TYPES, type FieldType, GEO_PARTS, type IndexTemplate, templateOf } from './template.js';

/** What every event index is called; the day is the event's. */
export const EVENT_INDEX_PATTERN = 'sekisho-events-*';

/** Fields that analysts look for, beside those of alerts' entities. Others are kept and shown. */
const FIELDS: Readonly<Partial<Record<FieldType, readonly string[]>>> = {
  date: ['@timestamp'],
  text: ['message', 'error.message'],
  ip: ['client.ip', 'server.ip', 'host.ip', 'related.ip'],
  long: [
    ...['source.port', 'destination.port', 'process.pid', 'process.parent.pid', 'http.response.body.bytes'],
    ...['log.syslog.priority', 'event.severity'],
  ],
  keyword: [
    ...['event.kind', 'event.module', 'event.code', 'event.provider', 'event.reason', 'tags'],
    ...['log.level', 'log.file.path', 'log.source.address', 'process.executable', 'process.parent.name'],
    ...['source.address', 'source.domain', 'destination.domain', 'dns.question.name', 'rule.name', 'rule.id'],
    ...['network.transport', 'network.protocol', 'http.request.referrer', 'url.query', 'user.id', 'user.domain'],
    ...['winlog.channel', 'related.user', 'related.hosts', 'related.hash', 'user_agent.name'],
    ...['source', 'destination'].flatMap((side) => GEO_PARTS.map((part) => `${side}.geo.${part}`)),
  ],
};

const MAPPED = new Map([
  ...ENTITY_FIELDS.map((field): [string, FieldType] => [field, ENTITY_TYPES[field] ?? 'keyword']),
  ...Object.entries(FIELDS).flatMap(([type, fields]) =>
    fields.map((field): [string, FieldType] => [field, type as FieldType]),
  ),
]);

const OBJECTS: ReadonlySet<string> = new Set([...MAPPED.keys()].flatMap(parentsOf));

/** `a` and `a.b` of `a.b.c`. */
function parentsOf(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

/**
 * Whether the index refuses a value by this name: it has an object there (`user`, of `user.name`), or a value where the
 * name wants an object (`message.id`).
 */
export function isMisplaced(name: string): boolean {
  return OBJECTS.has(name) || (name.includes('.') && parentsOf(name).some((parent) => MAPPED.has(parent)));
}

/** The index template of `sekisho-events-*`, by the rules of that of alerts: nothing in an event is refused for its type. */
export const EVENT_TEMPLATE: IndexTemplate = templateOf({
  name: 'sekisho-events',
  pattern: EVENT_INDEX_PATTERN,
  version: 1,
  description: 'Events that Sekisho read, as plain ECS',
  fields: MAPPED,
});
