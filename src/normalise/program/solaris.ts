import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import { FACILITIES, SEVERITIES } from '../head/priority.js';

const ID = /^\[ID (\d{1,10}) (\w{1,16})\.(\w{1,16})\] /;
/** Facilities and severities by syslog.conf's names. */
const FACILITY: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit'
      .split(' ')
      .map((name, code) => [name, code]),
  ),
  ...Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`local${at}`, 16 + at])),
};
const SEVERITY: Readonly<Record<string, number>> = {
  ...Object.fromEntries('emerg alert crit err warning notice info debug'.split(' ').map((name, code) => [name, code])),
  error: 3,
};

/**
 * The fields that `read` makes of a message before which Solaris writes its id and priority, `[ID 800047 auth.info] Accepted …`:
 * the message keeps them, its parser doesn't see them. Any other message is read as it stands. Source: msgid(1M), log(7D).
 */
export function identified(line: Line, read: () => Fields | undefined): Fields | undefined {
  const { message, messageAt } = line;
  const found = ID.exec(message.slice(0, 64));
  if (found === null) return read();
  const [whole, id, facility = '', severity = ''] = found;
  line.message = message.slice(whole.length);
  if (messageAt >= 0) line.messageAt = messageAt + whole.length;
  const fields = read();
  if (fields === undefined) return undefined;
  fields['message'] = message;
  fields['event.code'] ??= id;
  setPriority(fields, 'facility', Object.hasOwn(FACILITY, facility) ? FACILITY[facility] : undefined, FACILITIES);
  setPriority(fields, 'severity', Object.hasOwn(SEVERITY, severity) ? SEVERITY[severity] : undefined, SEVERITIES);
  return fields;
}

/** Sets one half of a priority, unless the head told it. */
function setPriority(fields: Fields, half: string, code: number | undefined, names: readonly string[]): void {
  if (code === undefined || fields[`log.syslog.${half}.code`] !== undefined) return;
  fields[`log.syslog.${half}.code`] = code;
  fields[`log.syslog.${half}.name`] = names[code];
}
