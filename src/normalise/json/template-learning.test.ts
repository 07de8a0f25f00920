import { beforeEach, describe, expect, it } from 'vitest';
import { checkedBy, readBy } from '../../../test/support/templates.js';
import { LAYOUTS } from './layout.js';
import { Pace } from './template-pace.js';
import { Templates } from './template.js';

/** Texts after which a layout is usual, and those that are looked at then. */
const UNTIL_LEARNED = 16 + 8 - 1;

let templates = new Templates();

beforeEach(() => {
  LAYOUTS.forget();
  templates = new Templates();
});

/** How many of some texts templates read. */
function readOf(texts: readonly string[], pace: Pace): number {
  return texts.filter((text) => checkedBy(templates, text, pace)).length;
}

/** As many texts of one layout as it takes to learn it. */
function learn(keys: string, value = 'x', pace = new Pace()): void {
  for (let time = 0; time < UNTIL_LEARNED; time++) readBy(templates, textOf(keys, value), pace);
}

/** `a b` → `{"a":"x0","b":"x1"}`. */
function textOf(keys: string, value = 'x'): string {
  return JSON.stringify(Object.fromEntries(keys.split(' ').map((key, index) => [key, `${value}${index}`])));
}

function repeated(text: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => text);
}

/** A document of a layout of its own each. */
function wild(n: number): string {
  return textOf(`a${n} b${n % 7} c${n % 11}`);
}

describe('learning', () => {
  it('takes the texts after which a layout is usual, and eight more', () => {
    const reads = Array.from({ length: UNTIL_LEARNED + 2 }, () => checkedBy(templates, textOf('a b'), new Pace()));
    expect(reads.indexOf(true)).toBe(UNTIL_LEARNED);
  });
  it('learns another value of what was the same in all texts from one text', () => {
    learn('a b');
    const pace = new Pace();
    expect(checkedBy(templates, textOf('a b', 'y'), pace)).toBe(false);
    expect(readOf([textOf('a b', 'y'), textOf('a b', 'z'), textOf('a b')], pace)).toBe(3);
  });
  it('begins anew where all layouts were forgotten', () => {
    learn('a b');
    expect(checkedBy(templates, textOf('a b'))).toBe(true);
    LAYOUTS.forget();
    expect(checkedBy(templates, textOf('a b'))).toBe(false);
    expect(templates.size).toBe(0);
    learn('a b');
    expect(checkedBy(templates, textOf('a b'))).toBe(true);
  });
  it('ends where the texts of one layout are written in ever new ways', () => {
    for (let spaces = 0; spaces < 200; spaces++)
      for (let time = 0; time < 10; time++) readBy(templates, textOf('a b').replace(',', `,${' '.repeat(spaces)}`));
    // Two values and an end each.
    expect(templates.size).toBeLessThanOrEqual(8 * 3);
  });
});

describe('values of a list of objects', () => {
  it.each([
    [['p'], null],
    [null, ['p']],
    [['p', 'q'], 'rs'],
    ['rs', ['p', 'q']],
    [[], 1],
    [true, []],
  ])('are read where a list of their own is another time none: %j, then %j', (first, then) => {
    const text = (value: unknown): string => JSON.stringify({ m: [{ t: value }, { t: value }] });
    for (let time = 0; time < UNTIL_LEARNED; time++) readBy(templates, text(first));
    expect(readOf([then, first, then, first, then].map(text), new Pace())).toBe(4);
  });
});

it('documents with a list of objects before other values, and with slashes and colons in their keys, are read', () => {
  const text = (n: number): string => JSON.stringify({ l: [{ a: n }], 'x/y:z': n + 1, b: n + 2 });
  for (let time = 0; time < UNTIL_LEARNED; time++) readBy(templates, text(time));
  expect(readOf([90, 91, 92].map(text), new Pace())).toBe(3);
});

describe('ways that part', () => {
  it.each([
    ['behind what they have in common', ['a b c d', 'a b c e', 'a b f']],
    ['where one begins as another does', ['a', 'ab', 'abc', 'b']],
    ['where one ends and another goes on', ['a b', 'a b c', 'a b c d']],
    ['at their first key', ['x a b', 'y a b', 'z a b']],
  ])('are each read: %s', (_, layouts) => {
    for (const keys of layouts) learn(keys);
    const pace = new Pace();
    for (let time = 0; time < 3; time++)
      expect(
        readOf(
          layouts.map((keys) => textOf(keys)),
          pace,
        ),
      ).toBe(layouts.length);
  });
  it('share what they begin with', () => {
    learn('a b c d e f g h');
    const alone = templates.size;
    learn('a b c d e f g i');
    // The last value and the end.
    expect(templates.size).toBe(alone + 2);
  });
});

describe('the pace of a source', () => {
  it('rests where more was tried in vain than was saved, and no longer', () => {
    const pace = new Pace();
    for (let text = 0; text < 10; text++) pace.gain();
    let tried = 0;
    for (; pace.next(); tried++) pace.tire();
    expect(tried).toBe(24 + 3 * 10 + 1);
    let rested = 1;
    while (!pace.next()) rested++;
    expect(rested).toBe(60);
    pace.tire();
    expect(pace.next()).toBe(false);
  });
  it('saves up no more than a hundred texts', () => {
    const pace = new Pace();
    for (let text = 0; text < 10_000; text++) pace.gain();
    let tried = 0;
    for (; pace.next(); tried++) pace.tire();
    expect(tried).toBeLessThan(101);
  });
  it('is lost by texts that are never alike: they are soon not tried, and what is usual is found again', () => {
    learn('a b c');
    const pace = new Pace();
    for (let n = 0; n < 500; n++) readBy(templates, wild(n), pace);
    const again = repeated(textOf('a b c'), 300).map((text) => checkedBy(templates, text, pace));
    expect(again.slice(0, 61)).toContain(false);
    expect(again.slice(-100)).not.toContain(false);
  });
  it('is not lost by what another source writes', () => {
    learn('a b c');
    const uniform = new Pace();
    const other = new Pace();
    let read = 0;
    for (let n = 0; n < 2000; n++) {
      readBy(templates, wild(n), other);
      if (checkedBy(templates, textOf('a b c'), uniform)) read++;
    }
    expect(read).toBe(2000);
  });
  it('is lost by texts of so many layouts that each comes rarely', () => {
    const layouts = Array.from({ length: 60 }, (_, n) => `a key${n}`);
    for (const keys of layouts) learn(keys);
    const pace = new Pace();
    let read = 0;
    for (let n = 0; n < 3000; n++) if (readBy(templates, textOf(layouts[n % 60] ?? ''), pace)) read++;
    expect(read).toBeLessThan(300);
  });
});

describe('where there is no room', () => {
  /** Layouts of three values, with the end. */
  const FULL = 40;

  beforeEach(() => {
    templates = new Templates(3 * FULL);
    for (let n = 0; n < FULL; n++) learn(`key${n} b`);
    learn('new b');
  });

  /** So many texts of the first ten layouts. */
  function season(): void {
    for (let n = 0; n < 10_000; n++) readBy(templates, textOf(`key${n % 10} b`));
  }

  it('nothing is learned besides what was', () => {
    expect(templates.size).toBe(3 * FULL);
    expect(readOf(repeated(textOf('new b'), 3), new Pace())).toBe(0);
    expect(
      readOf(
        ['key0 b', 'key20 b', 'key39 b'].map((keys) => textOf(keys)),
        new Pace(),
      ),
    ).toBe(3);
  });
  it('what was of no use for long makes room, and is learned again where it comes again', () => {
    season();
    readBy(templates, textOf('new b'));
    season();
    // The first text makes room: what was not read in this season goes.
    readBy(templates, textOf('new b'));
    expect(checkedBy(templates, textOf('new b'))).toBe(true);
    expect(templates.size).toBe(3 * 11);
    for (let n = 0; n < 10; n++) expect(checkedBy(templates, textOf(`key${n} b`))).toBe(true);
    expect(readOf(repeated(textOf('key30 b'), 3), new Pace())).toBe(2);
  });
  it('what is still of use stays, and the new is refused for another season', () => {
    for (let n = 0; n < 10_000; n++) readBy(templates, textOf(`key${n % FULL} b`));
    expect(readOf(repeated(textOf('new b'), 3), new Pace())).toBe(0);
    expect(templates.size).toBe(3 * FULL);
    season();
    expect(readOf(repeated(textOf('new b'), 3), new Pace())).toBe(2);
  });
  it('a source that is refused is hardly tried', () => {
    const pace = new Pace();
    let untried = 0;
    for (let n = 0; n < 6100; n++) {
      readBy(templates, textOf('new b'), pace);
      if (!pace.next()) untried++;
    }
    expect(untried).toBeGreaterThan(2900);
  });
});
