import { digits } from './scan.js';
import { type DateParts, monthAt } from './time.js';

/** The date of `23/Nov/2026:…` at `at`; undefined where none stands there. */
export function clfDate(text: string, at: number): DateParts | undefined {
  const year = digits(text, at + 7, at + 11);
  const month = monthAt(text, at + 3);
  const day = digits(text, at, at + 2);
  if (year === undefined || month === 0 || day === undefined) return undefined;
  return { year, month, day };
}

/** The date of `11/23`, `11/23/26` or `11/23/2026` before a dash (Snort, Suricata) and where the time begins. */
export function slashDate(text: string): { readonly date: DateParts; readonly end: number } | undefined {
  const found = /^(\d\d)\/(\d\d)(?:\/(\d\d|\d{4}))?-/.exec(text.slice(0, 16));
  if (found === null) return undefined;
  const year = found[3] === undefined ? undefined : Number(found[3]) + (found[3].length === 2 ? 2000 : 0);
  return { date: { year, month: Number(found[1]), day: Number(found[2]) }, end: found[0].length };
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
