import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readLists } from '../../src/normalise/enrich/uap.js';

it('uap-core’s definitions are read as a whole YAML parser reads them', () => {
  const file = readFileSync(createRequire(import.meta.url).resolve('uap-core/regexes.yaml'), 'utf8');
  expect(Object.fromEntries(readLists(file))).toEqual(parse(file));
});
