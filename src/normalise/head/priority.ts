import type { Fields } from '../../event/index.js';

// RFC 5424, tables 1 and 2.
/** Names of facilities by their code. */
export const FACILITIES = [
  'kernel',
  'user-level',
  'mail',
  'system',
  'security/authorization',
  'syslogd',
  'line-printer',
  'network-news',
  'uucp',
  'clock',
  'security/authorization',
  'ftp',
  'ntp',
  'log-audit',
  'log-alert',
  'clock',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
];
/** Names of severities by their code. */
export const SEVERITIES = ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Informational', 'Debug'];

/** ECS fields of a syslog PRI value (RFC 5424, section 6.2.1), 0–191. */
export function priorityFields(priority: number): Fields {
  const facility = priority >> 3;
  const severity = priority & 7;
  return {
    'log.syslog.priority': priority,
    'log.syslog.facility.code': facility,
    'log.syslog.facility.name': FACILITIES[facility],
    'log.syslog.severity.code': severity,
    'log.syslog.severity.name': SEVERITIES[severity],
    'log.syslog.version': undefined,
    'log.syslog.appname': undefined,
    'log.syslog.procid': undefined,
    'log.syslog.msgid': undefined,
  };
}

/** A syslog PRI value and what it says. */
export interface Priority {
  readonly code: number;
  readonly facility: number;
  readonly facilityName: string | undefined;
  readonly severity: number;
  readonly severityName: string | undefined;
}

/** By their value, 0 to 191. */
export const PRIORITIES: readonly Priority[] = Array.from({ length: 192 }, (_, code) => ({
  code,
  facility: code >> 3,
  facilityName: FACILITIES[code >> 3],
  severity: code & 7,
  severityName: SEVERITIES[code & 7],
}));
