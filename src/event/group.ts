import { splitTexts } from './texts.js';

/**
 * The canonical values of a correlation's `group-by` for one event, and the key made of them.
 *
 * `values[i]` belongs to the i-th group-by name. null only in implicit correlations of plain rules, where a missing
 * field never drops an event; elsewhere a missing field leaves the detection out. Holds on to no batch's text.
 */
export interface Group {
  /** Injective text of `values`: equal keys mean equal values. One value that is a string: that string itself. */
  readonly key: string;
  readonly values: readonly (string | null)[];
}

/** A group that keeps only its key; its values are read out of it when somebody asks. */
export class KeyedGroup implements Group {
  /** `key` is what `joinTexts` made of `size` values (no value: the empty text). */
  constructor(
    readonly key: string,
    readonly size: number,
  ) {}

  get values(): readonly (string | null)[] {
    return this.size === 0 ? [] : (splitTexts(this.key) as (string | null)[]);
  }
}
