import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, '../golden');

/** The folders of golden lines. */
export const GOLDEN_FOLDERS: readonly string[] = readdirSync(GOLDEN, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The golden lines of a folder. */
export function goldenLines(folder: string): readonly string[] {
  return readdirSync(join(GOLDEN, folder))
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) =>
      readFileSync(join(GOLDEN, folder, file), 'utf8')
        .trimEnd()
        .split('\n'),
    );
}

const PIECES = [
  '"',
  '\\',
  '\\x22',
  '%00',
  '%',
  '\u0000',
  '\r\n',
  '\u001b[31m',
  '\u202e',
  '\ud800',
  ' ',
  '-',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '::ffff:',
  '99999999999999999999',
  '-1',
  '1e309',
  '__proto__',
  ' - - [23/Nov/2026:06:39:04 +0000] "',
  ', client: 192.0.2.66',
  ' from 192.0.2.66 port 22 ssh2',
  'root from 192.0.2.66',
  ' ; COMMAND=/bin/sh',
  '[192.0.2.66], sasl_username=root',
];

/** A piece put in at a place told as a share of the line's length, for so many characters. */
export type Change = readonly [at: number, cut: number, piece: string];

/** Changes that damage a line where parsers look. */
export const change: fc.Arbitrary<Change> = fc.tuple(
  // Not `double`, nearly all of whose numbers are next to nothing.
  fc.nat({ max: 1000 }).map((share) => share / 1000),
  fc.nat({ max: 12 }),
  fc.constantFrom('', ...PIECES),
);

/** A line with its changes made, one after the other. */
export function changed(line: string, changes: readonly Change[]): string {
  return changes.reduce((text, [share, cut, piece]) => {
    const at = Math.floor(share * text.length);
    return text.slice(0, at) + piece + text.slice(at + cut);
  }, line);
}
