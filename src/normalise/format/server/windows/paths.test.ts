import { expect, it } from 'vitest';
import { commandWords, quotedWords } from './paths.js';

it.each([
  ['cmd /c dir', ['cmd', '/c', 'dir']],
  ['"C:\\Program Files\\a.exe" -x', ['C:\\Program Files\\a.exe', '-x']],
  ['a "b c" d"e f"g', ['a', 'b c', 'de fg']],
  ['a \\"b\\" c', ['a', '"b"', 'c']],
  ['a "C:\\dir\\\\" b', ['a', 'C:\\dir\\', 'b']],
  ['a ""', ['a', '']],
  ['"a""b" c', ['a"b c']],
  ['  a\t b  ', ['a', 'b']],
  ['  a   bc d ', ['a', 'bc', 'd']],
  ['alone', ['alone']],
  [' ', []],
  ['', []],
])('%s has the words a C program gets', (line, words) => {
  expect(commandWords(line)).toEqual(words);
});

it('keeps quotes and the white space between words where the words are told as they stand', () => {
  expect(quotedWords('"C:\\a b\\c.exe"  /x "d e"')).toEqual(['"C:\\a b\\c.exe"', '', '/x', '"d e"']);
});
