import type { Logsource } from '../../event/index.js';
import { ECS_NAMES } from '../taxonomy/ecs-names.js';
import { knownLogsources } from '../taxonomy/logsource-names.js';
import { DIMENSIONS } from '../meta.js';
import { quote, slipOf, type Report } from '../problem.js';
import { child, type MapNode, type RuleNode } from '../reader.js';
import { fieldMapping, knownFields } from '../taxonomy/taxonomy.js';

/**
 * The known field that a name is a slip of the hand away from (`CommandLne`), writes in another case, or ends in a modifier (`Image.endswith`); undefined where the name is known for this log
 * source, or like none. A name may be right all the same: logs carry fields that no table lists.
 */
export function fieldMeant(name: string, logsource: Logsource): string | undefined {
  const [, field = '', modifier = ''] = /^([^.]+)\.([^.]+)$/.exec(name) ?? [];
  if (SIDES.includes(modifier) && fieldMapping(field, logsource, 'sigma').known) return `${field}|${modifier}`;
  if (name.includes('.')) return ecsMeant(name);
  if (fieldMapping(name, logsource, 'sigma').known) return undefined;
  const lower = name.toLowerCase();
  const cased = knownFields(logsource, true).find((known) => known.toLowerCase() === lower);
  return cased ?? slipOf(name, knownFields(logsource));
}

/** The field of ECS that a dotted name is a slip of the hand away from; undefined where it is one, or like none. */
export function ecsMeant(name: string): string | undefined {
  return ECS_NAMES.has(name) ? undefined : slipOf(name, ECS_NAMES);
}

/** Modifiers that are no names of fields. */
const SIDES = ['contains', 'startswith', 'endswith', 're', 'cidr', 'windash', 'base64offset'];

const KNOWN = knownLogsources();
const WORDS = { category: KNOWN.categories, product: KNOWN.products, service: KNOWN.services };

/** For each dimension of a log source, the known word that its own is a slip of the hand away from. */
export function logsourceMeant(
  logsource: Logsource,
): readonly { readonly of: keyof Logsource; readonly word: string; readonly meant: string }[] {
  return DIMENSIONS.flatMap((of) => {
    const word = logsource[of];
    const meant =
      word === undefined || word.length < 5 || WORDS[of].includes(word) ? undefined : slipOf(word, WORDS[of]);
    return word === undefined || meant === undefined ? [] : [{ of, word, meant }];
  });
}

/** Warns of field names and words of the log source that look mistyped, each once a rule. */
export function lintNames(root: MapNode, section: MapNode, logsource: Logsource, report: Report): void {
  const node = child(root, 'logsource');
  for (const { of, word, meant } of logsourceMeant(logsource)) {
    const at = node?.kind === 'map' ? (child(node, of)?.at ?? node.at) : root.at;
    const reason = `no log is known to have the ${of} ${quote(word)}`;
    report.warn('lint.logsource', at, `logsource.${of}`, reason, `did you mean \`${meant}\`?`);
  }
  const told = new Set<string>();
  const visit = (value: RuleNode, path: string): void => {
    if (value.kind === 'list') value.items.forEach((item) => visit(item, path));
    if (value.kind !== 'map') return;
    for (const { key, at } of value.entries.values()) {
      const name = (key.split('|')[0] ?? '').trim();
      const meant = told.has(name) ? undefined : fieldMeant(name, logsource);
      told.add(name);
      if (meant === undefined) continue;
      const reason = `no log of this source is known to carry ${quote(name)}`;
      report.warn('lint.field', at, `${path}.${key}`, reason, `did you mean \`${meant}\`?`);
    }
  };
  for (const { key, value } of section.entries.values()) visit(value, `detection.${key}`);
}
