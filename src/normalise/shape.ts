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
 * it is undefined. `isBlankless`: what is null or the empty text becomes undefined.
 */
export function compileShape(
  names: readonly string[],
  from?: readonly number[],
  isBlankless = false,
): Make | undefined {
  const isFit = names.length <= MOST_NAMES && new Set(names).size === names.length;
  if (!isFit || !names.every((name) => PLAIN.test(name) && name !== '__proto__')) return undefined;
  const valueOf = (slot: number): string => {
    const index = from === undefined ? slot : from[slot];
    if (index === undefined || index < 0) return 'void 0';
    return isBlankless ? `(v[${index}]===null||v[${index}]===""?void 0:v[${index}])` : `v[${index}]`;
  };
  const literal = names.map((name, slot) => `"${name}":${valueOf(slot)}`).join(',');
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a literal of names checked above; nothing else makes one
    return new Function('v', `return {${literal}}`) as Make;
  } catch {
    return undefined;
  }
}

/** Whether a name may stand in compiled code, and no object has it by itself. */
export function isPlainName(name: string): boolean {
  return PLAIN.test(name) && !(name in Object.prototype);
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
  const isFit = names.length <= MOST_NAMES && names.flat().every(isPlainName);
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

/** Sets properties of one object by those of another. */
export type Setter = (to: Fields, from: Fields) => void;

/** A property to set, the names under which its value may stand, best first, and how it is read (default: as it is). */
export type SetterRow = readonly [
  to: string,
  from: readonly string[],
  convert?: (value: FieldValue) => FieldValue | undefined,
];

/** What says nothing (see `says`), of the value at hand. */
const SILENT = 'v==null||v===""||v==="-"';

/**
 * Compiles the setting of rows: each property that is not set yet becomes the first of its values that says something, converted,
 * unless there is none. A loop over the rows costs three times that. undefined where it can't be, as with `compileCopier`.
 */
export function compileSetter(rows: readonly SetterRow[]): Setter | undefined {
  const isFit = rows.every(([to, from]) => [to, ...from].every(isPlainName));
  if (!isFit) return undefined;
  const body = rows.map(([to, [first = '', ...others], convert], row) => {
    const value = `v=f["${first}"];${others.map((name) => `if(${SILENT})v=f["${name}"];`).join('')}`;
    const set = convert === undefined ? `t["${to}"]=v` : `(v=c${row}(v))!==void 0&&(t["${to}"]=v)`;
    return `if(t["${to}"]===void 0){${value}if(!(${SILENT}))${set}}`;
  });
  const converts = rows.map((_, row) => `const c${row}=c[${row}];`).join('');
  const all = rows.map(([, , convert]) => convert);
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- statements over names checked above; nothing else makes any
    const compile = new Function('c', `${converts}return(t,f)=>{let v;${body.join('')}}`) as (
      converts: readonly SetterRow[2][],
    ) => Setter;
    return compile(all);
  } catch {
    return undefined;
  }
}
