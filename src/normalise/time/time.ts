import { detach } from '../../event/index.js';
import { anyTime } from './any-time.js';
import { clockAt, type DateParts, DAY, isPadded, monthAt, offsetAt, two, utc, yearAt } from './calendar.js';
import { pastDigits, timeOfDay } from '../text/codes.js';
import { digits, isDigit, skipDigits } from '../text/scan.js';
import { Stamps } from './stamps.js';
import { LocalZone } from './zone.js';

export { type DateParts, epoch, monthAt, utc } from './calendar.js';

const COLON = 58;
const SPACE = 32;

/**
 * Reads the times that logs write, for one zone. Every method takes a text and an index, returns epoch ms (NaN where
 * no such time stands there) and leaves `end` behind what it read. Remembers the last day of each form, so that most
 * lines cost only their digits.
 */
export class Clock {
  readonly #zone: LocalZone;
  /** For times that are texts of their own. */
  readonly stamps = new Stamps();
  /** Index behind the last time read; meaningless after NaN. */
  end = 0;
  /** `Nov 23 ` as bytes, and that day's local midnight. */
  readonly #bsdKey = new Uint8Array(7);
  #bsdDay = Number.NaN;
  /** `23/Nov/2026:hh:mm:ss +0000` as bytes, and that day's midnight there. */
  readonly #clfKey = new Uint8Array(26);
  #clfDay = Number.NaN;
  /** `2026-11-23` as bytes, and the `#day` it is. */
  readonly #isoKey = new Uint8Array(10);
  #isoKeyOf = '-';
  #slashed = '';
  #slashedTime = Number.NaN;
  #day = '';
  #dayTime = Number.NaN;

  constructor(zone: string) {
    this.#zone = new LocalZone(zone);
  }

  /** A whole text by a pattern of Luxon's tokens, in this zone where the text names none; English names. */
  formatted(text: string, pattern: string): number {
    return this.#zone.parse(text, pattern);
  }

  /**
   * RFC 3164 `Nov 23 06:39:04` in this zone (a day of one digit padded or not; an optional year behind the day;
   * fractions of a second read). Without a year: the latest one that is not more than a day after the receive
   * time, so a line of 31 December received on 1 January is last year's.
   */
  bsd(text: string, at: number, receiveTime: number): number {
    const time = this.#readBsd(text, at, receiveTime);
    this.#bsdDay = Number.NaN;
    return time;
  }

  /** As `bsd`, from the bytes of the same text (16 of them at least): a stamp of the day read last costs some fifteen reads. */
  bsdIn(bytes: Uint8Array, text: string, at: number, receiveTime: number): number {
    const again = this.bsdAgain(bytes, at, receiveTime);
    if (!Number.isNaN(again)) {
      this.end = at + 15;
      return again;
    }
    // Only a stamp whose year was settled leaves a day to remember.
    this.#bsdDay = Number.NaN;
    const time = this.#readBsd(text, at, receiveTime);
    if (!Number.isNaN(this.#bsdDay))
      for (let index = 0; index < 7; index++) this.#bsdKey[index] = bytes[at + index] as number;
    return time;
  }

  /** As `bsdIn` for a stamp of the day read last, else NaN. Changes nothing; 16 bytes at least. */
  bsdAgain(bytes: Uint8Array, at: number, receiveTime: number): number {
    if (!this.#isBsdDay(bytes, at)) return Number.NaN;
    const time = this.#zone.toUtc(this.#bsdDay + timeOfDay(bytes, at + 7));
    const slack = receiveTime + DAY - time;
    // Less than the shortest year away: no other year comes nearer. False for NaN.
    return slack >= 0 && slack < 365 * DAY ? time : Number.NaN;
  }

  #isBsdDay(bytes: Uint8Array, at: number): boolean {
    if (bytes[at + 15] !== SPACE || Number.isNaN(this.#bsdDay)) return false;
    for (let index = 0; index < 7; index++) if (bytes[at + index] !== this.#bsdKey[index]) return false;
    return true;
  }

  #readBsd(text: string, at: number, receiveTime: number): number {
    const month = monthAt(text, at);
    if (month === 0 || text.charCodeAt(at + 3) !== SPACE) return Number.NaN;
    const padded = text.charCodeAt(at + 5) !== SPACE;
    const day = padded ? two(text, at + 4) : digits(text, at + 4, at + 5);
    let start = at + (padded ? 7 : 6);
    const year = yearAt(text, start);
    if (year !== undefined) start += 5;
    const time = clockAt(text, start);
    if (day === undefined || Number.isNaN(time) || text.charCodeAt(start - 1) !== SPACE) return Number.NaN;
    this.end = start + 8;
    const result =
      year === undefined
        ? this.#settleYear(month, day, time, receiveTime)
        : this.local(utc(year, month, day, 0, 0, 0) + time);
    return result + this.#fraction(text);
  }

  #settleYear(month: number, day: number, time: number, receiveTime: number): number {
    const limit = receiveTime + DAY;
    const newest = new Date(limit).getUTCFullYear() + 1;
    // Nine years hold a 29 February even around 2100.
    for (let year = newest; year > newest - 10; year--) {
      const local = utc(year, month, day, 0, 0, 0) + time;
      if (local - DAY > limit || Number.isNaN(local)) continue;
      const instant = this.local(local);
      if (instant > limit) continue;
      this.#bsdDay = local - time;
      return instant;
    }
    return Number.NaN;
  }

  /** RFC 3339 and ISO 8601 `2026-11-23T06:39:04.123+01:00`; a space or a slash will do, a missing zone is this zone. */
  iso(text: string, at: number): number {
    if (text.charCodeAt(at + 4) !== 45 || text.charCodeAt(at + 7) !== 45) return Number.NaN;
    const separator = text.charCodeAt(at + 10) | 32;
    if (separator !== 116 && separator !== SPACE) return Number.NaN;
    const local = this.#isoDay(text, at) + clockAt(text, at + 11);
    if (Number.isNaN(local)) return Number.NaN;
    this.end = at + 19;
    const fraction = this.#fraction(text);
    const zone = offsetAt(text, this.end);
    this.end = zone.end;
    return fraction + (Number.isNaN(zone.offset) ? this.local(local) : local - zone.offset);
  }

  /** As `iso`, from the bytes of the same text, which ends at `length`: a stamp in UTC of the day read last costs some thirty reads. */
  isoIn(bytes: Uint8Array, text: string, at: number, length: number): number {
    if (at + 19 > length || !this.#isIsoDay(bytes, at)) return this.#isoAnew(bytes, text, at);
    const written = this.#wall(bytes, at, length);
    if (Number.isNaN(written) || this.end === length || bytes[this.end] !== 90) return this.iso(text, at);
    this.end++;
    return written;
  }

  /**
   * The date and time of day of `2026-11-23 06:39:04.123` at `at` as if it were UTC, from the bytes of the same text; what
   * stands behind its fraction is not read. NaN for any other form, spaces for zeros too.
   */
  wallIn(bytes: Uint8Array, text: string, at: number, length: number): number {
    if (at + 19 > length || isPadded(bytes, at)) return Number.NaN;
    if (!this.#isIsoDay(bytes, at)) this.#isoAnew(bytes, text, at);
    return this.#isIsoDay(bytes, at) ? this.#wall(bytes, at, length) : Number.NaN;
  }

  /** A stamp whose day is the one read last; NaN where no time of day stands there. */
  #wall(bytes: Uint8Array, at: number, length: number): number {
    const separator = bytes[at + 10] as number;
    if (separator !== 84 && separator !== SPACE) return Number.NaN;
    const time = timeOfDay(bytes, at + 11);
    const start = at + 20;
    this.end = at + 19;
    if (start >= length || bytes[at + 19] !== 46 || !isDigit(bytes[start] as number)) return this.#dayTime + time;
    const end = pastDigits(bytes, start, length);
    let fraction = 0;
    for (let digit = start; digit < start + 3; digit++)
      fraction = fraction * 10 + (digit < end ? (bytes[digit] as number) - 48 : 0);
    this.end = end;
    return this.#dayTime + time + fraction;
  }

  #isIsoDay(bytes: Uint8Array, at: number): boolean {
    for (let index = 0; index < 10; index++) if (bytes[at + index] !== this.#isoKey[index]) return false;
    return this.#isoKeyOf === this.#day;
  }

  #isoAnew(bytes: Uint8Array, text: string, at: number): number {
    const time = this.iso(text, at);
    if (Number.isNaN(time)) return time;
    for (let index = 0; index < 10; index++) this.#isoKey[index] = bytes[at + index] as number;
    this.#isoKeyOf = this.#day;
    return time;
  }

  #isoDay(text: string, at: number): number {
    if (text.startsWith(this.#day, at) && this.#day !== '') return this.#dayTime;
    const year = digits(text, at, at + 4);
    if (year === undefined) return Number.NaN;
    const time = utc(year, two(text, at + 5), two(text, at + 8), 0, 0, 0);
    // What is no day is not remembered: cut short, it would stand for all days that begin so.
    if (Number.isNaN(time)) return time;
    this.#dayTime = time;
    this.#day = detach(text.slice(at, at + 10));
    return this.#dayTime;
  }

  /** Common log format `23/Nov/2026:06:39:04 +0000`, 26 characters. */
  clf(text: string, at: number): number {
    const year = digits(text, at + 7, at + 11);
    const month = monthAt(text, at + 3);
    if (year === undefined || text.charCodeAt(at + 2) !== 47 || text.charCodeAt(at + 6) !== 47) return Number.NaN;
    if (text.charCodeAt(at + 11) !== COLON || text.charCodeAt(at + 20) !== SPACE) return Number.NaN;
    const zone = offsetAt(text, at + 21);
    const time = utc(year, month, two(text, at), 0, 0, 0) + clockAt(text, at + 12) - zone.offset;
    if (Number.isNaN(time) || zone.end !== at + 26) return Number.NaN;
    this.end = at + 26;
    return time;
  }

  /** As `clf`, from the bytes of the same text: a stamp of the day read last costs some thirty reads. */
  clfIn(bytes: Uint8Array, text: string, at: number): number {
    if (this.#isClfDay(bytes, at)) {
      const time = this.#clfDay + timeOfDay(bytes, at + 12);
      if (!Number.isNaN(time)) {
        this.end = at + 26;
        return time;
      }
    }
    const time = this.clf(text, at);
    this.#clfDay = time - timeOfDay(bytes, at + 12);
    for (let index = 0; index < 26; index++) this.#clfKey[index] = bytes[at + index] as number;
    return time;
  }

  /** Compares all but the time of day. */
  #isClfDay(bytes: Uint8Array, at: number): boolean {
    for (let index = 0; index < 12; index++) if (bytes[at + index] !== this.#clfKey[index]) return false;
    for (let index = 20; index < 26; index++) if (bytes[at + index] !== this.#clfKey[index]) return false;
    return !Number.isNaN(this.#clfDay);
  }

  /** nginx's error log `2026/11/23 06:39:04` in this zone. */
  slashed(text: string, at: number): number {
    this.end = at + 19;
    if (this.#slashed !== '' && text.startsWith(this.#slashed, at)) return this.#slashedTime;
    const year = digits(text, at, at + 4);
    if (year === undefined || text.charCodeAt(at + 4) !== 47 || text.charCodeAt(at + 7) !== 47) return Number.NaN;
    const local = utc(year, two(text, at + 5), two(text, at + 8), 0, 0, 0) + clockAt(text, at + 11);
    if (Number.isNaN(local) || text.charCodeAt(at + 10) !== SPACE) return Number.NaN;
    this.#slashed = detach(text.slice(at, at + 19));
    this.#slashedTime = this.local(local);
    return this.#slashedTime;
  }

  /** Apache's error log `Mon Nov 23 06:39:04.123456 2026` in this zone. */
  ctime(text: string, at: number): number {
    const month = monthAt(text, at + 4);
    const time = clockAt(text, at + 11);
    if (month === 0 || Number.isNaN(time)) return Number.NaN;
    this.end = at + 19;
    const fraction = this.#fraction(text);
    const year = yearAt(text, this.end + 1, 93);
    if (year === undefined || text.charCodeAt(this.end) !== SPACE) return Number.NaN;
    this.end += 5;
    return this.local(utc(year, month, two(text, at + 8), 0, 0, 0) + time) + fraction;
  }

  /**
   * A local time whose date is known: `HH:MM:SS[.fff][ ][zone]` at `at`, month from 1. Without a zone it is this one's;
   * without a year the latest that is not more than a day after the receive time.
   */
  parts(text: string, at: number, date: DateParts, receiveTime: number): number {
    const { year, month, day } = date;
    const time = clockAt(text, at);
    this.end = at + 8;
    const fraction = this.#fraction(text);
    if (year === undefined) {
      const settled = Number.isNaN(time) ? time : this.#settleYear(month, day, time, receiveTime);
      this.#bsdDay = Number.NaN;
      return settled + fraction;
    }
    const zone = offsetAt(text, text.charCodeAt(this.end) === SPACE ? this.end + 1 : this.end);
    const local = utc(year, month, day, 0, 0, 0) + time + fraction;
    if (Number.isNaN(zone.offset)) return this.local(local);
    this.end = zone.end;
    return local - zone.offset;
  }

  /** A time of any form above or a rarer one, alone in its text, a zone behind it read; NaN where it is none. */
  any(text: string, receiveTime: number): number {
    return anyTime(this, text, receiveTime);
  }

  /** The instant of a time of this zone told as if it were UTC, epoch ms; NaN of NaN. */
  local(local: number): number {
    return Number.isNaN(local) ? local : this.#zone.toUtc(local);
  }

  /** `.123456` or `,123` at `end`: ms, rounded down; moves `end`. */
  #fraction(text: string): number {
    const mark = text.charCodeAt(this.end);
    if ((mark !== 46 && mark !== 44) || !isDigit(text.charCodeAt(this.end + 1))) return 0;
    const start = this.end + 1;
    this.end = skipDigits(text, start);
    let ms = 0;
    for (let at = start; at < start + 3; at++) ms = ms * 10 + (at < this.end ? text.charCodeAt(at) - 48 : 0);
    return ms;
  }
}
