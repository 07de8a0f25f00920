import type { Envelope } from '../line.js';
import { isParsed } from './filebeat.js';
import { simpleEnvelope } from './simple.js';

/**
 * Logstash's JSON codec: `{"@timestamp", "@version": "1", "message", "host": {"name"}, "event": {"original"}, "tags"}`, in
 * either ECS compatibility mode. Source: Logstash reference, ECS in Logstash.
 */
export const logstash: Envelope = simpleEnvelope({
  name: 'logstash',
  aliases: [],
  sniff: (json) =>
    '@version' in json &&
    typeof json['message'] === 'string' &&
    !('logger_name' in json) &&
    !('winlog' in json) &&
    !isParsed(json),
  text: ['message', 'event.original'],
  time: ['@timestamp'],
  host: ['host.name', 'host.hostname', 'host', 'hostname'],
  hints: ['event.dataset', 'data_stream.dataset', 'type', '@metadata.type'],
  names: {
    '@timestamp': '',
    '@version': '',
    'event.original': '',
    host: '',
    'host.name': '',
    path: 'log.file.path',
    pid: '',
    program: '',
    logsource: 'host.hostname',
    facility: 'log.syslog.facility.code',
    facility_label: 'log.syslog.facility.name',
    severity: 'log.syslog.severity.code',
    severity_label: 'log.syslog.severity.name',
    priority: 'log.syslog.priority',
  },
  rest: 'logstash.',
  program: ['process.name', 'program'],
  pid: ['process.pid', 'pid'],
});
