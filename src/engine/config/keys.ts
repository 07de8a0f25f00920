import type { z } from 'zod';
import { suggestion } from './suggest.js';

/** What a schema says of itself, as far as keys are concerned. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
}

/** Stands in a path for any entry of a list and any key that the writer chooses. */
const ANY = '*';

/** Every map of keys in a schema: its dotted path (lists and names that the writer chooses as `*`) and its keys. */
function mapsOf(schema: z.core.$ZodType, path: readonly string[] = []): readonly (readonly [string, string])[] {
  const { type, shape, element, valueType, innerType, in: input, options } = schema._zod.def as Definition;
  if (type === 'object') {
    return Object.entries(shape ?? {}).flatMap(([key, value]) => [
      [path.join('.'), key] as const,
      ...mapsOf(value, [...path, key]),
    ]);
  }
  const entry = element ?? valueType;
  if (entry !== undefined) return mapsOf(entry, [...path, ANY]);
  const same = innerType ?? input;
  return [...(same === undefined ? [] : [same]), ...(options ?? [])].flatMap((one) => mapsOf(one, path));
}

/** Says of an unknown key what the writer may have meant. */
export type KeyWords = (path: readonly PropertyKey[], key: string) => string;

/**
 * Words about unknown keys of a schema: the place where a key of that very name belongs, else the one that is spelt
 * nearly so, else all that may stand there. A key that belongs to the same place, for entries of another kind, is told as
 * that. Walks the schema once.
 */
export function keyWords(schema: z.core.$ZodType): KeyWords {
  const maps = new Map<string, string[]>();
  for (const [path, key] of mapsOf(schema)) maps.set(path, [...(maps.get(path) ?? []), key]);
  return (path, key) => {
    const known = knownAt(maps, path);
    if (known.includes(key)) return '; entries of another type or protocol have it, this one does not';
    const homes = [...maps].filter(([, keys]) => keys.includes(key)).map(([home]) => home);
    if (homes.length > 0) return `; ${belongs(homes)}`;
    return suggestion(key, [...new Set(known)]);
  };
}

function knownAt(maps: ReadonlyMap<string, readonly string[]>, path: readonly PropertyKey[]): readonly string[] {
  const fits = (home: readonly string[]): boolean =>
    home.length === path.length && home.every((step, i) => step === ANY || step === path[i]);
  return [...maps].flatMap(([home, keys]) => (fits(home === '' ? [] : home.split('.')) ? keys : []));
}

function belongs(homes: readonly string[]): string {
  if (homes.includes('')) return 'it belongs to the file itself: begin its line in the first column';
  const names = homes.map((home) => home.replace(/\.\*/gu, '').replaceAll('.', ': '));
  return `it belongs under ${[...new Set(names)].map((name) => `${name}:`).join(' or ')} and must be indented as its other keys are`;
}
