import type { Fields, Logsource } from '../../event/index.js';
import {
  CHANNEL_CATEGORIES,
  CHANNELS,
  DATASETS,
  ECS_CATEGORIES,
  PROGRAMS,
  W3C_CATEGORIES,
} from '../../rule/taxonomy/logsource-tables.js';
import { fieldMeant, logsourceMeant } from '../../rule/lint/names.js';
import { logsourceKey, logsourceMatches, logsourcesOf, type Logsources } from '../../rule/taxonomy/logsource.js';
import { fieldMapping } from '../../rule/taxonomy/taxonomy.js';
import type { EventRule, Expression, FieldRef, RuleSet } from '../../rule/types.js';

/** What a rule needs of the logs: who feeds it, and which of its fields nobody is known to fill. */
export interface RuleFeed {
  readonly id: string;
  readonly title: string;
  /** `category/product/service` as the rule says it. */
  readonly logsource: string;
  /** Logs that would feed it, in words; empty: only an input that says so itself (`logsource:`). */
  readonly logs: readonly string[];
  /** Names that no table maps: looked up as they stand. */
  readonly unmapped: readonly string[];
  /** Names of fields, and words of the log source, that look mistyped, with what may be meant; absent where there are none. */
  readonly meant?: Readonly<Record<string, string>>;
}

/** Of each rule, which known logs would feed it and which of its fields have no known mapping. */
export function feedsOf({ rules }: RuleSet): readonly RuleFeed[] {
  const known = knownLogs();
  const fed = new Map<string, readonly string[]>();
  return rules.map((rule) => {
    const { category = '', product = '', service = '' } = rule.logsource;
    const key = [category, product, service].join('|');
    const logs = fed.get(key) ?? logsOf(rule.logsource, known);
    fed.set(key, logs);
    const logsource = Object.values(rule.logsource).join('/');
    const fields = namesOf(rule.expression);
    const { id, title } = rule.meta;
    const meant = meantOf(rule, fields);
    return { id, title, logsource, logs, unmapped: unmappedOf(rule, fields), ...(meant !== undefined && { meant }) };
  });
}

/** A kind of log in words, with what it is. `of`: the kind it is a part of, told instead where that is enough. */
interface KnownLog {
  readonly name: string;
  readonly of: string | undefined;
  readonly is: Logsources;
}

function logsOf(logsource: Logsource, known: readonly KnownLog[]): readonly string[] {
  const fitting = known.filter(({ is }) => logsourceMatches(logsource, is));
  const names = new Set(fitting.map(({ name }) => name));
  const logs = fitting.filter((log) => log.of === undefined || !names.has(log.of)).map(({ name }) => name);
  return logs.length > 0 ? logs : byOwnName(logsource);
}

/** A dataset that no table knows is `product.service` by its own name. */
function byOwnName({ category, product, service }: Logsource): readonly string[] {
  if (category !== undefined || product === undefined) return [];
  const rest = service?.startsWith(`${product}.`) === true ? service.slice(product.length + 1) : service;
  return [`event.dataset ${[product, rest].filter((part) => part !== undefined).join('.')}`];
}

/** The kinds of logs that the tables tell apart, made by asking them. */
function knownLogs(): readonly KnownLog[] {
  return [...datasetLogs(), ...programLogs(), ...auditLogs(), ...channelLogs(), ...ecsLogs()];
}

function log(name: string, fields: Fields, of?: string): KnownLog {
  return { name, of, is: logsourcesOf(logsourceKey(fields)) };
}

function datasetLogs(): readonly KnownLog[] {
  return Object.keys(DATASETS).map((name) => log(name, { 'event.dataset': name }));
}

function programLogs(): readonly KnownLog[] {
  const fields = { 'event.dataset': 'system.auth' };
  const programs = Object.keys(PROGRAMS).map((program) =>
    log(`syslog or journald of ${program}`, { ...fields, 'process.name': program }, 'system.auth'),
  );
  return [
    ...programs,
    log('system.auth (log-ins)', { ...fields, 'event.category': ['authentication'] }, 'system.auth'),
  ];
}

function auditLogs(): readonly KnownLog[] {
  const fields = { 'event.dataset': 'auditd.log' };
  return [
    log('auditd.log (EXECVE)', { ...fields, 'auditd.log.record_type': 'EXECVE' }, 'auditd.log'),
    log('auditd.log (log-ins)', { ...fields, 'event.category': ['authentication'] }, 'auditd.log'),
  ];
}

function channelLogs(): readonly KnownLog[] {
  const channels = Object.keys(CHANNELS).map((name) => log(`Windows channel ${name}`, { 'winlog.channel': name }));
  const coded = Object.entries(CHANNEL_CATEGORIES).flatMap(([channel, codes]) =>
    Object.keys(codes).map((code) => {
      const whole = `Windows channel ${channel}`;
      return log(`${whole}, event ${code}`, { 'winlog.channel': channel, 'event.code': code }, whole);
    }),
  );
  return [...channels, ...coded];
}

const SYSTEMS = ['windows', 'linux', 'macos'];

function ecsLogs(): readonly KnownLog[] {
  const w3c = Object.keys(W3C_CATEGORIES).map((name) => log(`documents with W3C's field ${name}`, { [name]: '' }));
  const ecs = Object.keys(ECS_CATEGORIES).flatMap((key) => {
    const [category = '', type] = key.split(':');
    const fields = { 'event.category': [category], 'event.type': type === undefined ? [] : [type] };
    const name = `ECS documents of event.category ${category}${type === undefined ? '' : `, event.type ${type}`}`;
    const on = SYSTEMS.map((os) => log(`${name} on ${os}`, { ...fields, 'host.os.type': os }, name));
    return [log(name, fields), ...on];
  });
  return [...ecs, ...w3c];
}

function namesOf(expression: Expression): readonly FieldRef[] {
  const found = new Map<string, FieldRef>();
  const visit = (node: Expression): void => {
    if (node.kind === 'and' || node.kind === 'or') node.items.forEach(visit);
    else if (node.kind === 'not') visit(node.item);
    else if (node.kind === 'test') found.set(node.field.name, node.field);
  };
  visit(expression);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function unmappedOf({ logsource, looseLogsource }: EventRule, fields: readonly FieldRef[]): readonly string[] {
  if (looseLogsource) return [];
  const alone = fields.filter(({ name, paths }) => paths.length === 1 && !fieldMapping(name, logsource, 'sigma').known);
  return alone.map(({ name }) => name);
}

function meantOf(
  { logsource, looseLogsource }: EventRule,
  fields: readonly FieldRef[],
): Readonly<Record<string, string>> | undefined {
  if (looseLogsource) return undefined;
  const words = logsourceMeant(logsource).map(({ word, meant }) => [word, meant] as const);
  const names = fields.flatMap(({ name }) => {
    const meant = fieldMeant(name, logsource);
    return meant === undefined ? [] : [[name, meant] as const];
  });
  const all = [...words, ...names];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}
