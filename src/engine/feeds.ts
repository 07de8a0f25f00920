import type { Fields, Logsource } from '../event/index.js';
import {
  CHANNEL_CATEGORIES,
  CHANNELS,
  DATASETS,
  ECS_CATEGORIES,
  PROGRAMS,
  W3C_CATEGORIES,
} from '../rule/logsource-tables.js';
import { logsourceKey, logsourceMatches, logsourcesOf, type Logsources } from '../rule/logsource.js';
import { fieldMapping } from '../rule/taxonomy.js';
import type { EventRule, Expression, RuleSet } from '../rule/types.js';

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
    return { id: rule.meta.id, title: rule.meta.title, logsource, logs, unmapped: unmappedOf(rule) };
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

function unmappedOf({ expression, logsource, looseLogsource }: EventRule): readonly string[] {
  if (looseLogsource) return [];
  const names = new Set<string>();
  const visit = (node: Expression): void => {
    if (node.kind === 'and' || node.kind === 'or') node.items.forEach(visit);
    else if (node.kind === 'not') visit(node.item);
    else if (node.kind === 'test') {
      const { name, paths } = node.field;
      if (paths.length === 1 && !fieldMapping(name, logsource, 'sigma').known) names.add(name);
    }
  };
  visit(expression);
  return [...names].sort();
}
