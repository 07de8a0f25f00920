import { looksLikeAccess } from './access.js';
import { apacheError } from './apache-error.js';
import { nginxError } from './nginx-error.js';

// `<34>`, `Nov 23 06:39:04 ` or `2026-11-23T06:39:04.1+09:00 host tag[1]: `.
const SYSLOG =
  /^(?:<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |\d{4}-\d\d-\d\dT[\d:.+Z-]{8,28} \S{1,255} [^\s:[]{1,96}(?:\[\d{1,9}\])?: )/;

/**
 * Whether a text begins as the log lines that people wrap most: access and error logs of web servers, syslog. Cheap, and
 * stricter than what detection tries, because a message of any application is looked at.
 */
export function looksLikeLog(text: string): boolean {
  return looksLikeAccess(text) || SYSLOG.test(text.slice(0, 420)) || nginxError.sniff(text) || apacheError.sniff(text);
}
