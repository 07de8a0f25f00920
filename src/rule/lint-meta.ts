import { readTexts } from './fields.js';
import type { Report } from './problem.js';
import { child, type MapNode } from './reader.js';

/** What people and tools need of a rule that is to be kept, shared and tuned. */
const WANTED = ['id', 'status', 'description', 'author', 'date', 'falsepositives', 'level'];
const TECHNIQUE = /^attack\.t\d{4}(?:\.\d{3})?$/i;

/** Warns of missing meta data, and of a rule without an ATT&CK technique. */
export function lintMeta(root: MapNode, report: Report): void {
  const missing = WANTED.filter((key) => {
    const node = child(root, key);
    return node === undefined || (node.kind === 'scalar' && node.text.trim() === '');
  });
  if (missing.length > 0) {
    const fix = `add ${missing.map((key) => `\`${key}:\``).join(', ')}`;
    report.warn('lint.metadata', root.at, '', `the rule has no ${missing.join(', ')}`, fix);
  }
  if (readTexts(root, 'tags', 'tags', report.silent()).some((tag) => TECHNIQUE.test(tag))) return;
  const fix = 'add a tag such as `attack.t1110`: alerts take their technique from it';
  report.warn('lint.tags', child(root, 'tags')?.at ?? root.at, 'tags', 'no tag names an ATT&CK technique', fix);
}
