import type { DeadLetter, Failure, LogRecord, Source } from '../event/index.js';

/** A time this far beyond the receive time, ms, is doubtful: it moves no watermark. */
export const FUTURE = 5 * 60_000;

/**
 * A time this long before the receive time, ms, is doubtful: twenty years, so that logs of an archive are not, but what a machine
 * tells whose clock was never set (1970, 1980, 2000) is.
 */
export const PAST = 20 * 365.25 * 86_400_000;

/** What is doubtful about an event's time, as a tag; undefined: nothing. */
export function doubtOf(time: number, receiveTime: number): 'sekisho.future-time' | 'sekisho.past-time' | undefined {
  if (time > receiveTime + FUTURE) return 'sekisho.future-time';
  return time < receiveTime - PAST ? 'sekisho.past-time' : undefined;
}

/** The longest record that can become an event, in UTF-16 units. */
export const MAX_LENGTH = 1 << 20;

/** A record longer than that. */
export const OVERSIZED: Failure = {
  code: 'normalise.oversized',
  message: `The record is longer than ${MAX_LENGTH} characters; split it where it is written.`,
};

/** A record that begins like JSON where JSON was told. */
export const BROKEN_JSON: Failure = {
  code: 'normalise.json',
  message: 'The record begins like JSON but is not; it may have been cut off by its shipper.',
};

/** A record that is none where JSON was told. */
export const NOT_JSON: Failure = {
  code: 'normalise.json',
  message: 'The record is not JSON, but the type of its input is; leave the type out to have it detected.',
};

/** What is set aside of a record that can't be an event: its bytes, where it stood, and why. */
export function deadLetterOf(source: Source, record: LogRecord, failure: Failure): DeadLetter {
  const { offset, receiveTime, bytes, text } = record;
  return {
    position: { source: source.id, offset, sub: 0 },
    label: source.label,
    receiveTime,
    bytes: bytes ?? Buffer.from(text),
    failure,
  };
}
