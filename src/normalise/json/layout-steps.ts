import type { Layout } from './layout.js';

/** Documents that find no room among the ways on from a step before some is made. */
const PATIENCE = 1000;

/** A key, an object's beginning or its end, behind others: the documents that begin alike share their steps. */
export class Step {
  readonly above: Step | undefined;
  /** The key; '' for an object's end. */
  readonly key: string;
  readonly kind: number;
  /** The step last taken from here, and all there are. */
  next: Step | undefined = undefined;
  all: Step[] | undefined = undefined;
  /** Documents that ended here; negative: no layout can be made of them. */
  seen = 0;
  /** How many documents had been told when the first of them ended here. */
  since = 0;
  layout: Layout | undefined = undefined;
  /** Whether a layout was made behind it; how often it was taken again, and how many ways on found no room, lately. */
  isUsual = false;
  #taken = 0;
  #refused = 0;

  constructor(above: Step | undefined, key: string, kind: number) {
    this.above = above;
    this.key = key;
    this.kind = kind;
  }

  /** The way on by a key, where it was taken before. */
  way(key: string, kind: number): Step | undefined {
    const found = this.all?.find((one) => one.key === key && one.kind === kind);
    if (found !== undefined) found.#taken++;
    return found;
  }

  /**
   * Makes room among the ways on, if many have found none: those that were not taken again lately and have no layout behind them
   * go. How many steps that were, with all behind them.
   */
  thin(): number {
    if (this.all === undefined || ++this.#refused < PATIENCE) return 0;
    this.#refused = 0;
    const gone = this.all.filter((way) => way.#taken === 0 && !way.isUsual);
    this.all = this.all.filter((way) => !gone.includes(way));
    for (const way of this.all) way.#taken = 0;
    return sizeOf(gone);
  }
}

function sizeOf(steps: readonly Step[]): number {
  return steps.reduce((sum, { all = [] }) => sum + 1 + sizeOf(all), 0);
}

/** A step to a value. */
export const VALUE = 0;
/** A step into an object. */
export const OPEN = 1;
/** The end of an object. */
export const CLOSE = 2;
/** A step into a list of objects. */
export const LIST = 3;
/** The end of a list of objects, which is the list's own value. */
export const END_LIST = 4;

/** The steps on the way to one. */
export function stepsTo(end: Step): readonly Step[] {
  const steps: Step[] = [];
  for (let step: Step | undefined = end; step?.above !== undefined; step = step.above) steps.push(step);
  return steps.reverse();
}

/** The dotted names of the values on a way. */
export function pathsOf(steps: readonly Step[]): readonly string[] {
  const paths: string[] = [];
  const around: string[] = [];
  for (const { key, kind } of steps) {
    if (kind === END_LIST) paths.push(around.join('.'));
    if (kind === OPEN || kind === LIST) around.push(key);
    else if (kind === CLOSE || kind === END_LIST) around.pop();
    else paths.push([...around, key].join('.'));
  }
  return paths;
}
