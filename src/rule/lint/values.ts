import type { Logsource } from '../../event/index.js';
import { ECS_NAMES } from '../taxonomy/ecs-names.js';
import { fieldMapping } from '../taxonomy/taxonomy.js';
import { quote, type Report } from '../problem.js';
import type { MapNode, RuleNode, ScalarNode } from '../reader.js';

/** Warns of values that are written as another modifier, or another language, would read them. */
export function lintValues(section: MapNode, logsource: Logsource, report: Report): void {
  const visit = (node: RuleNode, modifiers: readonly string[] | undefined, path: string): void => {
    if (node.kind === 'list') node.items.forEach((item) => visit(item, modifiers, path));
    else if (node.kind === 'map')
      for (const { key, value } of node.entries.values()) visit(value, key.split('|').slice(1), `${path}.${key}`);
    else {
      if (modifiers === undefined) lintKeyword(node, logsource, path, report);
      lintValue(node, modifiers ?? [], path, report);
    }
  };
  for (const { key, value } of section.entries.values())
    if (key !== 'condition') visit(value, NAMED_KEYWORDS.test(key) ? [] : undefined, `detection.${key}`);
}

/** Selections that say that they are keywords, as Sigma's rules name them: `user=root` is meant as it stands there. */
const NAMED_KEYWORDS = /keyword/i;

/** `field = value`, `field=value`, `field:value`: name, sign and value. */
const ASSIGNED = /^([A-Za-z_][\w.-]{0,127}(?:\|\w{1,32}){0,4})( ?==? ?|:)(?! )(\S.*)$/s;

/** A keyword that was meant as a field with its value: with spaces around the sign, or of a field that is known. */
function lintKeyword(node: ScalarNode, logsource: Logsource, path: string, report: Report): void {
  const [, key = '', sign = '', value = ''] = ASSIGNED.exec(node.text) ?? [];
  const name = key.split('|')[0] ?? '';
  const isSpaced = sign.startsWith(' ') && sign.endsWith(' ');
  if (key === '' || !(isSpaced || isKnown(name, logsource))) return;
  const reason = `${quote(node.text)} is one keyword, searched as it stands in every text, no field with a value`;
  const fix = `write \`${key}: ${value.slice(0, 200)}\` if you mean the field`;
  report.warn('lint.value', node.at, path, reason, fix);
}

function isKnown(name: string, logsource: Logsource): boolean {
  return ECS_NAMES.has(name) || fieldMapping(name, logsource, 'sigma').known;
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
