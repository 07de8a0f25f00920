/**
 * The form in which texts are compared without case: lower case, with the final sigma as an ordinary one, and letters
 * whose small form is longer (the dotted capital I) as they are.
 *
 * Made so, lower case does not depend on a letter's neighbours and keeps its length: a part of a text folds to a part of
 * the folded text. ASCII that is lower case already is returned as it is.
 */
export function fold(text: string): string {
  let lower = text.toLowerCase();
  // The one letter whose small form is longer, U+0130.
  if (lower.length !== text.length)
    lower = text
      .split('İ')
      .map((part) => part.toLowerCase())
      .join('İ');
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}
