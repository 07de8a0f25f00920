import { createHash } from 'node:crypto';
import type { CorrelationDraft } from './correlation.js';
import type { Linked } from './link.js';

/** The definition hash of what state depends on: 16 hexadecimal digits of SHA-256. DESIGN.md section 9. */
export function hashOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Authors of a correlation and of everything below it (`joined` holds what is below), each once, in order. */
export function joinAuthors(
  { draft, targets }: Linked,
  joined: ReadonlyMap<CorrelationDraft, string | undefined>,
): string | undefined {
  const all = [
    draft.meta.author,
    ...targets.map((target) => (target.kind === 'rule' ? target.rule.meta.author : joined.get(target.draft))),
  ];
  const names = all.flatMap((author) => author?.split(/,\s*/) ?? []).filter((name) => name !== '');
  return names.length === 0 ? undefined : [...new Set(names)].join(', ');
}
