import { expect } from 'vitest';
import { parseObject } from '../../src/normalise/json/json.js';
import { LAYOUTS, Layouts } from '../../src/normalise/json/layout.js';
import type { Templates } from '../../src/normalise/json/template.js';
import { Pace } from '../../src/normalise/json/template-pace.js';

/** Reads a text as the normaliser does; whether a template did it. */
export function readBy(templates: Templates, text: string, pace = new Pace()): boolean {
  const isRead = templates.read(text, pace) !== undefined;
  if (!isRead) templates.learn(text, parseObject(text), pace);
  return isRead;
}

/** As `readBy`; fails where the document, its layout or its values are not what `JSON.parse` makes of the text. */
export function checkedBy(templates: Templates, text: string, pace = new Pace()): boolean {
  const expected = parseObject(text);
  const read = templates.read(text, pace);
  if (read === undefined) {
    templates.learn(text, expected, pace);
    return false;
  }
  const layout = LAYOUTS.of(read);
  const values = LAYOUTS.values.slice(0, LAYOUTS.length);
  expect(read).toStrictEqual(expected);
  expect(JSON.stringify(read)).toBe(JSON.stringify(expected));
  const walked = new Layouts();
  for (let time = 0; time < 16; time++) walked.of(structuredClone(read));
  expect(layout?.paths).toEqual(walked.of(structuredClone(read))?.paths);
  expect(values).toStrictEqual(walked.values.slice(0, walked.length));
  return true;
}
