import { readScalars } from './fields.js';
import type { RuleFile } from './load.js';
import type { Placeholders } from './placeholder.js';
import { quote } from './problem.js';
import { readDocuments } from './reader.js';
import type { RuleProblem } from './types.js';

/** What the placeholders of rules stand for, and what is wrong with the files that say so. */
export interface ReadValues {
  readonly values: Placeholders;
  readonly problems: readonly RuleProblem[];
}

const NAME = /^%?(\w+)%?$/;

/**
 * Reads values files: YAML or JSON maps from the name of a placeholder (`Administrators`, with or without its percent
 * signs) to a value or a list of values, each a Sigma string (`srv*`). Scalars keep their source text. A name in a later
 * file replaces that of an earlier one. Never throws. Source: Sigma Rules Specification 2.1, "Placeholders".
 */
export function readValues(files: readonly RuleFile[]): ReadValues {
  const values = new Map<string, readonly string[]>();
  const problems: RuleProblem[] = [];
  for (const { file, text } of files) {
    for (const { root, report } of readDocuments(file, text, problems)) {
      for (const { key, at } of root.entries.values()) {
        const name = NAME.exec(key.trim())?.[1];
        const given = readScalars(root, key, key, report).map((node) => node.text);
        if (name !== undefined) values.set(name, given);
        else {
          const reason = `${quote(key)} is no name of a placeholder`;
          report.error('rule.values', at, key, reason, 'use letters, digits and underscores: `Administrators: [root]`');
        }
      }
    }
  }
  return { values, problems };
}
