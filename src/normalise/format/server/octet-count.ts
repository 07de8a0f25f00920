import type { TextFormat } from '../../line.js';
import { isDigit } from '../../text/scan.js';

const FRAME = /^[1-9]\d{0,5} (?=<\d{1,3}>1 (?:\d{4}-|- ))/;

/**
 * A syslog message behind its length, `83 <40>1 2026-11-23T06:39:04Z …`, as a drain's body has it (Heroku's logplex) where no
 * listener took the frame off. Its end is the record's: the length is not believed. Source: RFC 6587, section 3.4.1.
 */
export const octetCounted: TextFormat = {
  reads: 'text',
  name: 'octet-counted',
  aliases: ['logplex'],
  dataset: 'unknown',
  sniff: (text) => isDigit(text.charCodeAt(0)) && FRAME.test(text.slice(0, 24)),
  parse: (text, line) => {
    const head = FRAME.exec(text.slice(0, 24));
    if (head === null) return undefined;
    const inner = text.slice(head[0].length);
    line.inner = { text: inner, hints: [], time: Number.NaN, host: undefined, fields: {} };
    return undefined;
  },
};
