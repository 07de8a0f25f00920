import type { Envelope } from '../line.js';
import { filebeat } from './filebeat.js';
import { jsonMessage } from './message.js';

/** The JSON envelopes, in the order in which they are tried. Syslog, the envelope of texts, is `head.ts`. */
export const ENVELOPES: readonly Envelope[] = [filebeat, jsonMessage];

/** Names of envelopes, as a told type: the logs inside are then detected. */
export const ENVELOPE_NAMES: readonly string[] = ENVELOPES.flatMap((envelope) => [envelope.name, ...envelope.aliases]);
