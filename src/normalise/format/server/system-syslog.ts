import type { Fields } from '../../../event/index.js';
import { readAnyHead } from '../../head/head.js';
import type { Line, SyslogParts, TextFormat } from '../../line.js';
import { isDigit } from '../../text/scan.js';
import { monthAt } from '../../time/time.js';
import { awsElb } from '../web/aws-elb/aws-elb.js';
import { readUsualParts } from '../../head/usual-head.js';
import { usualStructured } from './rfc5424-usual.js';
import { messageFields, PROGRAM_TAGS, usualFields } from './syslog.js';

const GREATER = 62;

/**
 * Syslog lines of any program, RFC 3164 or 5424 (see `head/head.ts`). Programs of log-ins and accounts become `system.auth`,
 * all others `system.syslog`.
 */
export const systemSyslog: TextFormat = {
  reads: 'text',
  name: 'system.syslog',
  aliases: ['syslog', 'rfc3164', 'rfc5424', 'messages'],
  dataset: 'system.syslog',
  sniff: isSyslog,
  parse: (text, line) => parseSyslog(text, line, 'system.syslog'),
  // Other logs begin with a time in digits as well.
  isOthers: (_fields, text) => isDigit(text.charCodeAt(0)) && (!isSyslog(text) || awsElb.sniff(text)),
};

// Storage boxes write a space in their times; many applications do, so that only a host and a numbered program behind it tell;
// PostgreSQL writes a zone in the host's place.
const SPACED =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})? (?!(?:UTC|[A-Z]{1,4}T) )[A-Za-z][\w.-]{0,127} [A-Za-z][\w./-]{0,63}\[\d{1,10}\]: /;

/** Whether a text begins like a syslog line: `<` and a digit, an English month (or a year before it), or an RFC 3339 time. */
export function isSyslog(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first === 60) return isDigit(text.charCodeAt(1));
  if (isDigit(first)) {
    if (text.charCodeAt(4) === 32) return text.charCodeAt(8) === 32 && monthAt(text, 5) > 0;
    if (text.charCodeAt(4) !== 45) return false;
    return text.charCodeAt(10) === 84 || (text.charCodeAt(10) === 32 && isSpaced(text));
  }
  return text.charCodeAt(3) === 32 && monthAt(text, 0) > 0;
}

/** By `SPACED`, where no digit stands behind the time: other logs begin with a date and a time as well, and those lines are many. */
function isSpaced(text: string): boolean {
  return !(text.charCodeAt(19) === 32 && isDigit(text.charCodeAt(20))) && SPACED.test(text.slice(0, 256));
}

/** A syslog line whose other programs belong to `dataset`. */
export function parseSyslog(text: string, line: Line, dataset: string): Fields | undefined {
  setSystem(line, dataset);
  const bytes = line.codes.load(text);
  const program = (bytes[0] as number) > GREATER ? readUsualParts(text, line, PROGRAM_TAGS) : undefined;
  if (program !== undefined) return usualFields(text, line, program);
  const fields = usualStructured(text, line);
  if (fields !== undefined) return fields;
  line.time = Number.NaN;
  return readAnyHead(text, bytes, line) ? messageFields(line) : undefined;
}

/** Tells the data sets of the system's log, where programs other than those of log-ins belong to `dataset`. */
export function setSystem(line: Line, dataset: string): void {
  line.module = 'system';
  line.dataset = dataset;
  line.authDataset = 'system.auth';
}

/** As `parseSyslog`, of a message whose head a shipper has taken off. */
export function headedMessage(
  { program, pid }: SyslogParts,
  host: string | undefined,
  message: string,
  line: Line,
): Fields | undefined {
  line.reset(message.replace(/^ /, ''));
  setSystem(line, 'system.syslog');
  line.host = host;
  line.program = program;
  line.pid = pid;
  return messageFields(line);
}
