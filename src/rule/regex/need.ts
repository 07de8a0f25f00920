import type { CharSet } from './char-set.js';
import { flatten } from './cost.js';
import type { RegexNode } from './parse.js';

/**
 * What a text must hold, in any case, for an expression to be found in it: a lower-case text of printable ASCII characters,
 * or all or any of several such needs.
 */
export type TextNeed = string | { readonly all: boolean; readonly items: readonly TextNeed[] };

/** Alternatives written out, and characters of each; a set of more characters than `SET_LIMIT` is not. */
const TEXTS_LIMIT = 16;
const LENGTH_LIMIT = 64;
const SET_LIMIT = 4;

/** What is known of the part of a text that a node matches. */
interface Known {
  /** Every such part is one of these, lower-cased; undefined where they are too many to tell. */
  readonly texts: readonly string[] | undefined;
  readonly need: TextNeed | undefined;
}

const NOTHING: Known = { texts: undefined, need: undefined };
const EMPTY: Known = { texts: [''], need: undefined };

/**
 * What every text in which the expression is found holds, once lower-cased; undefined where nothing is known.
 *
 * Characters that can be only a few (`-(W|R)` is `-w` or `-r`) are written out along with their neighbours. With `unicodeFold`
 * nothing is told of `k` and `s`: RE2 and `iu` also match the Kelvin sign and the long s for them. Linear in the expression.
 * Source: R. Cox, "Regular Expression Matching with a Trigram Index", 2012.
 */
export function needOf(node: RegexNode, unicodeFold: boolean): TextNeed | undefined {
  const { texts, need } = knownOf(node, unicodeFold);
  return allNeeds([anyText(texts), need]);
}

function knownOf(node: RegexNode, unicodeFold: boolean): Known {
  switch (node.kind) {
    case 'set':
      return knownSet(node.set, unicodeFold);
    case 'anchor':
      return EMPTY;
    case 'look':
      return NOTHING;
    case 'repeat':
      return knownRepeat(node, unicodeFold);
    case 'alt':
      return knownAlternatives(node.items.map((item) => knownOf(item, unicodeFold)));
    case 'seq':
      return knownSequence(flatten(node), unicodeFold);
  }
}

function knownSet(set: CharSet, unicodeFold: boolean): Known {
  const texts = new Set<string>();
  for (const [from, to] of set) {
    if (from < 32 || to > 126 || to - from > 2 * SET_LIMIT) return NOTHING;
    for (let code = from; code <= to; code++) texts.add(String.fromCharCode(code).toLowerCase());
  }
  const usable = texts.size <= SET_LIMIT && !(unicodeFold && (texts.has('k') || texts.has('s')));
  return usable ? { texts: [...texts], need: undefined } : NOTHING;
}

type Repeat = Extract<RegexNode, { kind: 'repeat' }>;

/** Of what may be left out only a few texts are told; what comes at least once is needed. */
function knownRepeat({ item, min, max }: Repeat, unicodeFold: boolean): Known {
  if (max === 0) return EMPTY;
  if (min === 0 && max > 1) return NOTHING;
  const { texts, need } = knownOf(item, unicodeFold);
  if (max === 1) return min === 1 ? { texts, need } : { texts: texts && limited(['', ...texts]), need: undefined };
  return { texts: undefined, need: allNeeds([anyText(texts), need]) };
}

function knownAlternatives(items: readonly Known[]): Known {
  const isTold = items.every(({ texts }) => texts !== undefined);
  const texts = isTold ? limited(items.flatMap((item) => item.texts ?? [])) : undefined;
  if (texts !== undefined) return { texts, need: undefined };
  const needs = items.map((item) => allNeeds([anyText(item.texts), item.need]));
  return { texts: undefined, need: needs.includes(undefined) ? undefined : { all: false, items: needs as TextNeed[] } };
}

/**
 * Neighbours are joined as long as that gives few texts. Repeated at least once, an item stands next to what is before it,
 * and next to what comes after.
 */
function knownSequence(items: readonly RegexNode[], unicodeFold: boolean): Known {
  const needs: (TextNeed | undefined)[] = [];
  let texts: readonly string[] = [''];
  let whole = true;
  const restart = (from: readonly string[]): void => {
    needs.push(anyText(texts));
    texts = from;
    whole = false;
  };
  for (const node of items) {
    const once = node.kind === 'repeat' && node.min > 0 && node.max > 1 ? node.item : node;
    const known = knownOf(once, unicodeFold);
    const joined = known.texts && joinedTexts(texts, known.texts);
    if (joined === undefined) restart(known.texts ?? ['']);
    else texts = joined;
    if (once !== node) restart(known.texts ?? ['']);
    needs.push(known.need);
  }
  if (whole) return { texts, need: allNeeds(needs) };
  return { texts: undefined, need: allNeeds([...needs, anyText(texts)]) };
}

function joinedTexts(heads: readonly string[], tails: readonly string[]): readonly string[] | undefined {
  if (heads.length * tails.length > 4 * TEXTS_LIMIT) return undefined;
  return limited(heads.flatMap((head) => tails.map((tail) => head + tail)));
}

/** The texts, each once; undefined where they are too many or too long. */
function limited(texts: readonly string[]): readonly string[] | undefined {
  if (texts.length > 4 * TEXTS_LIMIT) return undefined;
  const distinct = [...new Set(texts)];
  const fits = distinct.length <= TEXTS_LIMIT && distinct.every((text) => text.length <= LENGTH_LIMIT);
  return fits ? distinct : undefined;
}

function anyText(texts: readonly string[] | undefined): TextNeed | undefined {
  const [first, second] = texts ?? [];
  if (texts === undefined || first === undefined || texts.includes('')) return undefined;
  return second === undefined ? first : { all: false, items: texts };
}

function allNeeds(needs: readonly (TextNeed | undefined)[]): TextNeed | undefined {
  const items = needs.filter((need) => need !== undefined);
  return items.length > 1 ? { all: true, items } : items[0];
}
