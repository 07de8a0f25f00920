import type { Config } from '../config/config.js';
import { DEFAULT_GROUP, readsTopics } from '../inputs.js';

/** One thing that a member's user must be allowed, in Kafka's words. */
export interface Acl {
  readonly resource: 'topic' | 'group' | 'transactional-id';
  readonly name: string;
  readonly match: 'literal' | 'prefixed';
  readonly operations: readonly string[];
}

/**
 * The least that a member's user needs in Kafka: its inputs and their groups; with `kafka: site:` the site's topics,
 * groups and transactional ids too. `setup` itself needs Create on the site's topics beside it, which is among these.
 */
export function aclsOf(config: Config): readonly Acl[] {
  const inputs = config.inputs.filter(readsTopics);
  const topics = [...new Set(inputs.flatMap((input) => input.topics ?? []))].map(reads);
  const patterns = [...new Set(inputs.flatMap((input) => input['topic-pattern'] ?? []))].map(readsPattern);
  const groups = [...new Set(inputs.map((input) => input.group ?? DEFAULT_GROUP))].map(joins);
  return [...topics, ...patterns, ...groups, ...siteAcls(config)];
}

function siteAcls({ kafka }: Config): readonly Acl[] {
  const site = kafka?.site;
  if (site === undefined) return [];
  return [
    {
      resource: 'topic',
      name: site.prefix,
      match: 'prefixed',
      operations: ['Create', 'Describe', 'DescribeConfigs', 'Read', 'Write'],
    },
    { resource: 'group', name: `${site.group}-`, match: 'prefixed', operations: ['Describe', 'Read'] },
    {
      resource: 'transactional-id',
      name: `${site.group}-`,
      match: 'prefixed',
      operations: ['Describe', 'Write'],
    },
  ];
}

function reads(name: string): Acl {
  return { resource: 'topic', name, match: 'literal', operations: ['Describe', 'Read'] };
}

/** Kafka knows prefixes, not patterns: what the pattern begins with for certain. */
function readsPattern(pattern: string): Acl {
  const head = /^\^?([\w-]*)(?![*?{+])/u.exec(pattern)?.[1] ?? '';
  if (head === '' || pattern.includes('|')) return reads('*');
  return { ...reads(head), match: 'prefixed' };
}

/** The group itself, and the one that `check` tries reading with. */
function joins(name: string): Acl {
  return { resource: 'group', name, match: 'prefixed', operations: ['Describe', 'Read'] };
}

/** The command of Kafka that grants it to a user. */
export function aclCommand(
  { resource, name, match, operations }: Acl,
  brokers: readonly string[],
  user: string,
): string {
  const granted = operations.map((operation) => `--operation ${operation}`).join(' ');
  const kind = match === 'prefixed' ? ' --resource-pattern-type prefixed' : '';
  return (
    `kafka-acls --bootstrap-server ${brokers.join()} --add --allow-principal User:${user} ${granted} ` +
    `--${resource} ${name === '*' ? "'*'" : name}${kind}`
  );
}
