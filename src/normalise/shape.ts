import type { Fields, FieldValue } from '../event/index.js';

/** Makes an object whose n-th property is the n-th of the values. */
export type Make = (values: readonly (FieldValue | undefined)[]) => Fields;

/** More properties than V8 gives a literal before it makes it a hash table, and more than it keeps in an object itself. */
const MOST_OF_LITERAL = 127;
const MOST_NAMES = 240;
// No quote, no backslash and no line end: such a name in quotes is a text and nothing else.
const PLAIN = /^[ !#-[\]-~]{1,128}$/;

/**
 * Compiles an object literal of these names, which makes an object in one step: a property costs a nanosecond, and the object
 * has the one shape that all of its kind have. Adding the same properties one by one costs forty times that, and makes
 * each object a hash table of its own.
 *
 * undefined where it can't be: more than 240 names, a name twice, one of odd characters or `__proto__`, or a runtime that
 * forbids compiling. Costs some 50 µs; callers bound how often. `from`: the index of each property's value; -1:
 * it is undefined. `isBlankless`: what is null or the empty text becomes undefined.
 */
export function compileShape(
  names: readonly string[],
  from?: readonly number[],
  isBlankless = false,
): Make | undefined {
  if (!areFit(names)) return undefined;
  const valueOf = (slot: number): string => {
    const index = from === undefined ? slot : from[slot];
    if (index === undefined || index < 0) return 'void 0';
    return isBlankless ? `(v[${index}]===null||v[${index}]===""?void 0:v[${index}])` : `v[${index}]`;
  };
  try {
    return makerOf(
      'v',
      names.map((name, slot) => [name, valueOf(slot)]),
    );
  } catch {
    return undefined;
  }
}

function areFit(names: readonly string[]): boolean {
  const isFit = names.length <= MOST_NAMES && new Set(names).size === names.length;
  return isFit && names.every((name) => PLAIN.test(name) && name !== '__proto__');
}

/** Makes an object of its own values and of those of a document. */
export type MakeOfBoth = (
  own: readonly (FieldValue | undefined)[],
  values: readonly (FieldValue | undefined)[],
) => Fields;

/** Which of a document's values a property is, the first that is not empty; `isOwnFirst`: unless it has one of its own. */
export interface Either {
  readonly isOwnFirst: boolean;
  readonly from: readonly number[];
}

/**
 * As `compileShape`, of which some properties, by their place, are values of a document: neither null, nor the empty text, nor an
 * empty list. Values are no objects.
 */
export function compileBoth(names: readonly string[], eithers: ReadonlyMap<number, Either>): MakeOfBoth | undefined {
  if (!areFit(names)) return undefined;
  const codeOf = (slot: number): string => {
    const either = eithers.get(slot);
    if (either === undefined) return `o[${slot}]`;
    const own = either.isOwnFirst ? `(x=o[${slot}])!==void 0?x:` : '';
    return `${own}${either.from.map((index) => `!((x=v[${index}])==null||x===""||x.length===0)?x:`).join('')}void 0`;
  };
  try {
    return makerOf(
      'o,v',
      names.map((name, slot) => [name, codeOf(slot)]),
    );
  } catch {
    return undefined;
  }
}

/**
 * Properties and the code of their values, as a literal or, where they are too many for one, as what a constructor sets, which costs
 * twice that.
 */
function makerOf(args: string, properties: readonly (readonly [name: string, value: string])[]): MakeOfBoth & Make {
  const code =
    properties.length <= MOST_OF_LITERAL
      ? `return(${args})=>{let x;return{${properties.map(([name, value]) => `"${name}":${value}`).join(',')}}}`
      : `function Shape(${args}){let x;${properties.map(([name, value]) => `this["${name}"]=${value};`).join('')}}` +
        `Shape.prototype=Object.prototype;return(${args})=>new Shape(${args})`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- properties of names that `areFit` checked; nothing else makes one
  return (new Function(code) as () => MakeOfBoth & Make)();
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

/** Fills an object with those of some values that are not to be left out. */
export type Filler = (
  to: Fields,
  values: readonly (FieldValue | undefined)[],
  isLeftOut: (value: FieldValue | undefined) => boolean,
) => void;

/** Compiles the filling of properties, `[name, index of the value]` each; what is set stays. undefined as with `compileCopier`. */
export function compileFiller(names: readonly (readonly [name: string, from: number])[]): Filler | undefined {
  if (names.length > MOST_NAMES || !names.every(([name]) => isPlainName(name))) return undefined;
  const body = names.map(([name, from]) => `x=v[${from}];if(t["${name}"]===void 0&&!e(x))t["${name}"]=x;`).join('');
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- statements over names checked above; nothing else makes any
    return new Function('t', 'v', 'e', `let x;${body}`) as Filler;
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
