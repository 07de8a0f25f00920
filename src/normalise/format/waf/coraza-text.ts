import type { Fields } from '../../../event/index.js';
import { address, eventFields, put } from '../../capture.js';
import { fill } from '../../fields.js';
import type { Line, TextFormat } from '../../line.js';
import { stringOf } from '../../raw.js';
import { mapped, names } from '../mapped.js';
import { ruleFields } from './modsecurity-text.js';

const DATASET = 'coraza';
const HEAD = /^(?:\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?\[client "([^"]{1,64})"\] Coraza: /;

/**
 * Coraza's error log: `[client "203.0.113.9"] Coraza: Access denied (phase 2). … [file "…"] [id "949110"] [msg "…"] …`, with
 * the time of Go's log package before it or without. Source: Coraza, MatchedRule.ErrorLog; the marks are ModSecurity's.
 */
export const corazaText: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: [],
  dataset: DATASET,
  sniff: (line) => (line.startsWith('[client "') || line.startsWith('[client "', 20)) && HEAD.test(line.slice(0, 128)),
  parse,
};

function parse(line: string, at: Line): Fields | undefined {
  const head = HEAD.exec(line.slice(0, 128));
  if (head === null) return undefined;
  const fields = eventFields(at, DATASET, line.slice(line.indexOf('[')), meaningOf(line));
  const time = at.clock.slashed(line, 0);
  if (!Number.isNaN(time)) at.time = time;
  return setRule(fields, head[1], line);
}

function setRule(fields: Fields, client: string | undefined, message: string): Fields {
  fill(fields, ruleFields(message));
  put(fields, address('source'), client);
  return fields;
}

function meaningOf(message: string): { readonly category: readonly string[]; readonly type: readonly string[] } {
  return {
    category: ['web', 'intrusion_detection'],
    type: [message.includes('Coraza: Access denied') ? 'denied' : 'info'],
  };
}

/** The same within a logger's JSON, as Caddy's module writes it: `{"level", "ts", "logger": "http.handlers.waf", "msg"}`. */
export const corazaLog = mapped({
  name: DATASET,
  aliases: [],
  dataset: DATASET,
  sniff: (json) => typeof json['msg'] === 'string' && HEAD.test(json['msg'].slice(0, 128)),
  time: ['ts', 'time', 'timestamp'],
  message: 'msg',
  rows: [
    ['log.level', 'level'],
    ['log.logger', 'logger'],
  ],
  own: (key) => `coraza.${key}`,
  renamed: names('msg level logger ts'),
  meaning: (raw) => meaningOf(stringOf(raw, 'msg') ?? ''),
  finish: (fields, raw) => {
    const message = stringOf(raw, 'msg') ?? '';
    setRule(fields, HEAD.exec(message.slice(0, 128))?.[1], message);
  },
});
