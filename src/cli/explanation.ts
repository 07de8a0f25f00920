import type { ExplainedMatch, Explanation } from '../engine/tools/explain.js';
import { cutText, printable } from '../event/index.js';
import type { Paint } from './terminal.js';

/** Why a rule matches, as a tree of lines: its title, then its condition, each part with what was seen. */
export function matchLines({ rule, title, why }: ExplainedMatch, paint: Paint): readonly string[] {
  return [
    `    ${paint('bold', printable(title))} ${paint('dim', `(${printable(rule)})`)}`,
    ...nodeLines(why, '      ', paint),
  ];
}

/** A list of alternatives shows only those that hold, if any does: the others explain nothing. */
export function nodeLines(node: Explanation, margin: string, paint: Paint): readonly string[] {
  const mark = node.result ? paint('green', '✓') : paint('red', '✗');
  const held = node.children.filter((child) => child.result);
  const shown = node.kind === 'or' && held.length > 0 ? held : node.children;
  return [
    `${margin}${mark} ${printable(nodeText(node))}`,
    ...shown.flatMap((child) => nodeLines(child, `${margin}  `, paint)),
  ];
}

const KINDS = { and: 'all of', or: 'any of', not: 'not', test: '', keyword: 'any text' } as const;

function nodeText(node: Explanation): string {
  const label = node.label === undefined ? '' : `${node.label}: `;
  if (node.kind !== 'test') return `${label}${KINDS[node.kind]}${node.test === undefined ? '' : ` ${node.test}`}`;
  const other = node.paths.filter((path) => path !== node.field);
  const field = other.length === 0 ? node.field : `${node.field} (${other.join(', ')})`;
  const saw = node.saw === undefined ? 'missing here' : `here ${cutText(JSON.stringify(node.saw), 200)}`;
  return `${label}${field} ${node.test} (${saw})`;
}
