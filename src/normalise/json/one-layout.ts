import { compileShape, type Make } from '../shape.js';

/**
 * One way documents are laid out: the same keys in the same order, objects inside each other and all. Formats keep with it
 * what they have worked out for such documents (`plans`), so that it is worked out once and not for every document. Or the
 * layout of a family: what such documents have in all, each some of it.
 */
export class Layout {
  /** The dotted names of the values, in the order of the document. */
  readonly paths: readonly string[];
  /** The flattened document, of its values in the same order. */
  readonly make: Make;
  /** Whether they stand in the order of each document; a family's don't. */
  readonly isOrdered: boolean;
  /** What a format knows of documents laid out so, by the format. */
  readonly plans = new Map<object, unknown>();

  constructor(paths: readonly string[], make: Make, isOrdered = true) {
    this.paths = paths;
    this.make = make;
    this.isOrdered = isOrdered;
  }

  /**
   * What makes objects of some of the paths and of names besides, which stay undefined; `names` tells them, once for each
   * `whose`. undefined where none can be compiled, or `names` tells none.
   */
  made(whose: object, names: (paths: readonly string[]) => readonly string[]): Make | undefined {
    const known = this.plans.get(whose) as { readonly make: Make | undefined } | undefined;
    if (known !== undefined) return known.make;
    const all = [...new Set(names(this.paths))];
    const make =
      all.length === 0
        ? undefined
        : compileShape(
            all,
            all.map((name) => this.paths.indexOf(name)),
          );
    this.plans.set(whose, { make });
    return make;
  }
}
