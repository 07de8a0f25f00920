const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const MARK = 0xfeff;

/**
 * A log without what only stood around it: the ends of its line, a byte order mark, white space before JSON. Most texts are
 * returned themselves after a look at both ends.
 */
export function bare(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  const first = text.charCodeAt(0);
  if (last !== NEWLINE && last !== RETURN && first > SPACE && first !== MARK) return text;
  let end = text.length;
  while (end > 0 && isEnd(text.charCodeAt(end - 1))) end--;
  const start = first === MARK ? 1 : 0;
  const inner = text.slice(start, end);
  const json = inner.trimStart();
  return json.startsWith('{') || json.startsWith('[{') ? json : inner;
}

function isEnd(code: number): boolean {
  return code === NEWLINE || code === RETURN;
}

const ESCAPE = 27;
// eslint-disable-next-line no-control-regex -- the sequences begin with a control character
const COLOUR = /\u001b\[[\d;]{0,32}m/g;

/**
 * A log whose line begins with a colour, without its colours (SGR sequences, ECMA-48 8.3.117): programs that take a container's
 * output for a terminal write them. Any other text itself: what stands inside a line is not touched, nor any other sequence.
 */
export function withoutColours(text: string): string {
  return text.charCodeAt(0) === ESCAPE ? text.replace(COLOUR, '') : text;
}
