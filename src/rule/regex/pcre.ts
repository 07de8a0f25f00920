/** An expression without what only PCRE knows, and what its engine must mind. */
export interface PlainRegex {
  readonly source: string;
  /** `$` or `\Z` outside multi-line mode: PCRE also lets them stand before a line feed that ends the text. */
  readonly endsBeforeNewline: boolean;
}

/** Quoted stretches, escapes, classes (a `]` that stands first is a character), comments and ends. What is not closed is one piece: linear. */
const PIECES = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*(?:\]|$)|\(\?#[^)]*\)?|\$/g;

/**
 * Rewrites `\Z` and leaves out comments (`(?#…)`), which neither JavaScript nor RE2 reads. Linear. Source: PCRE2's pattern
 * syntax, "Simple assertions" and "Comments".
 */
export function withoutPcre(source: string, multiline: boolean): PlainRegex {
  let ends = false;
  const plain = source.replace(PIECES, (piece) => {
    if (piece === '$' || piece === '\\Z') {
      ends ||= !multiline;
      return piece === '\\Z' && multiline ? '(?:\\n?\\z)' : '$';
    }
    return piece.startsWith('(?#') && piece.endsWith(')') ? '' : piece;
  });
  return { source: plain, endsBeforeNewline: ends };
}

/** A search that also tries the text without the line feed at its end. */
export function beforeNewline(test: (text: string) => boolean): (text: string) => boolean {
  return (text) => test(text) || (text.charCodeAt(text.length - 1) === LINE_FEED && test(text.slice(0, -1)));
}

const LINE_FEED = 10;
