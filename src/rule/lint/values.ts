import { quote, type Report } from '../problem.js';
import type { MapNode, RuleNode, ScalarNode } from '../reader.js';

/** Warns of values that are written as another modifier, or another language, would read them. */
export function lintValues(section: MapNode, report: Report): void {
  const visit = (node: RuleNode, modifiers: readonly string[], path: string): void => {
    if (node.kind === 'list') node.items.forEach((item) => visit(item, modifiers, path));
    else if (node.kind === 'scalar') lintValue(node, modifiers, path, report);
    else for (const { key, value } of node.entries.values()) visit(value, key.split('|').slice(1), `${path}.${key}`);
  };
  for (const { key, value } of section.entries.values()) if (key !== 'condition') visit(value, [], `detection.${key}`);
}

/** `/…$/i`: an expression between slashes, told from a path by its flags or its ends. */
const SLASHED = /^\/(?:(\^.*|.*\$)\/([a-z]*)|(.+)\/([gims]+))$/;

function lintValue(node: ScalarNode, modifiers: readonly string[], path: string, report: Report): void {
  if (!modifiers.includes('re')) {
    if (!node.text.startsWith('.*')) return;
    const reason = `${quote(node.text)} begins with a dot: \`.*\` means any text only under \`re\``;
    return report.warn('lint.value', node.at, path, reason, 'write `*`, or use `contains` without it, or `re`');
  }
  const [whole, ended, endedFlags, inner, innerFlags] = SLASHED.exec(node.text) ?? [];
  if (whole === undefined) return;
  const flags = [...(endedFlags ?? innerFlags ?? '')].filter((flag) => 'ims'.includes(flag)).map((flag) => `|${flag}`);
  const reason = 'the slashes around the expression are characters of it';
  report.warn(
    'lint.value',
    node.at,
    path,
    reason,
    `write \`re${flags.join('')}: '${(ended ?? inner ?? '').slice(0, 200)}'\``,
  );
}
