import type { FieldValue } from '../../event/index.js';
import type { Layout } from './layout.js';
import type { JsonObject } from '../line.js';
import type { Leaf } from './template-segment.js';

/**
 * What makes documents like this one of the values of their texts, and the values of its layout: those, and where there
 * are lists of objects, what is gathered of them. `length`: how many values the text has. undefined where the document
 * does not have so many, or nothing may be compiled.
 */
export function leafOf(document: JsonObject, layout: Layout, length: number): Leaf | undefined {
  const code = new Code();
  const literal = code.object(document);
  if (code.count !== length || code.lists.length > MOST_LISTS) return undefined;
  const values = code.values.map((_, index) => `v[${index}]=g${index};`).join('');
  const gathered = code.values.map((value, index) => `g${index}=${value}`).join(',');
  // The document is made before the layout's values take the place of the text's.
  const body =
    code.lists.length === 0
      ? `return ${literal}`
      : `const ${[...code.lists, `d=${literal}`, gathered].join(',')};${values}return d`;
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- `slotsOf` lets no key through that is more than a name
    const maker = new Function('flat', `return v=>{${body}}`) as (flat: typeof flatOf) => Leaf['make'];
    return { layout, length: code.values.length, make: maker(flatOf), used: 0 };
  } catch {
    return undefined;
  }
}

const MOST_LISTS = 16;

/** The values of a list's items under one name, of which any may be a list of its own, whatever it was when this was learned. */
function flatOf(values: readonly FieldValue[]): readonly FieldValue[] {
  for (const value of values) if (Array.isArray(value)) return values.flat();
  return values;
}

/** Writes a document's literal and the values of its layout. */
class Code {
  count = 0;
  /** The values in the layout's order. */
  readonly values: string[] = [];
  /** Lists of objects, by names. */
  readonly lists: string[] = [];

  object(object: JsonObject): string {
    return this.#properties(object, (code) => this.values.push(code));
  }

  #properties(object: JsonObject, add: (code: string) => void): string {
    const properties = Object.entries(object).map(([key, value]) => `"${key}":${this.#value(value, add)}`);
    return `{${properties.join(',')}}`;
  }

  #value(value: FieldValue | undefined, add: (code: string) => void): string {
    if (!Array.isArray(value)) {
      if (typeof value === 'object' && value !== null) return this.#properties(value as JsonObject, add);
    } else if (value.some((item) => typeof item === 'object' && item !== null)) {
      return this.#list(value as readonly JsonObject[]);
    }
    const code = `v[${this.count++}]`;
    add(code);
    return code;
  }

  /** A list of objects that are all alike: its values are those of the items, side by side, and the list itself. */
  #list(list: readonly JsonObject[]): string {
    const items: string[][] = [];
    const literals = list.map((object) => {
      const item: string[] = [];
      items.push(item);
      return this.#properties(object, (code) => item.push(code));
    });
    for (const index of (items[0] ?? []).keys()) {
      this.values.push(`flat([${items.map((item) => item[index] ?? 'void 0').join(',')}])`);
    }
    const name = `l${this.lists.length}`;
    this.lists.push(`${name}=[${literals.join(',')}]`);
    this.values.push(name);
    return name;
  }
}
