import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';
import { FACILITIES, SEVERITIES } from '../head/priority.js';

/** What a program's message says beyond its head; everything else stays undefined. */
export interface Meaning {
  readonly category: readonly string[] | undefined;
  readonly type: readonly string[] | undefined;
  readonly action: string | undefined;
  readonly outcome: string | undefined;
  readonly user: string | undefined;
}

/** The meaning of a message that is none of those a rule may count. */
export const NOTHING: Meaning = {
  category: undefined,
  type: undefined,
  action: undefined,
  outcome: undefined,
  user: undefined,
};

/**
 * The fields of a program's message: the head's and the meaning's, always the same keys in the same order. Used for all
 * messages but sshd's, which are so many that they have literals of their own.
 */
export function programFields(line: Line, dataset: string, meaning: Meaning): Fields {
  if (line.priority >= 0) return headedFields(line, dataset, meaning);
  return {
    'event.kind': 'event',
    'event.module': line.module,
    'event.dataset': dataset,
    'event.category': meaning.category,
    'event.type': meaning.type,
    'event.action': meaning.action,
    'event.outcome': meaning.outcome,
    'event.original': line.original,
    message: line.message,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'user.name': meaning.user,
  };
}

/** As `programFields` behind a priority: adding what that says to an event made without it costs more than the event. */
function headedFields(line: Line, dataset: string, meaning: Meaning): Fields {
  const { priority, isStructured } = line;
  return {
    'event.kind': 'event',
    'event.module': line.module,
    'event.dataset': dataset,
    'event.category': meaning.category,
    'event.type': meaning.type,
    'event.action': meaning.action,
    'event.outcome': meaning.outcome,
    'event.original': line.original,
    message: line.message,
    'host.name': line.hostOf(line.host),
    'host.hostname': line.host,
    'process.name': line.program,
    'process.pid': line.pid,
    'user.name': meaning.user,
    'log.syslog.priority': priority,
    'log.syslog.facility.code': priority >> 3,
    'log.syslog.facility.name': FACILITIES[priority >> 3],
    'log.syslog.severity.code': priority & 7,
    'log.syslog.severity.name': SEVERITIES[priority & 7],
    'log.syslog.version': isStructured ? '1' : undefined,
    'log.syslog.appname': isStructured ? line.program : undefined,
    'log.syslog.procid': isStructured ? line.procid : undefined,
    'log.syslog.msgid': isStructured ? line.msgid : undefined,
  };
}

/** The fields of a log-in program's message, with those that only it has. */
export function authFields(line: Line, meaning: Meaning, more?: Fields): Fields {
  const fields = programFields(line, line.authDataset, meaning);
  for (const name in more) fields[name] = more[name];
  return fields;
}
