import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The only file here that may know the engine: it plugs the correlate room into `Subject`. */
const ADAPTERS = ['harness.test.ts'];

it('the oracle shares no code with src/', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !ADAPTERS.includes(name));
  const imports = files.flatMap((name) => {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8');
    return [...text.matchAll(/(?:from|import) ?\(?'([^']+)'/g)].map((match) => match[1] ?? '');
  });
  expect(imports).toContain('./model.js');
  expect(imports.filter((path) => !/^(\.\/[a-z]+\.js|node:fs|vitest)$/.test(path))).toEqual([]);
});
