import { detach } from '../../event/index.js';
import { isDigit } from '../text/scan.js';

const ZERO = 48;
const FIVE = 53;
const POINT = 46;
const COLON = 58;
const MINUTE_END = 16;
const SECONDS_END = 19;

/** A minute as it was written, and what stood behind the seconds and their fraction: a zone, or nothing. */
interface Minute {
  readonly text: string;
  readonly zone: string;
  /** Epoch ms of its beginning. */
  readonly start: number;
}

/**
 * The minutes of the two ISO 8601 times read lately, as texts: one more time of these minutes costs its seconds and their fraction.
 * No zone changes within a minute. For one time zone; changes no answer.
 */
export class Stamps {
  #one: Minute | undefined = undefined;
  #other: Minute | undefined = undefined;

  /** Epoch ms of a time in one of the minutes known; NaN of others, and of other texts. */
  of(text: string): number {
    const one = timeIn(this.#one, text);
    return Number.isNaN(one) ? timeIn(this.#other, text) : one;
  }

  /** Remembers the minute of a time that was read: where it is written in full and nothing but a zone stands behind it. */
  learn(text: string, time: number): void {
    const found = FORM.exec(text);
    if (found === null || Number.isNaN(time)) return;
    const [, minute = '', seconds = '', fraction = '', zone = ''] = found;
    const ms = Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
    this.#other = this.#one;
    this.#one = { text: detach(minute), zone: detach(zone), start: time - ms };
  }
}

const FORM = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):([0-5]\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d|)$/;

function timeIn(minute: Minute | undefined, text: string): number {
  if (minute === undefined || !text.startsWith(minute.text)) return Number.NaN;
  const tens = text.charCodeAt(MINUTE_END + 1);
  const ones = text.charCodeAt(MINUTE_END + 2);
  const isTime = text.charCodeAt(MINUTE_END) === COLON && tens >= ZERO && tens <= FIVE && isDigit(ones);
  if (!isTime) return Number.NaN;
  let ms = ((tens - ZERO) * 10 + ones - ZERO) * 1000;
  let at = SECONDS_END;
  if (text.charCodeAt(at) === POINT) {
    let worth = 100;
    for (at++; isDigit(text.charCodeAt(at)); at++) {
      ms += worth * (text.charCodeAt(at) - ZERO);
      worth = worth === 1 ? 0 : worth / 10;
    }
    if (at === SECONDS_END + 1) return Number.NaN;
  }
  const { zone } = minute;
  return text.length === at + zone.length && text.endsWith(zone) ? minute.start + ms : Number.NaN;
}
