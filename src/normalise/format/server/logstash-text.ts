import type { Fields } from '../../../event/index.js';
import type { Line, TextFormat } from '../../line.js';
import { isDigit } from '../../text/scan.js';
import { looksLikeLog } from '../looks.js';

const HEAD = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z) (?:\{name=([^,}\s]{1,255})[^}]{0,512}\}|(\S{1,255})) /;

/**
 * Logstash's default text (codec `plain` of its Kafka output): `TIME HOST the raw line`, the host perhaps written as
 * `{name=web1}`. Only where a known log begins behind the host, because many applications begin their lines with a
 * time and a word. Source: Logstash reference, plain codec.
 */
export const logstashText: TextFormat = {
  reads: 'text',
  name: 'logstash-text',
  aliases: [],
  dataset: 'unknown',
  sniff: (text) => isDigit(text.charCodeAt(0)) && text.charCodeAt(10) === 84 && text.charCodeAt(19) !== 32,
  parse,
};

function parse(text: string, line: Line): Fields | undefined {
  const found = HEAD.exec(text.slice(0, 900));
  if (found === null) return undefined;
  const rest = text.slice(found[0].length);
  if (!rest.startsWith('{') && !looksLikeLog(rest)) return undefined;
  line.original = rest;
  line.inner = {
    text: rest,
    hints: [],
    time: line.clock.iso(text, 0),
    host: found[2] ?? found[3],
    fields: {},
  };
  return undefined;
}
