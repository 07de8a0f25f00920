import type { Envelope, JsonObject } from '../line.js';
import { looksLikeLog } from '../format/looks.js';
import { isDecoded } from './filebeat.js';
import { simpleEnvelope } from './simple.js';

/**
 * Fluent Bit: `{"@timestamp": 1700000000.123, "log": "raw"}` (or `date`), with `kubernetes{}`, `stream` and the path key a
 * tail input adds. Its systemd input is journald's (format/server/journald.ts). Source: Fluent Bit manual, Kafka output, tail
 * input, Kubernetes filter.
 */
export const fluentBit: Envelope = simpleEnvelope({
  name: 'fluentbit',
  aliases: ['fluent-bit', 'fluent_bit'],
  keys: ['log', 'message'],
  sniff: isFluent,
  text: ['log', 'message', 'MESSAGE'],
  time: ['time', '@timestamp', 'date'],
  host: ['host.name', 'host', 'hostname', '_HOSTNAME', 'kubernetes.host'],
  hints: ['kubernetes.container_name'],
  names: {
    '@timestamp': '',
    date: '',
    time: '',
    host: '',
    hostname: 'host.hostname',
    file: 'log.file.path',
    filename: 'log.file.path',
    filepath: 'log.file.path',
    path: 'log.file.path',
    stream: 'stream',
    tag: 'fluentbit.tag',
    _p: 'logtag',
    ident: '',
    pid: '',
    pri: 'log.syslog.priority',
  },
  rest: 'fluentbit.',
  program: 'ident',
  pid: 'pid',
});

/** A `log` is always raw; a `message` is where it is syslog's or a container's, or begins as a known log does. */
function isFluent(json: JsonObject): boolean {
  const { log, message } = json;
  const isCarried = 'kubernetes' in json || typeof json['ident'] === 'string';
  const isTimed = typeof json['@timestamp'] === 'number' || typeof json['date'] === 'number';
  if (typeof log === 'string') return isCarried || isTimed;
  if (typeof message !== 'string' || PARSED.some((key) => key in json) || isDecoded(json)) return false;
  return isCarried || (isTimed && (message.startsWith('{') || looksLikeLog(message)));
}

/** Keys of documents that somebody has parsed already. */
const PARSED = ['ecs', 'event', 'source', 'user', 'event_type', 'level', 'logger'];
