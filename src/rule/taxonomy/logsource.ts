import type { Fields, FieldValue, Logsource } from '../../event/index.js';
import {
  CHANNEL_CATEGORIES,
  CHANNELS,
  DATASETS,
  ECS_CATEGORIES,
  PROGRAMS,
  W3C_CATEGORIES,
  type LogsourceRow,
} from './logsource-tables.js';

/** The products, categories and services one event is. Shared and frozen: never change them. */
export interface Logsources {
  readonly products: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

/** Datasets whose logsources also depend on the program, record type or channel. */
const BY_PROGRAM = new Set(['system.auth', 'system.syslog', 'journald.log']);
const AUDITD = new Set(['auditd.log', 'auditd_manager.auditd']);
const CACHE_LIMIT = 5_000;

/**
 * A short text that decides an event's logsources: equal keys, equal `logsourcesOf`.
 *
 * For most formats it is the dataset itself; Windows adds channel and code, syslog the program (only those the table
 * knows, so hostile names make no keys), auditd the record type, other documents their ECS categories. No allocation
 * beyond the key.
 */
export function logsourceKey(fields: Fields): string {
  const dataset = fields['event.dataset'];
  if (typeof dataset === 'string' && Object.hasOwn(DATASETS, dataset)) {
    if (BY_PROGRAM.has(dataset))
      return `${dataset}|${programOf(fields)}${has(fields['event.category'], 'authentication') ? '|a' : '|'}`;
    if (AUDITD.has(dataset))
      return `${dataset}|${recordType(fields)}${has(fields['event.category'], 'authentication') ? '|a' : '|'}`;
    return dataset;
  }
  return otherKey(typeof dataset === 'string' ? dataset.toLowerCase() : '', fields);
}

/**
 * Whether `logsourceKey` depends on nothing but `event.dataset`, `process.name` and `event.category` for events of this
 * dataset, so that a caller who saw the same three before knows the answer.
 */
export function isKeyedByProgram(dataset: FieldValue | undefined): boolean {
  return typeof dataset === 'string' && Object.hasOwn(DATASETS, dataset) && !AUDITD.has(dataset);
}

/**
 * Whether `logsourceKey` depends on nothing but `event.dataset`, `winlog.channel`, `event.code`, `event.category` and
 * `event.type` for an event that has the first three.
 */
export function isKeyedByChannel(fields: Fields): boolean {
  const dataset = fields['event.dataset'];
  if (typeof dataset !== 'string' || Object.hasOwn(DATASETS, dataset)) return false;
  if (typeof fields['winlog.channel'] !== 'string' || typeof fields['event.code'] !== 'string') return false;
  return fields['host.os.type'] === undefined && fields['host.os.family'] === undefined;
}

function programOf(fields: Fields): string {
  const name = fields['process.name'];
  return typeof name === 'string' && Object.hasOwn(PROGRAMS, name) ? name : '';
}

function recordType(fields: Fields): string {
  return fields['auditd.log.record_type'] === 'EXECVE' || fields['auditd.log.record_type'] === 'execve' ? 'EXECVE' : '';
}

function otherKey(dataset: string, fields: Fields): string {
  const channel = textOf(fields['winlog.channel'] ?? fields['Channel'] ?? fields['EventLog']).toLowerCase();
  const codes = Object.hasOwn(CHANNEL_CATEGORIES, channel) ? CHANNEL_CATEGORIES[channel] : undefined;
  const code =
    codes === undefined ? '' : textOf(fields['event.code'] ?? fields['winlog.event_id'] ?? fields['EventID']);
  const known = codes !== undefined && Object.hasOwn(codes, code) ? code : '';
  const os = textOf(fields['host.os.type'] ?? fields['host.os.family']).toLowerCase();
  const ecs = ecsCategories(fields) || w3cName(fields);
  return `?${partOf(dataset)}|${partOf(channel)}|${partOf(known)}|${partOf(ecs)}|${partOf(os)}|${channel === '' ? '' : 'w'}`;
}

function partOf(text: string): string {
  return text.includes('|') || text.length > 100 ? text.replaceAll('|', ' ').slice(0, 100) : text;
}

/** A category, or a category and a type. */
const ECS_KEYS = Object.keys(ECS_CATEGORIES).map((key) => {
  const [first = '', second] = key.split(':');
  return { key, first, second };
});

/** The ECS categories the table knows, with those types that matter, in a fixed order. */
function ecsCategories(fields: Fields): string {
  const category = fields['event.category'];
  if (category === undefined) return '';
  const type = fields['event.type'];
  let found = '';
  for (const { key, first, second } of ECS_KEYS) {
    if (!has(category, first) || (second !== undefined && !has(type, second))) continue;
    found = found === '' ? key : `${found},${key}`;
  }
  return found;
}

const W3C_NAMES = Object.keys(W3C_CATEGORIES);

/** Web servers' and proxies' logs by the names W3C gives their fields, which are Sigma's too: the first that is there. */
function w3cName(fields: Fields): string {
  return W3C_NAMES.find((name) => fields[name] !== undefined) ?? '';
}

function has(value: FieldValue | undefined, wanted: string): boolean {
  return Array.isArray(value) ? value.includes(wanted) : value === wanted;
}

function textOf(value: FieldValue | undefined): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : typeof first === 'number' ? String(first) : '';
}

const cache = new Map<string, Logsources>();

/** The logsources that a key of `logsourceKey` stands for. Remembered, for 5,000 keys at a time. */
export function logsourcesOf(key: string): Logsources {
  const found = cache.get(key);
  if (found !== undefined) return found;
  const made = key.startsWith('?') ? fromParts(key.slice(1).split('|')) : fromDataset(key.split('|'));
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, made);
  return made;
}

/** The logsources of an event: `logsourcesOf(logsourceKey(fields))`. */
export function eventLogsources(fields: Fields): Logsources {
  return logsourcesOf(logsourceKey(fields));
}

function fromDataset([dataset = '', detail = '', flag = '']: readonly string[]): Logsources {
  const { products = [], categories = [], services = [] } = DATASETS[dataset] ?? {};
  const program = BY_PROGRAM.has(dataset) && Object.hasOwn(PROGRAMS, detail) ? (PROGRAMS[detail] ?? []) : [];
  const process = detail === 'EXECVE' ? ['process_creation'] : [];
  const authentication = flag === 'a' ? ['authentication'] : [];
  return sets(products, [...categories, ...process, ...authentication], [...services, ...program]);
}

/** Windows by channel and code, other documents by ECS category, dataset (`product.service`) and operating system. */
function fromParts([dataset = '', channel = '', code = '', ecs = '', os = '']: readonly string[]): Logsources {
  const own = ownRow(dataset);
  const system = channel === '' ? osProducts(os) : [channel.startsWith('linux-') ? 'linux' : 'windows'];
  const named = ecs.split(',').flatMap((key) => [...lookUp(ECS_CATEGORIES, key), ...lookUp(W3C_CATEGORIES, key)]);
  const coded = Object.hasOwn(CHANNEL_CATEGORIES, channel) ? lookUp(CHANNEL_CATEGORIES[channel] ?? {}, code) : [];
  // Sysmon and PowerShell say more exactly by code what ECS says by category.
  const categories = channel === '' ? named : named.filter((category) => category === 'authentication');
  return sets(
    [...(own.products ?? []), ...system],
    [...(own.categories ?? []), ...categories, ...coded],
    [...(own.services ?? []), ...lookUp(CHANNELS, channel)],
  );
}

/** A dataset that no table knows is `product.service` by its own name. */
function ownRow(dataset: string): LogsourceRow {
  const known = Object.hasOwn(DATASETS, dataset) ? DATASETS[dataset] : undefined;
  if (known !== undefined) return known;
  const [module = '', ...rest] = dataset.split('.');
  return { products: [module], services: rest.length === 0 ? [module] : [rest.join('.'), dataset] };
}

function lookUp(table: Readonly<Record<string, readonly string[]>>, key: string): readonly string[] {
  return Object.hasOwn(table, key) ? (table[key] ?? []) : [];
}

function osProducts(os: string): readonly string[] {
  return os === '' ? [] : [os === 'darwin' ? 'macos' : os];
}

function sets(products: readonly string[], categories: readonly string[], services: readonly string[]): Logsources {
  const clean = (names: readonly string[]): ReadonlySet<string> => new Set(names.filter((name) => name !== ''));
  return { products: clean(products), categories: clean(categories), services: clean(services) };
}

/** The logsources with the dimensions that the operator sets in their place (an input's `logsource:`). */
export function overrideLogsources(derived: Logsources, set: Logsource): Logsources {
  const only = (name: string | undefined, names: ReadonlySet<string>): ReadonlySet<string> =>
    name === undefined ? names : new Set([name.toLowerCase()]);
  return {
    products: only(set.product, derived.products),
    categories: only(set.category, derived.categories),
    services: only(set.service, derived.services),
  };
}

/** Whether an event can be what a rule is for: every dimension the rule sets is one the event has. */
export function logsourceMatches(rule: Logsource, event: Logsources): boolean {
  if (rule.product !== undefined && !event.products.has(rule.product)) return false;
  if (rule.category !== undefined && !event.categories.has(rule.category)) return false;
  return rule.service === undefined || event.services.has(rule.service);
}

/**
 * For `--no-mapping`: whether a field of the event named like a dimension (`category`, or `logsource.category`) holds
 * something else than the rule's. Fields that are missing or no text contradict nothing.
 */
export function logsourceContradicted(rule: Logsource, fields: Fields): boolean {
  return (
    contradicts(rule.product, fields, 'product') ||
    contradicts(rule.category, fields, 'category') ||
    contradicts(rule.service, fields, 'service')
  );
}

function contradicts(wanted: string | undefined, fields: Fields, name: string): boolean {
  if (wanted === undefined) return false;
  const value = fields[name] ?? fields[`logsource.${name}`];
  return typeof value === 'string' && value.toLowerCase() !== wanted;
}
