import type { Envelope } from '../line.js';
import { simpleEnvelope } from './simple.js';

/**
 * syslog-ng's `format-json` with its macros' own, upper-case names: PROGRAM, PRIORITY, MESSAGE, HOST, FACILITY, ISODATE or
 * DATE, PID, SOURCEIP. Source: syslog-ng administration guide, kafka-c() and macros. Its default text is syslog's.
 */
export const syslogNg: Envelope = simpleEnvelope({
  name: 'syslog-ng',
  aliases: ['syslogng', 'syslog_ng'],
  keys: ['MESSAGE', 'MSG'],
  sniff: (json) =>
    (typeof json['MESSAGE'] === 'string' || typeof json['MSG'] === 'string') &&
    !('__REALTIME_TIMESTAMP' in json) &&
    ('PROGRAM' in json || 'ISODATE' in json || 'HOST' in json || 'HOST_FROM' in json),
  text: ['MESSAGE', 'MSG'],
  time: ['ISODATE', 'S_ISODATE', 'R_ISODATE', 'UNIXTIME', 'DATE', 'S_DATE', 'R_DATE', '@timestamp'],
  host: ['HOST', 'FULLHOST', 'HOST_FROM'],
  hints: [],
  names: {
    ISODATE: '',
    DATE: '',
    UNIXTIME: '',
    HOST: '',
    PROGRAM: '',
    PID: '',
    '@timestamp': '',
    MSGID: 'log.syslog.msgid',
    PRIORITY: 'log.syslog.severity.name',
    LEVEL: 'log.syslog.severity.name',
    FACILITY: 'log.syslog.facility.name',
    PRI: 'log.syslog.priority',
    FILE_NAME: 'log.file.path',
    SOURCEIP: 'log.source.address',
    HOST_FROM: 'syslog_ng.host_from',
    TAGS: 'syslog_ng.tags',
    LEGACY_MSGHDR: '',
    SOURCE: 'syslog_ng.source',
  },
  rest: 'syslog_ng.',
  program: 'PROGRAM',
  pid: 'PID',
});
