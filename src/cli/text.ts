import { printable } from '../event/index.js';

// Characters two columns wide on terminals: East Asian wide and fullwidth blocks, and emoji (Unicode TR 11).
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}]|[\u{20000}-\u{3fffd}]/u;
const MARK = /\p{Mark}/u;

/** Columns one character takes on a terminal. */
function columnsOfCharacter(character: string): number {
  if (character <= '~') return 1;
  if (MARK.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** Columns a text takes on a terminal. It must be free of escape sequences. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** A text made safe and cut to `columns`, ending in `…` where something is missing. */
export function fit(text: string, columns: number): string {
  const safe = printable(text);
  if (safe.length <= columns && textWidth(safe) <= columns) return safe;
  let width = 0;
  let kept = '';
  for (const character of safe) {
    width += columnsOfCharacter(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** A text made safe, cut and filled up with blanks to exactly `columns`. */
export function pad(text: string, columns: number): string {
  const fitted = fit(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - textWidth(fitted)));
}

/** A text made safe and broken between words into lines of at most `columns`; words that are longer are cut apart. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const words = printable(text)
    .split(' ')
    .flatMap((word) => pieces(word, columns));
  for (const word of words) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= columns) line = joined;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

function pieces(word: string, columns: number): readonly string[] {
  if (textWidth(word) <= columns) return [word];
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (textWidth(part) + columnsOfCharacter(character) > columns) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

/** `1 line`, `58,916 lines`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] ?? ''}`;
}
