import { looksLikeLog } from '../format/looks.js';
import type { Envelope, JsonObject } from '../line.js';
import { isParsed } from './filebeat.js';
import { simpleEnvelope } from './simple.js';

/**
 * Logstash's JSON codec: `{"@timestamp", "@version": "1", "message", "host": {"name"}, "event": {"original"}, "tags"}`, in
 * either ECS compatibility mode. Source: Logstash reference, ECS in Logstash.
 */
export const logstash: Envelope = simpleEnvelope({
  name: 'logstash',
  aliases: [],
  keys: ['@version'],
  sniff: isLogstash,
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

/** Keys of an event that nobody has taken apart: Logstash's own, its inputs' and syslog's. */
const OWN = new Set(
  '@timestamp @version @metadata message host event tags log path type input agent ecs port fields kubernetes container cloud process service data_stream stream program pid logsource facility facility_label severity severity_label priority timestamp'.split(
    ' ',
  ),
);

function isLogstash(json: JsonObject): boolean {
  const { message } = json;
  if (!('@version' in json) || typeof message !== 'string' || isParsed(json)) return false;
  return message.startsWith('{') || looksLikeLog(message) || Object.keys(json).every((key) => OWN.has(key));
}
