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
