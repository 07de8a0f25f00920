import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { defaultConfig } from './config/default.js';
import { makeDataFolder, unwritable } from './writable.js';

const folder = mkdtempSync(join(tmpdir(), 'sekisho-writable-'));
const file = join(folder, 'a-file');
writeFileSync(file, '');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('makes a folder with those above it, again and again', () => {
  const path = join(folder, 'a', 'b', 'c');
  makeDataFolder(path);
  makeDataFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

it.each([
  [join(file, 'store'), 'a file stands where a folder must be'],
  [file, 'a file stands where a folder must be'],
  ['/proc/sekisho/store', 'no folder can be made there'],
])('says in a sentence why %s can not be the store’s folder, and ends', (path, reason) => {
  expect(() => makeDataFolder(path)).toThrow(`data: ${path} can't be the store's folder: ${reason}; make it for this`);
});

it('tells what could not be written without making anything', () => {
  const config = { ...defaultConfig(folder), data: join(folder, 'new', 'store') };
  const to = (path: string): typeof config => ({ ...config, outputs: [{ type: 'ndjson', path, events: false }] });
  expect(unwritable(to(join(folder, 'alerts.ndjson')))).toEqual([]);
  expect(unwritable(to(file))).toEqual([]);
  expect(unwritable(to('-'))).toEqual([]);
  expect(unwritable(to(join(folder, 'none', 'x')))).toEqual([
    expect.stringContaining('/none/x: its folder does not exist; create it'),
  ]);
  expect(unwritable(to(folder))).toEqual([expect.stringContaining('is a folder; name a file in it')]);
  expect(unwritable({ ...config, data: join(file, 'store') })).toEqual([expect.stringContaining('data: ')]);
  expect(() => statSync(config.data)).toThrow('ENOENT');
});
