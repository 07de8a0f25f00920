import type { Fields, FieldValue } from '../event/index.js';

/** Makes an object whose n-th property is the n-th of the values. */
export type Make = (values: readonly (FieldValue | undefined)[]) => Fields;

/** More properties than V8 gives a literal before it makes it a hash table. */
const MOST_NAMES = 127;
// No quote, no backslash and no line end: such a name in quotes is a text and nothing else.
const PLAIN = /^[\w@#. -]{1,128}$/;

/**
 * Compiles an object literal of these names, which makes an object in one step: a property costs a nanosecond, and the object
 * has the one shape that all of its kind have. Adding the same properties one by one costs forty times that, and makes
 * each object a hash table of its own.
 *
 * undefined where it can't be: more than 127 names, a name twice, one of odd characters or `__proto__`, or a runtime that
 * forbids compiling. Costs some 50 µs; callers bound how often. `from`: the index of each property's value; -1:
 * it is undefined.
 */
export function compileShape(names: readonly string[], from?: readonly number[]): Make | undefined {
  const isFit = names.length <= MOST_NAMES && new Set(names).size === names.length;
  if (!isFit || !names.every((name) => PLAIN.test(name) && name !== '__proto__')) return undefined;
  const valueOf = (slot: number): string => {
    const index = from === undefined ? slot : from[slot];
    return index === undefined || index < 0 ? 'void 0' : `v[${index}]`;
  };
  const literal = names.map((name, slot) => `"${name}":${valueOf(slot)}`).join(',');
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a literal of names checked above; nothing else makes one
    return new Function('v', `return {${literal}}`) as Make;
  } catch {
    return undefined;
  }
}

/** Makes objects of these names as `compileShape` would, by a loop: where compiling is forbidden, or not worth it yet. */
export function plainShape(names: readonly string[]): Make {
  return (values) => {
    const fields: Fields = {};
    for (const [slot, name] of names.entries()) fields[name] = values[slot];
    return fields;
  };
}

/** Copies the properties of one object into another; not what is `skip`. */
export type Copier = (to: Fields, from: Fields, skip: FieldValue | undefined) => void;

/**
 * Compiles the copying of properties by name, `[to, from]` each: what is undefined is not copied, and what is set stays. With
 * `texts` numbers and truth values become texts, and a null counts as not set. A loop over computed names costs ten times
 * that. undefined where it can't be, as with `compileShape`, or where a name is one that every object has.
 */
export function compileCopier(
  names: readonly (readonly [to: string, from: string])[],
  texts: boolean,
): Copier | undefined {
  const isFit =
    names.length <= MOST_NAMES && names.flat().every((name) => PLAIN.test(name) && !(name in Object.prototype));
  if (!isFit) return undefined;
  const value = texts ? 'typeof v==="number"||typeof v==="boolean"?String(v):v' : 'v';
  const isUnset = texts ? '==null' : '===void 0';
  const body = names
    .map(([to, from]) => `v=f["${from}"];if(v!==void 0&&v!==s&&t["${to}"]${isUnset})t["${to}"]=${value};`)
    .join('');
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- statements over names checked above; nothing else makes any
    return new Function('t', 'f', 's', `let v;${body}`) as Copier;
  } catch {
    return undefined;
  }
}
