/** Where a detection came from: its raw partition, the record's offset, and which of that record's detections it is. */
export interface Stamp {
  /** `Source.id` of the raw partition; for derived detections `level:<k>:<partition>`. */
  readonly source: string;
  readonly offset: number;
  /** Of the record's events the one that matched. */
  readonly sub: number;
  /** Of the detections of that event for one correlation and role (several groups or values) the n-th, from 0. */
  readonly nth: number;
}

/** What tells a detection from all others, whatever other rules there are; and the rules under which it was matched. */
export interface Mark extends Stamp {
  /** The correlation, by `correlationNames`. */
  readonly name: string;
  readonly role: number;
  /** Digest of the rule set: `generationOf`. */
  readonly generation: string;
}

/** Whether a rule set had a correlation of this name; undefined: that rule set is not known. */
export type Had = (generation: string, name: string) => boolean | undefined;

interface Taken {
  /** The furthest mark taken. */
  last: Mark;
  /** How far another rule set has come in reading again what lies before `last`: of what the rules of `last` lacked. */
  again: Mark | undefined;
}

/**
 * Which detections of each source were taken already, so that none is taken twice, nor missed, when records are read again.
 *
 * A source's detections come in the order of their marks (offset, sub, name, role, nth), which does not depend on what
 * other rules are loaded: what is not beyond the last one taken was taken. But for what the rules of the last one lacked:
 * where a member with other rules reads records again that one with the old rules has written, what the new rules add is
 * taken, once. Where the old rules are not known, or a third rule set reads the same records, rather missed than twice.
 */
export class TakenMarks {
  readonly #taken = new Map<string, Taken>();

  /** Whether a detection is new; a second time it is not. */
  isNew(mark: Mark, had: Had): boolean {
    const taken = this.#taken.get(mark.source);
    if (taken === undefined) this.#taken.set(mark.source, { last: mark, again: undefined });
    else if (isAfter(mark, taken.last)) {
      if (mark.generation !== taken.last.generation) taken.again = undefined;
      taken.last = mark;
    } else return isAdded(mark, taken, had);
    return true;
  }

  /** The rule set of the last detection taken from a source. */
  generationOf(source: string): string | undefined {
    return this.#taken.get(source)?.last.generation;
  }

  forget(source: string): void {
    this.#taken.delete(source);
  }

  /** All of it as plain data, for the commit. */
  state(): readonly Kept[] {
    return [...this.#taken].map(([source, { last, again }]) => [source, kept(last), again && kept(again)]);
  }

  /** Starts from what `state` gave. */
  restore(state: readonly Kept[]): void {
    for (const [source, last, again] of state) {
      this.#taken.set(source, { last: markOf(source, last), again: again ? markOf(source, again) : undefined });
    }
  }
}

type KeptMark = readonly [offset: number, sub: number, name: string, role: number, nth: number, generation: string];
type Kept = readonly [source: string, last: KeptMark, again: KeptMark | undefined | null];

/** Of a detection not beyond the last: whether it is what the rules of that one lacked, and was not taken since. */
function isAdded(mark: Mark, taken: Taken, had: Had): boolean {
  const { last, again } = taken;
  if (mark.generation === last.generation || had(last.generation, mark.name) !== false) return false;
  if (again !== undefined && !isAfter(mark, again)) return false;
  taken.again = mark;
  return true;
}

function isAfter(a: Mark, b: Mark): boolean {
  if (a.offset !== b.offset) return a.offset > b.offset;
  if (a.sub !== b.sub) return a.sub > b.sub;
  if (a.name !== b.name) return a.name > b.name;
  return a.role === b.role ? a.nth > b.nth : a.role > b.role;
}

function kept({ offset, sub, name, role, nth, generation }: Mark): KeptMark {
  return [offset, sub, name, role, nth, generation];
}

function markOf(source: string, [offset, sub, name, role, nth, generation]: KeptMark): Mark {
  return { source, offset, sub, name, role, nth, generation };
}
