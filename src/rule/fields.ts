import { instead, nearest, quote, type Report } from './problem.js';
import { child, type MapNode, type RuleNode, type ScalarNode } from './reader.js';

/** A scalar's text under a key, or undefined where it is missing or empty. A map or list is an error. */
export function readText(node: MapNode, key: string, report: Report): string | undefined {
  const value = child(node, key);
  if (value === undefined || (value.kind === 'scalar' && (value.type === 'null' || value.text.trim() === '')))
    return undefined;
  if (value.kind === 'scalar') return value.text.trim();
  return report.error('rule.field', value.at, key, `\`${key}\` must be a text`, 'write one line of text');
}

/** The texts under a key that takes a list or a single text. Anything else in it is an error. */
export function readTexts(node: MapNode, key: string, path: string, report: Report): readonly string[] {
  return readScalars(node, key, path, report).map((item) => item.text.trim());
}

/** As `readTexts`, with the places of the items. */
export function readScalars(node: MapNode, key: string, path: string, report: Report): readonly ScalarNode[] {
  const value = child(node, key);
  if (value === undefined || isNull(value)) return [];
  const items = value.kind === 'list' ? value.items : [value];
  const wrong = items.find((item) => item.kind !== 'scalar' || item.text.trim() === '');
  if (wrong !== undefined)
    report.error('rule.field', wrong.at, path, `\`${key}\` must be a list of texts`, 'write `- text` lines');
  return items.filter((item): item is ScalarNode => item.kind === 'scalar' && item.text.trim() !== '');
}

/** Whether a node is an explicit or implicit null. */
export function isNull(node: RuleNode): boolean {
  return node.kind === 'scalar' && node.type === 'null';
}

/** The map under a key, or undefined where the key is missing; anything but a map is an error. */
export function readMap(node: MapNode, key: string, path: string, report: Report): MapNode | undefined {
  const value = child(node, key);
  if (value === undefined || value.kind === 'map') return value;
  return report.error(
    'rule.field',
    value.at,
    path,
    `\`${key}\` must be a map`,
    `write its keys indented below \`${key}:\``,
  );
}

/** A whole number of at least `least`, or undefined after reporting. */
export function readCount(node: RuleNode, path: string, least: number, report: Report): number | undefined {
  const value = node.kind === 'scalar' && /^\d{1,15}$/.test(node.text) ? Number(node.text) : NaN;
  if (value >= least) return value;
  const said = node.kind === 'scalar' ? quote(node.text) : 'a list or map';
  return report.error(
    'rule.number',
    node.at,
    path,
    `a whole number of at least ${least} is needed, not ${said}`,
    'write such a number',
  );
}

/**
 * Reports keys that are not known. `strict`: every one is an error; otherwise only those that look like a known key,
 * and the others are a warning, because they do nothing.
 */
export function checkKeys(
  node: MapNode,
  known: readonly string[],
  path: string,
  strict: boolean,
  report: Report,
): void {
  for (const { key, at } of node.entries.values()) {
    if (known.includes(key)) continue;
    const inner = path === '' ? key : `${path}.${key}`;
    const reason = `unknown key ${quote(key)}`;
    if (strict || nearest(key, known) !== undefined) report.error('rule.key', at, inner, reason, instead(key, known));
    else report.warn('rule.key', at, inner, `${reason} does nothing`, `use one of ${known.join(', ')}`);
  }
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  // The average Gregorian month and year, as pySigma counts them.
  M: 2_629_746_000,
  y: 31_556_952_000,
};

/**
 * Milliseconds of a Sigma timespan: a number and one of `s m h d w M y`; undefined after reporting.
 * Source: Sigma Correlation Rules Specification 2.1, "Time Selection".
 */
export function readTimespan(node: RuleNode, path: string, report: Report): number | undefined {
  const text = node.kind === 'scalar' ? node.text.trim() : '';
  const match = /^(\d{1,9})([smhdwMy])$/.exec(text);
  const milliseconds = Number(match?.[1] ?? 0) * (UNITS[match?.[2] ?? ''] ?? 0);
  if (milliseconds > 0) return milliseconds;
  return report.error('rule.timespan', node.at, path, `${quote(text)} is no timespan`, timespanFix(text));
}

function timespanFix(text: string): string {
  if (/^\d+$/.test(text) && Number(text) > 0) return `write the unit too: \`${text}s\` or \`${text}m\``;
  if (/^(\d+[smhd]\s*){2,}$/.test(text)) return 'write it in one unit: 1h30m is `90m`';
  if (/^\d+\s*(min|minutes?|hours?|seconds?|sec|days?|[SHDW])$/.test(text))
    return 'use the letters s m h d w M (month) y, without a space: `15m`';
  return 'write a number above 0 and one of s m h d w M (month) y: `15m`';
}
