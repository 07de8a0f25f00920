import type { Failure } from '../event/index.js';

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
