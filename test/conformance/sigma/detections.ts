/**
 * Whole detection sections: events that match, events that don't.
 *
 * Sources: Sigma Rules Specification 2.0 (Lists, Maps, Keywords search, Condition), Modifiers 2.1 (fieldref, expand).
 */
import type { Json } from './harness.js';

/** One detection section; where it has no condition, the lines are one selection. */
export interface DetectionCase {
  readonly detection: string;
  readonly yes: readonly Json[];
  readonly no: readonly Json[];
}

const row = (detection: string, yes: readonly Json[], no: readonly Json[]): DetectionCase => ({ detection, yes, no });

/** Maps, lists of maps, lists of values. */
export const STRUCTURE: readonly DetectionCase[] = [
  row(
    'A: 1\nB: 2',
    [
      { A: 1, B: 2 },
      { A: '1', B: '2', C: 3 },
    ],
    [{ A: 1 }, { B: 2 }, {}],
  ),
  row(
    'A: [1, 2]\nB: [3, 4]',
    [{ A: 2, B: 3 }],
    [
      { A: 1, B: 2 },
      { A: 3, B: 4 },
    ],
  ),
  row('- A: 1\n- B: 2', [{ A: 1 }, { B: 2 }], [{ A: 2, B: 1 }]),
  row('- A: 1\n  B: 2\n- C: 3', [{ A: 1, B: 2 }, { C: 3 }], [{ A: 1 }, { B: 2 }]),
  row('- A: 1\n- needle', [{ A: 1 }, { X: 'a needle' }], [{ A: 2, X: 'hay' }]),
  row('A|contains: x\nA|endswith: z', [{ A: 'xyz' }], [{ A: 'xy' }, { A: 'yz' }]),
  row('A.b: 1', [{ A: { b: 1 } }, { 'A.b': 1 }, { A: { b: [2, 1] } }], [{ A: 1 }, { b: 1 }, { A: { b: 2 } }]),
  row('A.b.c: x', [{ A: { b: { c: 'X' } } }, { 'A.b': { c: 'x' } }, { A: { 'b.c': 'x' } }], [{ A: { b: 'x' } }]),
  row('A.b: x', [{ A: [{ b: 'y' }, { b: 'x' }] }], [{ A: [{ b: 'y' }, { c: 'x' }] }]),
  row(
    'A.b.c: x',
    [{ A: [{ b: [{ c: 'y' }, { c: 'x' }] }] }, { A: { b: [{ c: 'x' }] } }, { A: [{ b: { c: ['x'] } }] }],
    [{ A: [{ b: [{ d: 'x' }] }] }, { A: [{ c: 'x' }] }],
  ),
  row('A: x', [{ A: [['y'], ['x']] }, { A: ['y', ['z', ['x']]] }], [{ A: [['y']] }]),
  row('A.b: x', [{ A: [[{ b: 'x' }]] }, { A: [{ b: [['x']] }] }], [{ A: [[{ b: 'y' }]] }]),
  row(
    'A.b: x',
    [
      { 'A.b': 'x', A: { b: 'y' } },
      { A: { b: 'x' }, 'A.b': 'y' },
    ],
    [{ 'A.b': 'z', A: { b: 'y' } }],
  ),
  row('A b: 1', [{ 'A b': 1 }], [{ A: 1 }]),
  row('A-b_c@d: 1', [{ 'A-b_c@d': 1 }], [{}]),
  row('a: 1', [{ a: 1 }], [{ A: 1 }]),
  row('A|exists: true\nB|exists: false', [{ A: 0 }], [{ A: 0, B: 0 }, {}]),
  row(
    'A|exists: true',
    [{ A: { b: 1 } }, { A: {} }, { A: [] }, { A: [{ b: 1 }] }, { A: null }, { A: '' }],
    [{ 'A.b': 1 }, { a: 1 }, { B: { A: 1 } }],
  ),
  row('B.A|exists: false', [{ A: 1 }, { B: 1 }, { B: { C: { A: 1 } } }], [{ B: { A: { C: 1 } } }, { 'B.A': 1 }]),
  row('A: null', [{ A: null }, {}], [{ A: { b: null } }, { A: {} }, { A: [] }]),
  row("A: '*'", [{ A: '' }, { A: 0 }, { A: { b: 'x' } }, { A: [] }], [{ A: null }, {}]),
  row("A: '*x*'", [{ A: 'x' }, { A: ['y', 'x'] }], [{ A: { x: 'x' } }, { A: {} }]),
  row('A: null\nB: x', [{ B: 'x' }, { A: null, B: 'x' }], [{ A: '', B: 'x' }]),
  row('"A": "1"', [{ A: 1 }], [{ A: 2 }]),
];

/** A field compared with another. */
export const FIELDREFS: readonly DetectionCase[] = [
  row(
    'A|fieldref: B',
    [
      { A: 'x', B: 'X' },
      { A: 1, B: '1' },
      { A: ['y', 'x'], B: 'x' },
    ],
    [{ A: 'x', B: 'y' }, { A: 'x' }, { B: 'x' }, {}],
  ),
  row('A|fieldref|cased: B', [{ A: 'x', B: 'x' }], [{ A: 'x', B: 'X' }]),
  row('A|fieldref|contains: B', [{ A: 'xyz', B: 'Y' }], [{ A: 'y', B: 'xyz' }, { A: 'xyz' }]),
  row('A|fieldref|startswith: B', [{ A: 'xyz', B: 'xy' }], [{ A: 'xyz', B: 'yz' }]),
  row('A|fieldref|endswith: B', [{ A: 'xyz', B: 'yz' }], [{ A: 'xyz', B: 'xy' }]),
  row('A|fieldref|neq: B', [{ A: 'x', B: 'y' }], [{ A: 'x', B: 'X' }]),
  row('A|fieldref: [B, C]', [{ A: 1, B: 2, C: 1 }], [{ A: 1, B: 2, C: 3 }]),
  row('A|fieldref|all: [B, C]', [{ A: 1, B: 1, C: 1 }], [{ A: 1, B: 1, C: 2 }]),
  row('A.x|fieldref: B.y', [{ A: { x: 1 }, B: { y: 1 } }], [{ A: { x: 1 }, B: { y: 2 } }]),
];

/** Keywords, looked for in every text of the event. */
export const KEYWORDS: readonly DetectionCase[] = [
  row(
    '- needle',
    [
      { A: 'a NEEDLE here' },
      { A: { b: { c: 'needle' } } },
      { A: ['x', 'needle'] },
      { A: [{ b: 'needle' }] },
      { A: ['x', ['a needle']] },
      { A: [{ b: [{ c: ['a needle'] }] }] },
    ],
    [{ A: 'need' }, { needle: 'x' }, {}],
  ),
  row(
    "- EVILSERVICE\n- 'svchost.exe -n evil'",
    [{ m: 'an evilservice' }, { m: 'svchost.exe -n evil' }],
    [{ m: 'svchost.exe' }],
  ),
  row(
    "'|all':\n  - OabVirtualDirectory\n  - ' -ExternalUrl '",
    [{ m: 'Set-OabVirtualDirectory -ExternalUrl x' }, { a: 'oabvirtualdirectory', b: 'x -ExternalUrl y' }],
    [{ m: 'OabVirtualDirectory' }],
  ),
  row('needle', [{ A: 'needle' }], [{ A: 'x' }]),
  row("- 'a*c'", [{ A: 'xabcx' }, { A: 'ac' }], [{ A: 'a', B: 'c' }]),
  row("- 'a?c'", [{ A: 'xabcx' }], [{ A: 'ac' }]),
  row("- 'a\\*c'", [{ A: 'xa*cx' }], [{ A: 'abc' }]),
  row("- 'C:\\Temp'", [{ A: 'in c:\\temp\\x' }], [{ A: 'C:Temp' }]),
  row("'|re':\n  - 'ab+c'", [{ A: 'xabbc' }], [{ A: 'xABBC' }]),
  row("'|contains': needle", [{ A: 'a needle' }], [{ A: 'x' }]),
  row("'|startswith': needle", [{ A: 'needles' }], [{ A: 'a needle' }]),
  row('k: [foo]\ns: {A: 1}\ncondition: k and s', [{ A: 1, B: 'foo' }], [{ A: 1 }, { B: 'foo' }]),
  row('k: [foo]\ncondition: not k', [{ A: 'bar' }, {}], [{ A: 'foo' }]),
  row('- 10.0.0', [{ A: '10.0.0.1' }], [{ A: '10.1.0' }]),
];

const ABC = 'a: {A: 1}\nb: {B: 1}\nc: {C: 1}\ncondition: ';
/** Events with the named fields set to 1. */
const on = (...names: readonly string[]): Json => Object.fromEntries(names.map((name) => [name, 1]));

/** Conditions over three selections, each about a field of its own. */
export const CONDITIONS: readonly DetectionCase[] = [
  row(`${ABC}a`, [on('A'), on('A', 'B')], [on('B'), on()]),
  row(`${ABC}a and b`, [on('A', 'B')], [on('A'), on('B')]),
  row(`${ABC}a or b`, [on('A'), on('B')], [on('C')]),
  row(`${ABC}not a`, [on(), on('B')], [on('A')]),
  row(`${ABC}not not a`, [on('A')], [on()]),
  row(`${ABC}a and not b`, [on('A'), on('A', 'C')], [on('A', 'B'), on('B')]),
  row(`${ABC}a or b and c`, [on('A'), on('B', 'C')], [on('B'), on('C')]),
  row(`${ABC}a and b or c`, [on('A', 'B'), on('C')], [on('A'), on('B')]),
  row(`${ABC}(a or b) and c`, [on('A', 'C'), on('B', 'C')], [on('A'), on('C'), on('A', 'B')]),
  row(`${ABC}a and (b or c)`, [on('A', 'B'), on('A', 'C')], [on('A'), on('B', 'C')]),
  row(`${ABC}not a and b`, [on('B'), on('B', 'C')], [on('A', 'B'), on('C')]),
  row(`${ABC}not (a and b)`, [on(), on('A'), on('B')], [on('A', 'B')]),
  row(`${ABC}not a or b`, [on(), on('B'), on('A', 'B')], [on('A')]),
  row(`${ABC}not (a or b)`, [on(), on('C')], [on('A'), on('B')]),
  row(`${ABC}a or b or c`, [on('C')], [on()]),
  row(`${ABC}a and b and c`, [on('A', 'B', 'C')], [on('A', 'B')]),
  row(`${ABC}((a))`, [on('A')], [on('B')]),
  row(`${ABC}a AND b OR NOT c`, [on('A', 'B', 'C'), on()], [on('C'), on('A', 'C')]),
  row(`${ABC}1 of them`, [on('A'), on('C')], [on()]),
  row(`${ABC}any of them`, [on('B')], [on()]),
  row(`${ABC}all of them`, [on('A', 'B', 'C')], [on('A', 'B')]),
  row(`${ABC}not 1 of them`, [on()], [on('A'), on('C')]),
  row(`${ABC}not all of them`, [on('A', 'B')], [on('A', 'B', 'C')]),
  row(`${ABC}1 of a*`, [on('A')], [on('B')]),
  row(`${ABC}1 of a`, [on('A')], [on('B')]),
  row(`${ABC}a and 1 of (b)`.replace('1 of (b)', '(1 of b*)'), [on('A', 'B')], [on('A')]),
  row(`${ABC}\n  - a and b\n  - c`, [on('A', 'B'), on('C')], [on('A'), on('B')]),
  row(`${ABC}"a\n    and b"`, [on('A', 'B')], [on('A')]),
];

const MANY =
  'selection_x: {A: 1}\nselection_y: {B: 1}\nfilter_main_1: {C: 1}\nfilter_opt_2: {D: 1}\n_hidden: {E: 1}\ncondition: ';

/** Quantifiers with patterns, and the underscore rule. */
export const PATTERNS: readonly DetectionCase[] = [
  row(`${MANY}1 of selection*`, [on('A'), on('B')], [on('C'), on('E')]),
  row(`${MANY}all of selection*`, [on('A', 'B')], [on('A'), on('B')]),
  row(
    `${MANY}all of selection_* and not 1 of filter_*`,
    [on('A', 'B'), on('A', 'B', 'E')],
    [on('A', 'B', 'C'), on('A', 'B', 'D'), on('A')],
  ),
  row(`${MANY}1 of selection* and not 1 of filter_main_*`, [on('A', 'D'), on('B')], [on('A', 'C')]),
  row(`${MANY}1 of *_1`, [on('C')], [on('D'), on('A')]),
  row(`${MANY}1 of *_main_*`, [on('C')], [on('D')]),
  row(`${MANY}1 of f*_*_2`, [on('D')], [on('C')]),
  row(`${MANY}1 of them`, [on('A'), on('D')], [on('E'), on()]),
  row(`${MANY}all of them`, [on('A', 'B', 'C', 'D')], [on('A', 'B', 'C', 'E')]),
  row(`${MANY}_hidden`, [on('E')], [on('A')]),
  row(`${MANY}selection_x and _hidden`, [on('A', 'E')], [on('A')]),
  row(`${MANY}1 of _*`, [on('E')], [on('A')]),
  row(`${MANY}all of *`, [on('A', 'B', 'C', 'D')], [on('A')]),
  row(`${MANY}1 of selection_x`, [on('A')], [on('B')]),
  row(`${MANY}not all of filter_*`, [on(), on('C')], [on('C', 'D')]),
  row(`${MANY}1 of selection_* or all of filter_*`, [on('A'), on('C', 'D')], [on('C')]),
  row(`${MANY}any of selection_*`, [on('B')], [on('C')]),
];

const LISTS = new Map([
  ['Admins', ['root', 'adm_*']],
  ['Servers', ['srv?']],
  ['Nets', ['10.0.0.0/8', '192.168.0.0/16']],
  ['Signs', ['a.b(c)']],
  ['None', []],
]);

/** Placeholders, with values for them. */
export const EXPANDED: readonly DetectionCase[] = [
  row("A|expand: '%Admins%'", [{ A: 'root' }, { A: 'ADM_x' }], [{ A: '%Admins%' }, { A: 'x' }]),
  row("A: '%Admins%'", [{ A: '%admins%' }], [{ A: 'root' }]),
  row("A|expand: 'x-%Admins%-%Servers%'", [{ A: 'x-root-srv1' }, { A: 'x-adm_y-srv2' }], [{ A: 'x-root-srv' }]),
  row("A|expand: '\\%plain%Admins%'", [{ A: '%plainroot' }], [{ A: 'root' }]),
  row("A|expand|contains: '%Servers%'", [{ A: 'on srv1 now' }], [{ A: 'srv' }]),
  row("A|expand|cidr: '%Nets%'", [{ A: '10.1.1.1' }, { A: '192.168.3.4' }], [{ A: '11.0.0.1' }]),
  row("A|expand: '%None%'", [], [{ A: '' }, { A: '%None%' }, {}]),
  row("A|expand|neq: '%Admins%'", [{ A: 'x' }, {}], [{ A: 'root' }, { A: 'adm_1' }]),
  row("A|expand|contains|all: ['%Admins%', '%Servers%']", [{ A: 'root on srv1' }], [{ A: 'root' }, { A: 'srv1' }]),
  row("A|expand: 'no placeholder'", [{ A: 'NO placeholder' }], [{ A: 'x' }]),
  row("- '%Admins%'", [{ A: 'the %admins%' }], [{ A: 'root' }]),
  row("'|expand': '%Servers%'", [{ A: 'on SRV1' }], [{ A: 'srv' }]),
  row(
    "A|re|expand: '^%Admins%@%Servers%$'",
    [{ A: 'root@srv1' }, { A: 'adm_x@srv2' }],
    [{ A: 'ROOT@srv1' }, { A: 'root' }],
  ),
  row("A|expand|re|i: '^%Signs%$'", [{ A: 'A.B(C)' }], [{ A: 'axb(c)' }]),
  row("A|re|expand: 'x%None%'", [], [{ A: 'x' }, {}]),
  row("A|expand: ['%Admins%', other]", [{ A: 'other' }, { A: 'root' }], [{ A: 'x' }]),
];
/** The values of `EXPANDED`'s placeholders. */
export const PLACEHOLDERS: ReadonlyMap<string, readonly string[]> = LISTS;
