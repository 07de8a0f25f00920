import { readTexts } from '../fields.js';
import type { Report } from '../problem.js';
import { child, type MapNode } from '../reader.js';

/** What people and tools need of a rule that is to be kept, shared and tuned. */
const WANTED = ['id', 'status', 'description', 'author', 'date', 'falsepositives', 'level'];
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TECHNIQUE = /^attack\.t\d{4}(?:\.\d{3})?$/i;

/** Warns of missing meta data, of an id that is no UUID, and of a rule without an ATT&CK technique. */
export function lintMeta(root: MapNode, report: Report): void {
  const missing = WANTED.filter((key) => {
    const node = child(root, key);
    return node === undefined || (node.kind === 'scalar' && node.text.trim() === '');
  });
  if (missing.length > 0) {
    const fix = `add ${missing.map((key) => `\`${key}:\``).join(', ')}`;
    report.warn('lint.metadata', root.at, '', `the rule has no ${missing.join(', ')}`, fix);
  }
  const id = child(root, 'id');
  if (id?.kind === 'scalar' && id.text.trim() !== '' && !UUID.test(id.text)) {
    const fix = 'give it one of its own, as `uuidgen` writes them: other tools and overrides know a rule by it';
    report.warn('lint.id', id.at, 'id', `\`${id.text}\` is no UUID`, fix);
  }
  if (readTexts(root, 'tags', 'tags', report.silent()).some((tag) => TECHNIQUE.test(tag))) return;
  const fix = 'add a tag such as `attack.t1110`: alerts take their technique from it';
  report.warn('lint.tags', child(root, 'tags')?.at ?? root.at, 'tags', 'no tag names an ATT&CK technique', fix);
}
