import type { AlertDocument, FieldValue } from '../event/index.js';

/** The columns that alerts are listed by, out of the document; null where it has none. */
export interface AlertColumns {
  readonly rule: string | null;
  readonly ruleName: string | null;
  readonly state: string | null;
  readonly time: number | null;
  readonly start: number | null;
  readonly end: number | null;
}

/** Reads the columns out of an alert document. Never throws, whatever the document holds. */
export function alertColumns({ document }: AlertDocument): AlertColumns {
  return {
    rule: textAt(document, ['rule', 'id']),
    ruleName: textAt(document, ['rule', 'name']),
    state: textAt(document, ['sekisho', 'alert', 'state']),
    time: timeAt(document, ['@timestamp']),
    start: timeAt(document, ['event', 'start']),
    end: timeAt(document, ['event', 'end']),
  };
}

type Tree = { readonly [key: string]: FieldValue };

function textAt(document: Tree, path: readonly string[]): string | null {
  let value: FieldValue | undefined = document;
  for (const key of path) value = isTree(value) ? value[key] : undefined;
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : null;
}

function timeAt(document: Tree, path: readonly string[]): number | null {
  const time = Date.parse(textAt(document, path) ?? '');
  return Number.isNaN(time) ? null : time;
}

function isTree(value: FieldValue | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys whose text nobody looks for: evidence stands in `lines` already. */
const NOT_SEARCHED: ReadonlySet<string> = new Set([
  'evidence',
  '@timestamp',
  'created',
  'ingested',
  'window',
  'license',
]);

/** Every text of an alert that a search should find: message, rule, entities, evidence lines. */
export function alertText({ document }: AlertDocument): string {
  const texts: string[] = [];
  collect(document, texts);
  return texts.join('\n').replaceAll('\0', ' ');
}

function collect(value: FieldValue, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const item of value as readonly FieldValue[]) collect(item, texts);
  else if (isTree(value)) {
    for (const [key, item] of Object.entries(value)) if (!NOT_SEARCHED.has(key)) collect(item, texts);
  }
}
