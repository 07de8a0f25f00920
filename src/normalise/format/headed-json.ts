import type { Format, Line, TextFormat } from '../line.js';
import { isSyslog, parseSyslog } from './server/system-syslog.js';

/**
 * The formats told, and where one of them reads JSON, behind them one that finds its documents where a shipper sends them as
 * syslog messages: it reads no line itself, but hands over what lies behind a head.
 */
export function headedToo(told: readonly Format[]): readonly Format[] {
  const json = told.find((format) => format.reads === 'json');
  if (json === undefined) return told;
  const { name, dataset } = json;
  const headed: TextFormat = {
    reads: 'text',
    name: `syslog with ${name}`,
    aliases: [],
    dataset,
    sniff: isSyslog,
    parse: passHead,
  };
  return [...told, headed];
}

/** Whether lines of text are what a format reads itself, not the head before a document. */
export function readsText(format: Format): boolean {
  return format.reads === 'text' && format.parse !== passHead;
}

function passHead(text: string, line: Line): undefined {
  if (!isSyslog(text)) return undefined;
  parseSyslog(text, line, 'system.syslog');
  if (line.inner === undefined) line.reset();
  return undefined;
}
