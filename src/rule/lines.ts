import type { Positions } from './problem.js';

/** Lines and columns of a text, worked out when first asked for: files without problems never ask. */
export class Lines implements Positions {
  #starts: readonly number[] | undefined;

  constructor(private readonly text: string) {}

  /** As `Positions`. Linear in the text at the first call, then logarithmic in its lines. */
  linePos(offset: number): { readonly line: number; readonly col: number } {
    const starts = (this.#starts ??= startsOf(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, col: offset - (starts[low] as number) + 1 };
  }
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', newline + 1)) {
    starts.push(newline + 1);
  }
  return starts;
}
