import { describe, expect, it } from 'vitest';
import { isTest, sourcesUnder } from './sources.js';

/** A file may not have more lines than this, comments included. */
const limit = 300;

/** Files that may be longer, each with the reason. Only tables belong here: data that reads no better when split. */
const longTables: Readonly<Record<string, string>> = {};

const sources = sourcesUnder('src');
const tests = [...sources, ...sourcesUnder('test')].filter(isTest);

describe('the files of src/', () => {
  it(`have at most ${limit} lines`, () => {
    const tooLong = sources
      .filter((source) => !isTest(source) && lineCount(source.text) > limit && !Object.hasOwn(longTables, source.file))
      .map(({ file, text }) => `${file}: ${lineCount(text)} lines, at most ${limit}: split it by what it does`);
    expect(tooLong).toEqual([]);
  });

  it('are excepted from that only where they are longer', () => {
    const long = sources.filter(({ text }) => lineCount(text) > limit).map(({ file }) => file);
    expect(Object.keys(longTables).filter((file) => !long.includes(file))).toEqual([]);
  });

  it('leave no note for later', () => {
    expect(linesMatching(sources, /\b(?:TODO|FIXME)\b/)).toEqual([]);
  });
});

describe('the tests', () => {
  it('all run: none is singled out, none is skipped without a condition', () => {
    expect(tests.length).toBeGreaterThan(0);
    expect(linesMatching(tests, /\b(?:describe|it|test|suite|bench)(?:\.\w+)*\.(?:only|skip|todo)\b/)).toEqual([]);
  });
});

describe('the checkers', () => {
  it('count lines as an editor does', () => {
    expect([lineCount(''), lineCount('a'), lineCount('a\n'), lineCount('a\nb')]).toEqual([0, 1, 1, 2]);
  });

  it('name file, line and text of a match', () => {
    const text = ['const a = 1;', `// ${'TO' + 'DO'}: b`].join('\n');
    expect(linesMatching([{ file: 'src/a.ts', text }], /TODO/)).toEqual([`src/a.ts:2: // ${'TO' + 'DO'}: b`]);
  });
});

function lineCount(text: string): number {
  return text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
}

function linesMatching(files: readonly { file: string; text: string }[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}
