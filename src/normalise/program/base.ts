import type { Fields } from '../../event/index.js';
import type { Line } from '../line.js';

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
  const { headFields } = line;
  if (headFields?.['log.syslog.facility.name'] !== undefined) return headedFields(line, headFields, dataset, meaning);
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
function headedFields(line: Line, head: Fields, dataset: string, meaning: Meaning): Fields {
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
    'log.syslog.priority': head['log.syslog.priority'],
    'log.syslog.facility.code': head['log.syslog.facility.code'],
    'log.syslog.facility.name': head['log.syslog.facility.name'],
    'log.syslog.severity.code': head['log.syslog.severity.code'],
    'log.syslog.severity.name': head['log.syslog.severity.name'],
    'log.syslog.version': head['log.syslog.version'],
    'log.syslog.appname': head['log.syslog.appname'],
    'log.syslog.procid': head['log.syslog.procid'],
    'log.syslog.msgid': head['log.syslog.msgid'],
  };
}

/** The fields of a log-in program's message, with those that only it has. */
export function authFields(line: Line, meaning: Meaning, more?: Fields): Fields {
  const fields = programFields(line, line.authDataset, meaning);
  for (const name in more) fields[name] = more[name];
  return fields;
}
