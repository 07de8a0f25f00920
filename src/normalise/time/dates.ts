import { digits } from '../text/scan.js';
import { type DateParts, monthAt, utc } from './calendar.js';

const SLASH = 47;

/** The date of `23/Nov/2026:…` at `at`; undefined where none stands there. */
export function clfDate(text: string, at: number): DateParts | undefined {
  const year = digits(text, at + 7, at + 11);
  const month = monthAt(text, at + 3);
  const day = digits(text, at, at + 2);
  if (year === undefined || month === 0 || day === undefined) return undefined;
  return { year, month, day };
}

/** The midnight of `23/Nov/2026` at `at` as if it were UTC, epoch ms; NaN where none stands there. */
export function clfDay(text: string, at: number): number {
  const date = text.charCodeAt(at + 2) === SLASH && text.charCodeAt(at + 6) === SLASH ? clfDate(text, at) : undefined;
  return date?.year === undefined ? Number.NaN : utc(date.year, date.month, date.day, 0, 0, 0);
}

/** Days as logs of one form write them: the day read last is told by its bytes, so that most lines cost a comparison. */
export class DayMemo {
  readonly #key: Uint8Array;
  readonly #read: (text: string, at: number) => number;
  #day = Number.NaN;

  /** `width`: how many characters tell a day; `read` depends on nothing else. */
  constructor(width: number, read: (text: string, at: number) => number) {
    this.#key = new Uint8Array(width);
    this.#read = read;
  }

  /** What `read` makes of the day at `at` of a text, which stands from `start` in `bytes`. */
  of(bytes: Uint8Array, start: number, text: string, at: number): number {
    const key = this.#key;
    for (let index = 0; index < key.length; index++)
      if (bytes[start + index] !== key[index]) return this.#anew(bytes, start, text, at);
    return this.#day;
  }

  #anew(bytes: Uint8Array, start: number, text: string, at: number): number {
    for (let index = 0; index < this.#key.length; index++) this.#key[index] = bytes[start + index] as number;
    return (this.#day = this.#read(text, at));
  }
}

/** The date of `11/23`, `11/23/26`, `11/23/2026` or (Snort 3) `26/11/23` before a dash, and where the time begins. */
export function slashDate(text: string): { readonly date: DateParts; readonly end: number } | undefined {
  const found = /^(\d\d)\/(\d\d)(?:\/(\d\d|\d{4}))?-/.exec(text.slice(0, 16));
  if (found === null) return undefined;
  const end = found[0].length;
  if (Number(found[1]) > 12 && found[3]?.length === 2)
    return { date: { year: 2000 + Number(found[1]), month: Number(found[2]), day: Number(found[3]) }, end };
  const year = found[3] === undefined ? undefined : Number(found[3]) + (found[3].length === 2 ? 2000 : 0);
  return { date: { year, month: Number(found[1]), day: Number(found[2]) }, end };
}

/** `11/23/2026 6:39:04 PM`, as Azure writes some of its times (UTC), in ISO 8601's form; any other text as it is. */
export function halfDays(text: string): string {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d\d):(\d\d(?:\.\d{1,9})?) ([AP])M$/.exec(
    text.slice(0, 40),
  );
  if (found === null) return text;
  const [, month = '', day = '', year = '', hour = '', minute = '', second = '', half] = found;
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${String(hours).padStart(2, '0')}:${minute}:${second}Z`;
}

/** Offsets of the usual abbreviations of time zones, in ms; what is ambiguous is read as its commonest. */
const MINUTE = 60_000;
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  IST: 330,
  SGT: 480,
  HKT: 480,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
};

/** Milliseconds east of UTC of a zone's abbreviation; undefined where it is not one of the usual. */
export function zoneOffset(name: string): number | undefined {
  const minutes = Object.hasOwn(ABBREVIATIONS, name) ? ABBREVIATIONS[name] : undefined;
  return minutes === undefined ? undefined : minutes * MINUTE;
}
