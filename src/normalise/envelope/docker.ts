import type { Envelope } from '../line.js';
import { simpleEnvelope } from './simple.js';

/**
 * Docker's json-file driver: `{"log": "raw\n", "stream": "stdout", "time": "…Z"}`, perhaps with `attrs`. Source: Docker
 * documentation, JSON File logging driver.
 */
export const docker: Envelope = simpleEnvelope({
  name: 'docker',
  aliases: ['docker-json', 'json-file'],
  keys: ['stream'],
  sniff: (json) => typeof json['log'] === 'string' && typeof json['stream'] === 'string',
  text: 'log',
  time: ['time', '@timestamp'],
  host: ['host', 'hostname'],
  hints: ['attrs.tag'],
  names: { time: '', '@timestamp': '', stream: 'stream', host: '', hostname: 'host.hostname' },
  rest: 'docker.',
});
