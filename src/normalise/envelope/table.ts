import type { Envelope } from '../line.js';
import { docker } from './docker.js';
import { encoded } from './encoded.js';
import { filebeat } from './filebeat.js';
import { fluentBit } from './fluent-bit.js';
import { gcpEntry } from './gcp-entry.js';
import { gelf } from './gelf.js';
import { logstash } from './logstash.js';
import { jsonMessage } from './message.js';
import { nxlog } from './nxlog.js';
import { otel } from './otel.js';
import { records } from './records.js';
import { rsyslog } from './rsyslog.js';
import { splunkHec } from './splunk-hec.js';
import { syslogNg } from './syslog-ng.js';
import { telegraf } from './telegraf.js';
import { vector } from './vector.js';

/** The JSON envelopes, in the order in which they are tried. Syslog, the envelope of texts, is `head/head.ts`. */
export const ENVELOPES: readonly Envelope[] = [
  filebeat,
  otel,
  vector,
  fluentBit,
  docker,
  rsyslog,
  syslogNg,
  gelf,
  nxlog,
  splunkHec,
  gcpEntry,
  telegraf,
  logstash,
  records,
  encoded,
  jsonMessage,
];

/** Names of envelopes, as a told type: the logs inside are then detected. */
export const ENVELOPE_NAMES: readonly string[] = ENVELOPES.flatMap((envelope) => [envelope.name, ...envelope.aliases]);
