import { createRequire } from 'node:module';
import type * as Luxon from 'luxon';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/**
 * Local wall-clock times of one IANA zone, turned into epoch milliseconds.
 *
 * A time that occurs twice (clocks set back) is read as the first of the two; one that never occurs (clocks set
 * forward) is moved on by the gap. luxon is asked once per quarter hour of log time; a time in the same quarter hour as
 * the last one costs a division. An unknown zone counts as UTC: the configuration refuses it earlier. In UTC, and where
 * every time tells its zone, luxon is not even loaded.
 */
export class LocalZone {
  readonly #name: string;
  #zone: Luxon.Zone | undefined;
  #quarter = Number.NaN;
  #offset = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** The instant of a local time given as if it were UTC, epoch ms. */
  toUtc(local: number): number {
    const quarter = Math.floor(local / QUARTER);
    if (quarter !== this.#quarter) {
      this.#offset = this.#offsetOf(quarter * QUARTER);
      this.#quarter = quarter;
    }
    return local - this.#offset;
  }

  /** The local time of an instant, as if it were UTC, epoch ms. Costs a luxon call. */
  toLocal(utc: number): number {
    return utc + this.#at(utc);
  }

  /** A whole text by a pattern of Luxon's tokens, epoch ms; NaN where it is not of that form. */
  parse(text: string, pattern: string): number {
    const time = luxon().DateTime.fromFormat(text, pattern, { zone: this.#known(), locale: 'en' });
    return time.isValid ? time.toMillis() : Number.NaN;
  }

  #at(utc: number): number {
    return this.#name === 'UTC' ? 0 : this.#known().offset(utc) * MINUTE;
  }

  #known(): Luxon.Zone {
    if (this.#zone === undefined) {
      const { DateTime } = luxon();
      const { zone } = DateTime.utc().setZone(this.#name);
      this.#zone = zone.isValid ? zone : DateTime.utc().zone;
    }
    return this.#zone;
  }

  /** Offset in force at a local time; transitions happen on quarter hours, so it holds for the whole quarter. */
  #offsetOf(local: number): number {
    const before = this.#at(local - DAY);
    const after = this.#at(local + DAY);
    if (before === after && this.#at(local - before) === before) return before;
    if (this.#at(local - before) === before) return before;
    return this.#at(local - after) === after ? after : before;
  }
}

let loaded: typeof Luxon | undefined;

function luxon(): typeof Luxon {
  return (loaded ??= createRequire(import.meta.url)('luxon') as typeof Luxon);
}
