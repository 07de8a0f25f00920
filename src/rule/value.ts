import { fold } from './fold.js';
import { base64, base64Offsets, UTF16 } from './encode.js';
import { parseCidr } from './cidr.js';
import type { ModifierPlan } from './modifiers.js';
import {
  dashVariants,
  expandDashes,
  hasWildcard,
  joinParts,
  markDashes,
  parsePattern,
  patternSource,
  type TextPart,
} from './pattern.js';
import { expandPlaceholders, expandRegex, type Placeholders } from './placeholder.js';
import { quote } from './problem.js';
import type { ScalarNode } from './reader.js';
import { compileRegex, type RegexBudget } from './regex/regex.js';
import { ANY, type FieldRef, type PatternPart, type ValueTest } from './types.js';

/** Why a value can't be tested. */
export interface ValueFault {
  readonly kind: 'fault';
  readonly code: string;
  readonly reason: string;
  readonly fix: string;
}

/** What values are resolved with. */
export interface ValueContext {
  readonly placeholders: Placeholders;
  /** A field name in this rule's taxonomy. */
  readonly field: (name: string) => FieldRef;
  /** Keywords: a plain text is looked for anywhere. */
  readonly keyword: boolean;
  readonly budget: RegexBudget;
}

type Made = readonly ValueTest[] | ValueFault;
type Maker = (node: ScalarNode, plan: ModifierPlan, context: ValueContext) => Made;

/** Patterns one value may stand for once dashes and placeholders are expanded; beyond, dashes become a class. */
const DASH_LIMIT = 125;
const ENCODED_LIMIT = 3125;

function fault(reason: string, fix: string, code = 'rule.value'): ValueFault {
  return { kind: 'fault', code, reason, fix };
}

/**
 * The tests one scalar stands for under its field's modifiers: any of them must pass (`base64offset`, `windash` and
 * placeholders make several). Modifiers act on the parsed value, in the order given. Never throws.
 */
export function makeTests(node: ScalarNode, plan: ModifierPlan, context: ValueContext): Made {
  return MAKERS[plan.shape](node, plan, context);
}

const MAKERS: Readonly<Record<ModifierPlan['shape'], Maker>> = {
  text: makeText,
  re: makeRegex,
  cidr: makeCidr,
  exists: makeExists,
  compare: makeCompare,
  time: makeTime,
  fieldref: makeFieldRef,
};

function makeText(node: ScalarNode, plan: ModifierPlan, context: ValueContext): Made {
  const literal = plan.steps.length === 0 && plan.side === undefined && !plan.expand && !context.keyword;
  if (node.type === 'null' && !literal) {
    const names = context.keyword ? 'a keyword' : 'these modifiers';
    return fault(
      `\`null\` can't be used with ${names}`,
      "write null alone under the plain field, or '' for an empty text",
    );
  }
  if (literal && node.type !== 'string') return [scalarTest(node)];
  const patterns = plan.expand ? expandPlaceholders(node.text, context.placeholders) : [parsePattern(node.text)];
  if (isFault(patterns)) return patterns;
  if (patterns.length === 0) return [{ kind: 'never', why: `the placeholders of ${quote(node.text)} have no values` }];
  return textTests(patterns, plan, plan.side ?? (context.keyword ? 'contains' : undefined));
}

function isFault(made: ValueFault | readonly unknown[]): made is ValueFault {
  return 'kind' in made;
}

function textTests(
  patterns: readonly (readonly PatternPart[])[],
  plan: ModifierPlan,
  side: ModifierPlan['side'],
): Made {
  const tests: ValueTest[] = [];
  for (const pattern of patterns) {
    const changed = applySteps(pattern, plan.steps);
    if (isFault(changed)) return changed;
    for (const parts of changed) tests.push(...patternTests(place(parts, side), plan.cased));
  }
  return tests;
}

function scalarTest(node: ScalarNode): ValueTest {
  if (node.type === 'null') return { kind: 'null' };
  if (node.type === 'boolean') return { kind: 'boolean', value: node.text.toLowerCase() === 'true' };
  const value = Number(node.text);
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    return { kind: 'pattern', parts: [fold(node.text)], cased: false };
  }
  return String(value) === node.text
    ? { kind: 'number', value, text: node.text }
    : { kind: 'number', value, text: node.text, exact: true };
}

function applySteps(
  pattern: readonly TextPart[],
  steps: readonly string[],
): readonly (readonly TextPart[])[] | ValueFault {
  let texts: { readonly parts: readonly TextPart[]; readonly bytes: boolean }[] = [{ parts: pattern, bytes: false }];
  for (const step of steps) {
    if (step === 'windash') texts = texts.map(({ parts, bytes }) => ({ parts: markDashes(parts), bytes }));
    else {
      if (texts.some(({ parts }) => dashVariants(parts) > ENCODED_LIMIT)) {
        return fault('`windash` makes too many variants to encode', 'write a shorter value, or several');
      }
      const plain = texts.flatMap(({ parts, bytes }) =>
        expandDashes(parts).map((variant) => ({ parts: variant, bytes })),
      );
      if (step.startsWith('base64') && plain.some(({ parts }) => hasWildcard(parts))) {
        return fault(
          `a value with wildcards can't be encoded by \`${step}\``,
          'remove the wildcards, or escape them: `\\*`',
        );
      }
      texts = plain.flatMap(({ parts, bytes }) => encode(parts, bytes, step));
    }
  }
  return texts.map(({ parts }) => parts);
}

function encode(
  parts: readonly PatternPart[],
  bytes: boolean,
  step: string,
): { parts: readonly TextPart[]; bytes: boolean }[] {
  const utf16 = UTF16[step];
  if (utf16 !== undefined)
    return [{ parts: parts.map((part) => (typeof part === 'string' ? utf16(part) : part)), bytes: true }];
  const text = parts.filter((part) => typeof part === 'string').join('');
  const encoded = step === 'base64' ? [base64({ text, bytes })] : base64Offsets({ text, bytes });
  return encoded.map((one) => ({ parts: one === '' ? [] : [one], bytes: false }));
}

function place(parts: readonly TextPart[], side: ModifierPlan['side']): readonly TextPart[] {
  const before: readonly TextPart[] = side === 'contains' || side === 'endswith' ? [ANY] : [];
  const after: readonly TextPart[] = side === 'contains' || side === 'startswith' ? [ANY] : [];
  return joinParts<TextPart>([...before, ...parts, ...after]);
}

function patternTests(parts: readonly TextPart[], cased: boolean): readonly ValueTest[] {
  if (dashVariants(parts) > DASH_LIMIT) {
    const regex = compileRegex(patternSource(parts), cased ? '' : 'i');
    return regex.kind === 'regex' ? [regex] : [{ kind: 'never', why: regex.reason }];
  }
  return expandDashes(parts).map((variant) => ({
    kind: 'pattern',
    parts: cased ? variant : variant.map((part) => (typeof part === 'string' ? fold(part) : part)),
    cased,
  }));
}

const REGEX_SIDES = { contains: ['', ''], startswith: ['^(?:', ')'], endswith: ['(?:', ')$'] } as const;

function makeRegex(node: ScalarNode, plan: ModifierPlan, context: ValueContext): Made {
  if (node.type === 'null') return fault('`re` needs an expression', 'write the regular expression in single quotes');
  const written = plan.expand ? expandRegex(node.text, context.placeholders) : node.text;
  if (written === undefined) return [{ kind: 'never', why: `the placeholders of ${quote(node.text)} have no values` }];
  if (typeof written !== 'string') return written;
  const [before, after] = REGEX_SIDES[plan.side ?? 'contains'];
  const flags = before === '' ? undefined : /^\(\?[ims]+\)/.exec(written)?.[0];
  const text = flags === undefined ? written : written.slice(flags.length);
  const regex = compileRegex(`${flags ?? ''}${before}${text}${after}`, plan.flags, context.budget);
  return regex.kind === 'fault' ? fault(regex.reason, regex.fix, 'rule.regex') : [regex];
}

function makeCidr(node: ScalarNode, plan: ModifierPlan, context: ValueContext): Made {
  const patterns = plan.expand ? expandPlaceholders(node.text, context.placeholders) : [[node.text]];
  if (isFault(patterns)) return patterns;
  const tests: ValueTest[] = [];
  for (const parts of patterns) {
    const text = parts
      .map((part) => (typeof part === 'string' ? part : '*'))
      .join('')
      .trim();
    const test = parseCidr(text);
    if (test === undefined)
      return fault(`${quote(text)} is no network in CIDR notation`, 'write it as `10.0.0.0/8` or `2001:db8::/32`');
    tests.push({ kind: 'cidr', text, test });
  }
  return tests.length > 0 ? tests : [{ kind: 'never', why: `the placeholders of ${quote(node.text)} have no values` }];
}

function makeExists(node: ScalarNode): Made {
  const present = TRUTHS[fold(node.text)];
  if (present === undefined)
    return fault(`\`exists\` needs true or false, not ${quote(node.text)}`, 'write `true` or `false`');
  return [{ kind: 'exists', present }];
}

/** Truth values of YAML 1.2, and of YAML 1.1, which pySigma reads rules with. */
const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

function numberOf(node: ScalarNode): number | undefined {
  if (node.type === 'number' && /^0[xo][\da-fA-F]{1,13}$/.test(node.text)) return Number(node.text);
  return NUMBER.test(node.text) && node.text.length < 40 ? Number(node.text) : undefined;
}

function makeCompare(node: ScalarNode, plan: ModifierPlan): Made {
  const value = numberOf(node);
  if (value === undefined || plan.op === undefined)
    return fault(`\`${plan.op}\` needs a number, not ${quote(node.text)}`, 'write a number');
  return [{ kind: 'compare', op: plan.op, value }];
}

const PART_RANGE: Readonly<Record<string, readonly [number, number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [0, 9999],
};

function makeTime(node: ScalarNode, plan: ModifierPlan): Made {
  const value = numberOf(node);
  const part = plan.part ?? 'minute';
  const [least, most] = PART_RANGE[part] ?? [0, 0];
  if (value === undefined || !Number.isInteger(value) || value < least || value > most) {
    return fault(`\`${part}\` needs a number from ${least} to ${most}, not ${quote(node.text)}`, 'write such a number');
  }
  return [{ kind: 'time', part, op: plan.op ?? 'eq', value }];
}

function makeFieldRef(node: ScalarNode, plan: ModifierPlan, context: ValueContext): Made {
  if (node.type !== 'string' || node.text === '')
    return fault('`fieldref` needs the name of a field', 'write the name of another field');
  const how = plan.side ?? 'equals';
  return [{ kind: 'field', other: context.field(node.text), how, cased: plan.cased }];
}
