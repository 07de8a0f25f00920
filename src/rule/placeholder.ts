import { joinParts, parsePattern, partsSource } from './pattern.js';
import { nearest, quote } from './problem.js';
import type { PatternPart } from './types.js';
import type { ValueFault } from './value.js';

/** Values of placeholders by name (`Administrators`), as the operator's values file gives them. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

/** Patterns one value with placeholders may become. */
const VARIANT_LIMIT = 20_000;

type Piece = { readonly text: string } | { readonly name: string };

/**
 * The patterns a value with `%placeholders%` stands for: one for every combination of their values, each read as a
 * Sigma string of its own (wildcards and escapes), never spliced as text. `\%` is a plain percent sign.
 * An unknown placeholder is a fault. Source: Sigma Rules Specification 2.0, "Placeholders".
 */
export function expandPlaceholders(
  text: string,
  values: Placeholders,
): readonly (readonly PatternPart[])[] | ValueFault {
  let variants: (readonly PatternPart[])[] = [[]];
  for (const piece of pieces(text)) {
    const choices = 'text' in piece ? [piece.text] : values.get(piece.name);
    if (choices === undefined) return unknown('name' in piece ? piece.name : '', values);
    if (variants.length * choices.length > VARIANT_LIMIT) {
      const reason = `the placeholders of ${quote(text)} stand for more than ${VARIANT_LIMIT} values`;
      return { kind: 'fault', code: 'rule.placeholder', reason, fix: 'use fewer placeholders in one value' };
    }
    const parsed = choices.map(parsePattern);
    variants = variants.flatMap((variant) => parsed.map((parts) => [...variant, ...parts]));
  }
  return variants.map((variant) => joinParts(variant));
}

/**
 * A regular expression with its placeholders written out: each is a group of its values, read as Sigma strings, so that a
 * value's own signs mean themselves and its wildcards stay wildcards. Undefined where one has no values at all; an unknown
 * placeholder is a fault.
 */
export function expandRegex(text: string, values: Placeholders): string | ValueFault | undefined {
  let out = '';
  for (const piece of pieces(text)) {
    const choices = 'text' in piece ? undefined : values.get(piece.name);
    if ('text' in piece) out += piece.text;
    else if (choices === undefined) return unknown(piece.name, values);
    else if (choices.length === 0) return undefined;
    else out += `(?:${choices.map((choice) => partsSource(parsePattern(choice))).join('|')})`;
  }
  return out;
}

function unknown(name: string, values: Placeholders): ValueFault {
  const best = nearest(name, values.keys());
  const fix =
    best === undefined
      ? `give values for \`${name}\` in a values file: --values FILE, or \`values:\` of the configuration`
      : `did you mean \`%${best}%\`?`;
  return { kind: 'fault', code: 'rule.placeholder', reason: `the placeholder \`%${name}%\` has no values`, fix };
}

const PLACEHOLDER = /\\%|%(\w+)%/g;

function pieces(text: string): readonly Piece[] {
  const out: Piece[] = [];
  let start = 0;
  let literal = '';
  for (const match of text.matchAll(PLACEHOLDER)) {
    literal += text.slice(start, match.index);
    start = match.index + match[0].length;
    const name = match[1];
    if (name === undefined) literal += '%';
    else {
      if (literal !== '') out.push({ text: literal });
      literal = '';
      out.push({ name });
    }
  }
  literal += text.slice(start);
  if (literal !== '') out.push({ text: literal });
  return out;
}
