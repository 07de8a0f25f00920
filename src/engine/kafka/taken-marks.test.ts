import { describe, expect, it } from 'vitest';
import { type Had, type Mark, TakenMarks } from './taken-marks.js';

/** Rule sets by generation. */
const SETS: Readonly<Record<string, readonly string[]>> = {
  old: ['b', 'd'],
  new: ['a', 'b', 'c', 'd'],
  third: ['a', 'b', 'c', 'd', 'e'],
};
const had: Had = (generation, name) => SETS[generation]?.includes(name);

/** What a member with these rules writes about records from `from` to before `to`: each rule matches each. */
function written(generation: string, from: number, to: number): readonly Mark[] {
  const marks: Mark[] = [];
  for (let offset = from; offset < to; offset++) {
    for (const name of SETS[generation] ?? []) {
      marks.push({ source: 's', offset, sub: 0, nth: 0, name, role: 0, generation });
    }
  }
  return marks;
}

const idOf = ({ offset, name }: Mark): string => `${offset}${name}`;

function take(taken: TakenMarks, marks: readonly Mark[]): readonly string[] {
  return marks.filter((mark) => taken.isNew(mark, had)).map(idOf);
}

describe('records that are read again', () => {
  it('under the same rules give nothing twice and lack nothing, wherever the writing stopped', () => {
    const all = written('new', 0, 4);
    for (let cut = 0; cut <= all.length; cut++) {
      const taken = new TakenMarks();
      expect([...take(taken, all.slice(0, cut)), ...take(taken, all), ...take(taken, all)]).toEqual(all.map(idOf));
    }
  });

  it('under other rules give what those add, once, and nothing of the rest twice', () => {
    const [before, after] = [written('old', 0, 4), written('new', 0, 4)];
    for (let cut = 0; cut <= before.length; cut++) {
      for (let again = 0; again <= after.length; again++) {
        const taken = new TakenMarks();
        const first = take(taken, before.slice(0, cut));
        const kept = new TakenMarks();
        kept.restore(JSON.parse(JSON.stringify(taken.state())) as ReturnType<TakenMarks['state']>);
        const rest = [...take(kept, after.slice(0, again)), ...take(kept, after)];
        expect([...first, ...rest].toSorted(), `${cut} ${again}`).toEqual(after.map(idOf).toSorted());
      }
    }
  });

  it('under rules that lack some give the rest, not twice', () => {
    const [before, after] = [written('new', 0, 3), written('old', 0, 5)];
    for (let cut = 0; cut <= before.length; cut++) {
      const taken = new TakenMarks();
      const all = [...take(taken, before.slice(0, cut)), ...take(taken, after), ...take(taken, after)];
      expect(new Set(all).size).toBe(all.length);
      expect(all).toEqual(expect.arrayContaining(after.map(idOf)));
    }
  });

  it('give nothing twice to a zombie, nor where three rule sets meet, nor where the old rules are not known', () => {
    const taken = new TakenMarks();
    const all = [
      ...take(taken, written('old', 0, 3)),
      ...take(taken, written('new', 0, 2)),
      ...take(taken, written('old', 3, 4)),
      ...take(taken, written('new', 2, 3)),
      ...take(taken, written('third', 0, 6)),
      ...take(taken, written('new', 3, 6)),
      ...take(taken, written('old', 4, 6)),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(take(taken, written('new', 6, 7))).toHaveLength(4);
    const strange = new TakenMarks();
    for (const mark of written('old', 0, 3)) strange.isNew({ ...mark, generation: 'unknown' }, had);
    expect(take(strange, written('new', 0, 2))).toEqual([]);
    expect(take(strange, written('new', 3, 4))).toHaveLength(4);
  });
});

it('keeps each source for itself, tells its last rules, and forgets it', () => {
  const taken = new TakenMarks();
  const [mark] = written('old', 5, 6) as [Mark];
  expect([mark, { ...mark, source: 't', generation: 'new' }, mark].map((one) => taken.isNew(one, had))).toEqual([
    ...[true, true, false],
  ]);
  expect([taken.generationOf('s'), taken.generationOf('t'), taken.generationOf('u')]).toEqual([
    'old',
    'new',
    undefined,
  ]);
  taken.forget('s');
  expect(taken.isNew(mark, had)).toBe(true);
});
