/** A set of UTF-16 code units as sorted, disjoint, inclusive ranges. */
export type CharSet = readonly (readonly [from: number, to: number])[];

/** The greatest UTF-16 code unit. */
export const MAX_CODE = 0xffff;
const DIGIT: CharSet = [[48, 57]];
const WORD: CharSet = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: CharSet = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
/** What `.` leaves out in PCRE and RE2; see `nativeSource` of regex-native. */
export const NEWLINES: CharSet = [[10, 10]];
/** The sets of the escapes `\d`, `\w`, `\s` and their opposites. */
export const CLASSES: Readonly<Record<string, CharSet>> = {
  d: DIGIT,
  w: WORD,
  s: SPACE,
  D: invert(DIGIT),
  W: invert(WORD),
  S: invert(SPACE),
};
/** Sorted, disjoint ranges of any ranges. */
export function normaliseSet(ranges: CharSet): CharSet {
  const out: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** Every code unit that is not in the set. */
export function invert(set: CharSet): CharSet {
  const out: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) out.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= MAX_CODE) out.push([next, MAX_CODE]);
  return out;
}

/** Whether two sets share no character; with `fold`, in any case of letters. */
export function disjoint(a: CharSet, b: CharSet, fold: boolean): boolean {
  const [x, y] = fold ? [foldSet(a), foldSet(b)] : [a, b];
  return !x.some(([from, to]) => y.some(([low, high]) => from <= high && low <= to));
}

/** A set with both cases of ASCII letters. Any letter beyond ASCII makes it reach over all of them, to be safe. */
function foldSet(set: CharSet): CharSet {
  const more: [number, number][] = [];
  for (const [from, to] of set) {
    const [lowA, lowZ] = [Math.max(from, 97), Math.min(to, 122)];
    if (lowA <= lowZ) more.push([lowA - 32, lowZ - 32]);
    const [upA, upZ] = [Math.max(from, 65), Math.min(to, 90)];
    if (upA <= upZ) more.push([upA + 32, upZ + 32]);
    if (to > 127) more.push([128, MAX_CODE]);
  }
  return normaliseSet([...set, ...more]);
}
