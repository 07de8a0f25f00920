import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A TypeScript file of the checkout: `file` is its path from the root with forward slashes. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Every `.ts` file under `folder` (from the root), sorted by path; tests included. */
export function sourcesUnder(folder: string): readonly Source[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
    .map((file) => ({ file, text: readFileSync(root + file, 'utf8') }));
}

/** Whether the file is a test of the kind that sits beside its source. */
export function isTest({ file }: Source): boolean {
  return file.endsWith('.test.ts');
}
