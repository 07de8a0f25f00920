import type { Fields } from '../../../event/index.js';
import { eventFields, lower, number, put, text } from '../../capture.js';
import type { Line } from '../../line.js';

const STDERR = /^\[(ALERT|WARNING|NOTICE|DIAG)\] {1,4}(?:\d{3}\/\d{6} )?\((\d{1,10})\) : /;
const SERVER = /^(?:Backup )?Server ([\w.:-]{1,128})\/([\w.:-]{1,128}) (?:is (?:UP|DOWN|going|stopping)|was DOWN)/;

/** Whether a text begins as what HAProxy says itself: `[WARNING]  (8) : …`, or `Server be/s1 is DOWN`. Cheap. */
export function isOwn(line: string): boolean {
  const first = line.charCodeAt(0);
  if (first === 91) return STDERR.test(line.slice(0, 40));
  return (first === 83 || first === 66) && SERVER.test(line.slice(0, 320));
}

/**
 * What HAProxy says itself, on standard error (`[WARNING]  (8) : `, before version 2.3 with the day of the year and the time) or
 * of its servers: `Server be/s1 is DOWN, reason: Layer4 connection problem, …`. Undefined for other lines. Source: HAProxy,
 * Management Guide; Configuration Manual, section 8.
 */
export function ownLine(line: string, at: Line): Fields | undefined {
  if (!isOwn(line)) return undefined;
  const head = STDERR.exec(line.slice(0, 40));
  const message = line.slice(head?.[0].length ?? 0);
  const fields = eventFields(at, 'haproxy.log', message, {});
  const server = SERVER.exec(message.slice(0, 320));
  put(fields, lower('log.level'), head?.[1]);
  put(fields, number('process.pid'), head?.[2]);
  put(fields, text('haproxy.backend_name'), server?.[1]);
  put(fields, text('haproxy.server_name'), server?.[2]);
  return fields;
}
