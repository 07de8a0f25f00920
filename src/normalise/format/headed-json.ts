import type { Format, TextFormat } from '../line.js';
import { isSyslog, parseSyslog } from './server/system-syslog.js';

/**
 * The formats told, and where one of them reads JSON, behind them one that finds its documents where a shipper sends them as
 * syslog messages: it reads no line itself, but hands over what lies behind a head.
 */
export function headedToo(told: readonly Format[]): readonly Format[] {
  const json = told.find((format) => format.reads === 'json');
  if (json === undefined) return told;
  const headed: TextFormat = {
    reads: 'text',
    name: `syslog with ${json.name}`,
    aliases: [],
    dataset: json.dataset,
    sniff: isSyslog,
    parse(text, line) {
      if (!isSyslog(text)) return undefined;
      parseSyslog(text, line, 'system.syslog');
      if (line.inner === undefined) line.reset();
      return undefined;
    },
  };
  return [...told, headed];
}
