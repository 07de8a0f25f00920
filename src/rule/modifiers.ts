import { instead, quote, type Report } from './problem.js';
import type { CompareOp, TimePart } from './types.js';

/** What kind of test a field's modifiers make of its values. */
export type Shape = 'text' | 're' | 'cidr' | 'exists' | 'compare' | 'time' | 'fieldref';

/** Where a text must stand in the field. */
export type Side = 'contains' | 'startswith' | 'endswith';

/** A field's modifiers, checked: they can be applied to any value the shape takes. */
export interface ModifierPlan {
  readonly shape: Shape;
  /** Modifiers that change a text, in the order given: windash, utf16 …, base64, base64offset. */
  readonly steps: readonly string[];
  readonly side: Side | undefined;
  readonly all: boolean;
  readonly neq: boolean;
  readonly cased: boolean;
  readonly expand: boolean;
  /** Regular expression flags, out of `ims`. */
  readonly flags: string;
  readonly op: CompareOp | undefined;
  readonly part: TimePart | undefined;
}

const SIDES = ['contains', 'startswith', 'endswith'];
const ENCODINGS = ['wide', 'utf16', 'utf16le', 'utf16be', 'base64', 'base64offset'];
const STEPS = ['windash', ...ENCODINGS];
const COMPARE = ['lt', 'lte', 'gt', 'gte'];
const TIME = ['minute', 'hour', 'day', 'week', 'month', 'year'];
/** Sub-modifiers of `re`, with the long names pySigma knows. */
const FLAGS: Readonly<Record<string, string>> = {
  i: 'i',
  ignorecase: 'i',
  m: 'm',
  multiline: 'm',
  s: 's',
  dotall: 's',
};

/** Which modifiers go together. The first entry whose own modifiers occur decides the shape. */
const SHAPES: readonly { readonly shape: Shape; readonly by: readonly string[]; readonly takes: readonly string[] }[] =
  [
    { shape: 're', by: ['re'], takes: [...Object.keys(FLAGS), ...SIDES, 'all', 'neq', 'expand'] },
    { shape: 'cidr', by: ['cidr'], takes: ['all', 'neq', 'expand'] },
    { shape: 'exists', by: ['exists'], takes: [] },
    { shape: 'fieldref', by: ['fieldref'], takes: [...SIDES, 'all', 'neq', 'cased'] },
    { shape: 'time', by: TIME, takes: [...COMPARE, 'all', 'neq'] },
    { shape: 'compare', by: COMPARE, takes: ['all'] },
    { shape: 'text', by: [], takes: [...SIDES, ...STEPS, 'all', 'neq', 'cased', 'expand'] },
  ];

/** Every modifier of Sigma 2.1. */
export const MODIFIERS: readonly string[] = [
  ...SIDES,
  'all',
  'exists',
  'cased',
  'neq',
  're',
  ...Object.keys(FLAGS),
  ...STEPS,
  'cidr',
  ...COMPARE,
  ...TIME,
  'fieldref',
  'expand',
];
const KNOWN = new Set(MODIFIERS);

/** How lists are asked about. */
const ASK_LIST =
  "ask about a list beside the detection: `sekisho: { where: { 'source.ip|list': name } }`; or write `field|expand: '%name%'`";

/** Only one of each of these sets can be meant. */
const EXCLUSIVE: readonly { readonly of: readonly string[]; readonly fix: string }[] = [
  { of: SIDES, fix: 'use `contains`, or write one selection for each' },
  { of: COMPARE, fix: 'write two keys in the same selection, one for each bound: they are linked by AND' },
  { of: TIME, fix: 'write one key for each part of the time' },
];

/**
 * Checks the modifiers of one field and says what to do with its values, or reports why they can't be combined and
 * returns undefined. Unknown modifiers are refused with the nearest known one. Source: Sigma modifiers appendix 2.1.
 */
export function planModifiers(
  names: readonly string[],
  at: number,
  path: string,
  report: Report,
): ModifierPlan | undefined {
  const refuse = (reason: string, fix: string): undefined => report.error('rule.modifier', at, path, reason, fix);
  const unknown = names.find((name) => !KNOWN.has(name));
  if (unknown === 'list') return refuse('`list` is no modifier of Sigma', ASK_LIST);
  if (unknown !== undefined) return refuse(`unknown modifier ${quote(unknown)}`, instead(unknown, MODIFIERS));
  const chosen = SHAPES.find(({ by }) => by.length === 0 || by.some((name) => names.includes(name)));
  if (chosen === undefined) return undefined;
  const fault = combinationFault(names, chosen) ?? exclusiveFault(names) ?? orderFault(names);
  return fault === undefined ? makePlan(names, chosen.shape) : refuse(fault.reason, fault.fix);
}

interface Fault {
  readonly reason: string;
  readonly fix: string;
}

function combinationFault(names: readonly string[], { by, takes }: (typeof SHAPES)[number]): Fault | undefined {
  const wrong = names.find((name) => !by.includes(name) && !takes.includes(name));
  if (wrong === undefined) return undefined;
  if (wrong in FLAGS) return { reason: `\`${wrong}\` is a part of \`re\``, fix: `write \`re|${wrong}\`` };
  const first = names.find((name) => by.includes(name)) ?? '';
  const fix = PAIR_FIXES[`${first}|${wrong}`] ?? `remove \`${wrong}\` or \`${first}\``;
  return { reason: `\`${wrong}\` can't be combined with \`${first}\``, fix };
}

const PAIR_FIXES: Readonly<Record<string, string>> = {
  're|cased': 'remove `cased`: `re` is case-sensitive as it is',
  're|windash': 'write the dashes as a class: `[-/–—―]`',
  'exists|neq': 'write `exists: false`',
  'lt|neq': 'use `gte`',
  'lte|neq': 'use `gt`',
  'gt|neq': 'use `lte`',
  'gte|neq': 'use `lt`',
};

function exclusiveFault(names: readonly string[]): Fault | undefined {
  for (const { of, fix } of EXCLUSIVE) {
    const given = [...new Set(names.filter((name) => of.includes(name)))];
    if (given.length > 1) return { reason: `\`${given[0]}\` and \`${given[1]}\` exclude each other`, fix };
  }
  return undefined;
}

/** Modifiers act in the order given: what changes the text must come before what places it. */
function orderFault(names: readonly string[]): Fault | undefined {
  const side = names.findIndex((name) => SIDES.includes(name));
  const late =
    side < 0 ? -1 : names.findIndex((name, index) => index > side && (ENCODINGS.includes(name) || name === 're'));
  if (late >= 0) {
    const fixed = `${names[late]}|${names[side]}`;
    return {
      reason: `\`${names[side]}\` comes before \`${names[late]}\`, which would then take its wildcards in`,
      fix: `write \`${fixed}\``,
    };
  }
  const flag = names.findIndex((name) => name in FLAGS);
  if (flag >= 0 && flag < names.indexOf('re'))
    return { reason: `\`${names[flag]}\` comes before \`re\``, fix: `write \`re|${names[flag]}\`` };
  return undefined;
}

function makePlan(names: readonly string[], shape: Shape): ModifierPlan {
  return {
    shape,
    steps: names.filter((name) => STEPS.includes(name)),
    side: names.find((name): name is Side => SIDES.includes(name)),
    all: names.includes('all'),
    neq: names.includes('neq'),
    cased: names.includes('cased'),
    expand: names.includes('expand'),
    flags: [...new Set(names.map((name) => FLAGS[name] ?? ''))].join(''),
    op: names.find((name): name is CompareOp => COMPARE.includes(name)),
    part: names.find((name): name is TimePart => TIME.includes(name)),
  };
}
