import { xmlEventsIn } from './format/server/windows/xml.js';
import { parseArray, parseObject } from './json/json.js';

const LESS = 60;
const BRACE = 123;

/**
 * The logs of a text that holds several: an array of JSON objects, objects on lines of their own, Windows events in XML; undefined
 * for others. Linear.
 */
export function severalIn(text: string): readonly string[] | undefined {
  const first = text.charCodeAt(0);
  if (first === LESS) return xmlEventsIn(text);
  if (first === BRACE) {
    if (!text.includes('}\n{')) return undefined;
    const lines = text.split('\n').filter((one) => one.trim() !== '');
    return lines.every((one) => one.startsWith('{') && one.trimEnd().endsWith('}')) ? lines : undefined;
  }
  if (first !== 91 || !/^\[\s{0,64}\{/.test(text) || !/\}\s{0,64}\]\s{0,64}$/.test(text.slice(-140))) return undefined;
  const items = parseArray(text);
  return items?.map((item) => JSON.stringify(item));
}

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSE = 125;

/**
 * The JSON logs of a text that is nothing but objects one behind another, white space between them or none, as Firehose and
 * Splunk's collector batch them; undefined for any other text, one whose parts are not all JSON too. Linear.
 */
export function concatenatedIn(text: string): readonly string[] | undefined {
  if (!/\}\s{0,64}$/.test(text.slice(-65)) || !/\}\s{0,64}\{/.test(text)) return undefined;
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = objectEnd(text, at);
    if (end < 0) return undefined;
    parts.push(text.slice(at, end));
    for (at = end; /\s/.test(text.charAt(at)); at++);
  }
  return parts.length > 1 && parts.every((part) => parseObject(part) !== undefined) ? parts : undefined;
}

/** The index behind the object that begins at `at`; -1: none does, or it has no end. */
function objectEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== BRACE) return -1;
  let depth = 0;
  let isQuoted = false;
  for (let end = at; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (isQuoted) {
      if (code === BACKSLASH) end++;
      else if (code === QUOTE) isQuoted = false;
    } else if (code === QUOTE) isQuoted = true;
    else if (code === BRACE) depth++;
    else if (code === CLOSE && --depth === 0) return end + 1;
  }
  return -1;
}
