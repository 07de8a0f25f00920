import type { Envelope, JsonObject } from '../line.js';
import { simpleEnvelope } from './simple.js';

const TELLING = ['programname', 'syslogtag', 'program-name', 'syslog-tag', 'syslogseverity-text', 'timereported'];

/**
 * rsyslog's omkafka with a JSON template: `message` (or `msg`, `rawmsg`), host, timestamp, severity, facility, programname
 * or syslogtag, by the names of rsyslog's properties or of its jsonmesg. Source: rsyslog documentation, properties and
 * templates. Its default text is syslog's.
 */
export const rsyslog: Envelope = simpleEnvelope({
  name: 'rsyslog',
  aliases: ['omkafka'],
  keys: TELLING,
  sniff: (json) => hasText(json) && TELLING.some((key) => typeof json[key] === 'string'),
  text: ['message', 'msg', 'rawmsg'],
  time: ['timestamp', '@timestamp', 'timereported', 'timegenerated', 'time'],
  host: ['host.name', 'host', 'hostname', 'HOSTNAME', 'fromhost', 'source'],
  hints: [],
  names: {
    timestamp: '',
    '@timestamp': '',
    timereported: '',
    timegenerated: 'rsyslog.timegenerated',
    time: '',
    host: '',
    hostname: '',
    source: '',
    programname: '',
    'app-name': '',
    'program-name': '',
    procid: '',
    syslogtag: '',
    'syslog-tag': '',
    rawmsg: '',
    msgid: 'log.syslog.msgid',
    pri: 'log.syslog.priority',
    severity: 'log.syslog.severity.name',
    'syslogseverity-text': 'log.syslog.severity.name',
    'severity-text': 'log.syslog.severity.name',
    syslogseverity: 'log.syslog.severity.code',
    facility: 'log.syslog.facility.name',
    'syslogfacility-text': 'log.syslog.facility.name',
    'facility-text': 'log.syslog.facility.name',
    syslogfacility: 'log.syslog.facility.code',
    'fromhost-ip': 'log.source.address',
  },
  rest: 'rsyslog.',
  program: ['programname', 'program-name', 'app-name', 'syslogtag', 'syslog-tag'],
  pid: 'procid',
});

function hasText({ message, msg, rawmsg }: JsonObject): boolean {
  return typeof message === 'string' || typeof msg === 'string' || typeof rawmsg === 'string';
}
