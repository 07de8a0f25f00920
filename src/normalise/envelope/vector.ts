import type { Envelope } from '../line.js';
import { isDecoded } from './filebeat.js';
import { simpleEnvelope } from './simple.js';

/**
 * Vector's events in its default log schema: `message`, `timestamp`, `host`, `source_type`, and what the source adds
 * (file; syslog: appname, procid, facility, severity; docker_logs; kubernetes_logs; journald). Source: Vector's
 * reference, sources.
 */
export const vector: Envelope = simpleEnvelope({
  name: 'vector',
  aliases: [],
  keys: ['source_type'],
  sniff: (json) => typeof json['source_type'] === 'string' && typeof json['message'] === 'string' && !isDecoded(json),
  text: 'message',
  time: ['timestamp'],
  host: ['host', 'hostname', 'kubernetes.pod_node_name'],
  hints: ['container_name', 'kubernetes.container_name'],
  names: {
    file: 'log.file.path',
    offset: 'log.offset',
    host: '',
    hostname: 'host.hostname',
    timestamp: '',
    appname: '',
    procid: '',
    facility: 'log.syslog.facility.name',
    severity: 'log.syslog.severity.name',
    msgid: 'log.syslog.msgid',
    version: 'log.syslog.version',
    container_id: 'container.id',
    container_name: 'container.name',
    image: 'container.image.name',
    _SYSTEMD_UNIT: 'systemd.unit',
  },
  rest: 'vector.',
  program: ['appname', 'SYSLOG_IDENTIFIER'],
  pid: ['procid', '_PID'],
});
