import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineCounter, parseAllDocuments } from 'yaml';
import { readPlain } from '../../src/rule/yaml/plain-yaml.js';
import { Report } from '../../src/rule/problem.js';
import { readAll, readDocuments } from '../../src/rule/reader.js';
import type { RuleProblem } from '../../src/rule/types.js';

const LIMIT = 400_000;

/** What the yaml package makes of a text: its documents, and whether anything was said about it. */
function slowly(text: string) {
  const lines = new LineCounter();
  parseAllDocuments(text, { lineCounter: lines });
  const problems: RuleProblem[] = [];
  const roots = readAll(text, new Report('f.yml', lines, problems)).map(({ root }) => root);
  return { roots, problems, lineStarts: lines.lineStarts };
}

const SCALARS = [
  ...['plain', 'two words', '1', '1.10', '-enc', 'C:\\a.exe', 'a#b', 'a #b', 'x:y', "'single'", "'it''s'", "''"],
  ...['[a, b]', '{a: b}', '{ a|contains: \'x\', b: [1, "y z", {c: d}], k: {} } # c', '[ ]', '{}', '[two words, -enc]'],
  ...["'a' # c", '"double"', '[]', '[]  ', 'é', '\u2028', '  trail  ', '0x1F', 'true', '~'],
];
const TEXT = 'a text of several lines';
const EMPTY = 'nothing';

/** A string is a scalar as it is written. */
type Tree = string | readonly Tree[] | { readonly [key: string]: Tree };

const key = fc.constantFrom('title', 'a', 'b', 'Image|contains', 'x.y', '1', 'null', 'x-y');
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'xsmall', withCrossShrink: true },
    fc.constantFrom(...SCALARS, TEXT, EMPTY),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { minKeys: 1, maxKeys: 3 }),
  ),
}));
const noise = fc.constantFrom('', '', '', '', '\n', '\n   ', '\n# c', '\n        # c');

interface Style {
  readonly noise: readonly string[];
  /** Columns a list stands further in than its key. */
  readonly inset: number;
}

/** A node behind a key or a dash in `column`. */
function render(node: Tree, column: number, style: Style, depth = 0): string {
  const pad = ' '.repeat(column);
  const before = style.noise[(column + depth) % style.noise.length] ?? '';
  if (typeof node === 'string')
    return node === TEXT ? ` |\n${pad}  one\n\n${pad}   two` : node === EMPTY ? '' : ` ${node}`;
  if (Array.isArray(node)) {
    const items = (node as readonly Tree[]).map((one) => {
      const item = one === EMPTY ? 'plain' : one;
      const text = render(item, typeof item === 'string' ? column : column + 2, style, depth + 1);
      return `${before}\n${pad}-${typeof item === 'string' ? text : ` ${text.replace(/^(?:\s*# c\n)*\s*/, '')}`}`;
    });
    return items.join('');
  }
  return Object.entries(node)
    .map(([name, item]) => {
      const inner = typeof item === 'string' ? column : column + (Array.isArray(item) ? style.inset : 2);
      return `${before}\n${pad}${name}:${render(item, inner, style, depth + 1)}`;
    })
    .join('');
}

const wellFormedOne = fc
  .tuple(
    fc.dictionary(key, tree, { minKeys: 1, maxKeys: 3 }),
    fc.array(noise, { minLength: 1, maxLength: 7 }),
    fc.constantFrom(0, 2, 4),
    fc.constantFrom('\n', '\n', '', '\n\n  \n'),
  )
  .map(([root, stream, inset, end]) => render(root, 0, { noise: stream, inset }).replace(/^\n/, '') + end);
const wellFormed = fc.oneof(
  { weight: 3, arbitrary: wellFormedOne },
  { weight: 1, arbitrary: fc.tuple(wellFormedOne, wellFormedOne).map((documents) => documents.join('\n---\n')) },
);

/** What makes something else of the place it is put into. */
const PIECES = [
  ...[' ', '  ', '    ', '\n', '\n  ', '\n    ', '\n\n', '- ', '-', ': ', ':', ' #', '#', "'", '"', '\\', '|', '|-'],
  ...[
    '|+',
    '>',
    '[',
    '[]',
    '[a]',
    '[a, ',
    '{a: ',
    ', b: c',
    ']',
    '{',
    '}',
    ',',
    '&x ',
    '*x',
    '!t ',
    '%',
    '@',
    '`',
    '?',
    '? ',
    '---',
    '\n---\n',
    '...',
    '~',
  ],
  ...['=', '<<: ', '\t', '\r', '\r\n', '\ufeff', '\u0085', '\u2028', '\u00a0', '\0', '\ud800', 'a: ', 'a:', '- a'],
  ...["'q': ", '|2', '# c\n', 'null', '0x1', 'a b: ', '- - ', 'word', '\n word', '\n      word\n'],
];
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.constantFrom(0, 0, 1, 2, 5),
  put: fc.constantFrom('', ...PIECES),
});
const damaged = fc.tuple(wellFormed, fc.array(change, { minLength: 1, maxLength: 3 })).map(([text, changes]) =>
  changes.reduce((all, { at, drop, put }) => {
    const place = Math.floor(at * all.length);
    return all.slice(0, place) + put + all.slice(place + drop);
  }, text),
);

test.each([
  ['well-formed files', wellFormed, 3000, 2000],
  ['files with something put in or left out', damaged, 60_000, 3000],
])(
  '%s: where the fast reader reads, the yaml package reads the same and says nothing',
  (_, documents, numRuns, least) => {
    let read = 0;
    fc.assert(
      fc.property(documents, (text) => {
        const roots = readPlain(text, LIMIT);
        if (roots === undefined) return;
        read++;
        const slow = slowly(text);
        expect(slow.problems).toEqual([]);
        expect(slow.roots).toEqual(roots);
        const report = readDocuments('f.yml', text, [])[0]?.report;
        for (let at = 0; at <= text.length; at += 17) {
          const line = slow.lineStarts.findLastIndex((start) => start <= at);
          const column = at - (slow.lineStarts[line] ?? 0) + 1;
          expect(report?.place(at)).toEqual({ file: 'f.yml', line: line + 1, column });
        }
      }),
      { numRuns },
    );
    expect(read).toBeGreaterThan(least);
  },
  120_000,
);

test('more nodes than a file may hold, or deeper ones, are left to the slow reader', () => {
  expect(readPlain('a:\n- b\n- c\n', 4)).toBeDefined();
  expect(readPlain('a:\n- b\n- c\n', 3)).toBeUndefined();
  expect(readPlain(`a:\n${'- '.repeat(60)}b\n`, LIMIT)).toBeUndefined();
});
