import type { FieldValue } from '../event/index.js';
import { quote, slipOf, type Report } from './problem.js';
import type { MapNode, RuleNode, ScalarNode } from './reader.js';

/** Keys of rules, correlations and filters that have a meaning of their own. Source: Sigma Rules Specification 2.0, "File Structure". */
const OWN = [
  'title',
  'id',
  'name',
  'related',
  'taxonomy',
  'status',
  'description',
  'license',
  'author',
  'references',
  'date',
  'modified',
  'version',
  'logsource',
  'detection',
  'correlation',
  'filter',
  'fields',
  'falsepositives',
  'level',
  'tags',
  'scope',
  'action',
  'generate',
  'sekisho',
];
const KNOWN = new Set(OWN);

/** What the custom attributes of one rule may come to as JSON: every alert of the rule carries them. */
const SIZE_LIMIT = 8_192;

/**
 * The custom attributes of a document, as plain data; undefined where there are none. One that looks like a mistyped key
 * is warned of and kept; more than 8 KiB are warned of and left out.
 */
export function readCustom(root: MapNode, report: Report): Readonly<Record<string, FieldValue>> | undefined {
  const own = [...root.entries.values()].filter(({ key }) => !KNOWN.has(key) && key !== '__proto__');
  if (own.length === 0) return undefined;
  for (const { key, at } of own) {
    const meant = slipOf(key, OWN);
    if (meant === undefined || root.entries.has(meant)) continue;
    const reason = `${quote(key)} is no key of a rule and is kept as a custom attribute`;
    report.warn('rule.key', at, key, reason, `did you mean \`${meant}\`?`);
  }
  const custom = Object.fromEntries(own.map(({ key, value }) => [key, plainOf(value)]));
  if (JSON.stringify(custom).length <= SIZE_LIMIT) return custom;
  const reason = `the custom attributes come to more than ${SIZE_LIMIT} characters and are left out of alerts`;
  return report.warn(
    'rule.custom',
    own[0]?.at ?? root.at,
    own[0]?.key ?? '',
    reason,
    'keep long texts in `description`',
  );
}

function plainOf(node: RuleNode): FieldValue {
  if (node.kind === 'scalar') return scalarOf(node);
  if (node.kind === 'list') return node.items.map(plainOf);
  const entries = [...node.entries.values()].filter(({ key }) => key !== '__proto__');
  return Object.fromEntries(entries.map(({ key, value }) => [key, plainOf(value)]));
}

function scalarOf({ type, text }: ScalarNode): FieldValue {
  if (type === 'null') return null;
  if (type === 'boolean') return text.toLowerCase() === 'true';
  // `1.10` and `007` stay what they are.
  return type === 'number' && String(Number(text)) === text ? Number(text) : text;
}
