import type { Envelope } from '../line.js';
import { simpleEnvelope } from './simple.js';

/**
 * What NXLog's `to_json()` makes of anything but the Windows event log (that is format/server/windows/windows.ts): `EventReceivedTime`,
 * `SourceModuleName`, `SourceModuleType`, the raw line, and syslog's parts where `parse_syslog()` ran. Source: NXLog
 * reference manual, core fields, xm_json and xm_syslog.
 */
export const nxlog: Envelope = simpleEnvelope({
  name: 'nxlog',
  aliases: [],
  keys: ['SourceModuleName'],
  sniff: (json) =>
    'SourceModuleName' in json &&
    !('EventID' in json) &&
    ['Message', 'raw_event', 'message'].some((key) => typeof json[key] === 'string'),
  text: ['Message', 'message', 'raw_event'],
  time: ['EventTime', 'EventReceivedTime'],
  host: ['Hostname', 'MessageSourceAddress'],
  hints: [],
  names: {
    EventTime: '',
    Hostname: '',
    raw_event: '',
    FileName: 'log.file.path',
    SourceName: '',
    ProcessID: '',
    SyslogFacility: 'log.syslog.facility.name',
    SyslogFacilityValue: 'log.syslog.facility.code',
    SyslogSeverity: 'log.syslog.severity.name',
    SyslogSeverityValue: 'log.syslog.severity.code',
    MessageSourceAddress: 'log.source.address',
  },
  rest: 'nxlog.',
  program: 'SourceName',
  pid: 'ProcessID',
});
