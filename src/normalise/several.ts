import { parseArray } from './json/json.js';

const BRACE = 123;

/** The JSON logs of a text that holds several: an array of objects, or objects on lines of their own; undefined for others. Linear. */
export function severalIn(text: string): readonly string[] | undefined {
  const first = text.charCodeAt(0);
  if (first === BRACE) {
    if (!text.includes('}\n{')) return undefined;
    const lines = text.split('\n').filter((one) => one.trim() !== '');
    return lines.every((one) => one.startsWith('{') && one.trimEnd().endsWith('}')) ? lines : undefined;
  }
  if (first !== 91 || !/^\[\s{0,64}\{/.test(text) || !/\}\s{0,64}\]\s{0,64}$/.test(text.slice(-140))) return undefined;
  const items = parseArray(text);
  return items?.map((item) => JSON.stringify(item));
}
