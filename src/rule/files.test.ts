import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRuleFiles } from './files.js';

const root = mkdtempSync(join(tmpdir(), 'sekisho-rules-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('folders are read recursively, in order, each file once, with the folder as rule set', () => {
  const folder = join(root, 'web');
  mkdirSync(join(folder, 'deep'), { recursive: true });
  for (const name of ['b.yml', 'a.yaml', 'deep/c.YML', 'no.txt', '.hidden.yml'])
    writeFileSync(join(folder, name), name);
  symlinkSync(folder, join(folder, 'deep', 'loop'));
  const { files, problems } = readRuleFiles([folder, join(folder, 'b.yml')]);
  expect(files.map(({ file, text, ruleset }) => [basename(file), text, ruleset])).toEqual([
    ['a.yaml', 'a.yaml', 'web'],
    ['b.yml', 'b.yml', 'web'],
    ['c.YML', 'deep/c.YML', 'web'],
  ]);
  expect(problems).toEqual([]);
});

test('what can not be read is a problem with a fix', () => {
  const big = join(root, 'big.yml');
  writeFileSync(big, 'x'.repeat(1024 * 1024 + 1));
  symlinkSync(join(root, 'gone'), join(root, 'dangling.yml'));
  const { files, problems } = readRuleFiles([big, join(root, 'missing'), join(root, 'dangling.yml')]);
  expect(files).toEqual([]);
  expect(problems.map(({ reason }) => reason)).toEqual([
    'the file is larger than 1 MiB',
    'there is no such file or folder',
    'there is no such file or folder',
  ]);
});

test('an empty folder is a warning', () => {
  const folder = join(root, 'empty');
  mkdirSync(folder);
  expect(readRuleFiles([folder]).problems).toMatchObject([
    { severity: 'warning', reason: 'the folder holds no rule files' },
  ]);
});
