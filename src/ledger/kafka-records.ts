import type { AlertDocument, DeadLetter, Failure } from '../event/index.js';
import { formatPosition } from '../event/index.js';

const VERSION = 1;

/** An alert as a record of the alerts topic: its id the key, so that all its revisions are in one partition, in order. */
export function encodeAlert(alert: AlertDocument): { readonly key: string; readonly value: string } {
  const { id, revision, severity, document } = alert;
  return { key: id, value: JSON.stringify({ v: VERSION, id, revision, severity, document }) };
}

/** Reads such a record; what is none becomes a failure. Never throws. */
export function decodeAlert(value: Buffer | null): AlertDocument | Failure {
  try {
    const parsed = JSON.parse(value?.toString('utf8') ?? 'null') as (AlertDocument & { readonly v?: unknown }) | null;
    const { v, id, revision, severity, document } = parsed ?? {};
    const isAlert =
      typeof id === 'string' && id !== '' && Number.isSafeInteger(revision) && typeof severity === 'number';
    if (v === VERSION && isAlert && typeof document === 'object' && document !== null) {
      return { id, revision: revision as number, severity, document };
    }
  } catch {
    // Told below: it is no JSON.
  }
  return { code: 'kafka.alert', message: 'the record is no alert; only Sekisho may write to this topic' };
}

/** Of a dead letter's bytes at most this many are kept: brokers take no larger records. */
const LETTER_BYTES = 1_048_576;

/** A dead letter as a record of the dead-letter topic, keyed by position; bytes in Base64, cut at 1 MiB, which is told. */
export function encodeDeadLetter(letter: DeadLetter): { readonly key: string; readonly value: string } {
  const { position, label, receiveTime, bytes } = letter;
  const isCut = bytes.length > LETTER_BYTES;
  const message = `${letter.failure.message}; the first ${LETTER_BYTES} of its ${bytes.length} bytes are kept`;
  const failure = isCut ? { ...letter.failure, message } : letter.failure;
  const kept = Buffer.from(isCut ? bytes.subarray(0, LETTER_BYTES) : bytes).toString('base64');
  return {
    key: formatPosition(position),
    value: JSON.stringify({ v: VERSION, position, label, receiveTime, failure, bytes: kept }),
  };
}
