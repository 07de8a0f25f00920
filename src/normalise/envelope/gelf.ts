import type { Envelope } from '../line.js';
import { simpleEnvelope } from './simple.js';

/**
 * GELF 1.1: `{"version": "1.1", "host", "short_message", "full_message", "timestamp", "level", "_…"}`; the full message is
 * the log where there is one. Source: Graylog, GELF payload specification.
 */
export const gelf: Envelope = simpleEnvelope({
  name: 'gelf',
  aliases: ['graylog'],
  keys: ['short_message'],
  sniff: (json) => typeof json['short_message'] === 'string' && 'version' in json,
  text: ['full_message', 'short_message'],
  time: ['timestamp'],
  host: ['host'],
  hints: ['_container_name'],
  names: {
    version: '',
    host: '',
    timestamp: '',
    level: 'log.syslog.severity.code',
    facility: 'log.syslog.facility.name',
    _container_id: 'container.id',
    _container_name: 'container.name',
    _image_name: 'container.image.name',
    _file: 'log.file.path',
    _process_id: '',
  },
  rest: 'gelf.',
  program: '_application_name',
  pid: '_process_id',
});
