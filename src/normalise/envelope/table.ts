import type { Envelope, JsonObject } from '../line.js';
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

/** For each key the envelopes whose documents may be told by it: one bit each. */
const BITS: ReadonlyMap<string, number> = ENVELOPES.reduce((bits, { keys }, index) => {
  for (const key of keys) bits.set(key, (bits.get(key) ?? 0) | (1 << index));
  return bits;
}, new Map<string, number>());

/** The envelope that an object is; undefined: none. Costs a look-up a key, and a closer look for those that have theirs. */
export function envelopeOf(object: JsonObject): Envelope | undefined {
  let bits = 0;
  for (const key in object) bits |= BITS.get(key) ?? 0;
  if (bits === 0) return undefined;
  return ENVELOPES.find(({ sniff }, index) => ((bits >> index) & 1) === 1 && sniff(object));
}
