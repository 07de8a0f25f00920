import { digits, isDigit } from '../text/scan.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Milliseconds of a day. */
export const DAY = 24 * HOUR;
const ZERO = 48;
const COLON = 58;
const SPACE = 32;

// 'Jan' as a number of three bytes, so that a month costs three character reads and one switch.
const MONTH_KEYS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'].map((name) =>
  monthKey(name, 0),
);

function monthKey(text: string, at: number): number {
  return ((text.charCodeAt(at) | 32) << 16) | ((text.charCodeAt(at + 1) | 32) << 8) | (text.charCodeAt(at + 2) | 32);
}

/** 1–12 for an English month's first three letters at `at`, any case; 0 for anything else. */
export function monthAt(text: string, at: number): number {
  return MONTH_KEYS.indexOf(monthKey(text, at)) + 1;
}

/** Epoch ms of a UTC time of the proleptic Gregorian calendar; month from 1. NaN where a part is out of its range. */
export function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && hour <= 24 && minute <= 59 && second <= 60)) return Number.NaN;
  if (day > daysInMonth(year, month)) return Number.NaN;
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * DAY + hour * HOUR + minute * MINUTE + second * SECOND;
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

/** Two digits at `at` (a leading space counts as 0), or NaN. */
export function two(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1) - ZERO;
  if (!(ones >= 0 && ones <= 9)) return Number.NaN;
  if (tens === SPACE) return ones;
  return isDigit(tens) ? (tens - ZERO) * 10 + ones : Number.NaN;
}

/** `HH:MM:SS` at `at` in ms since midnight, or NaN. */
export function clockAt(text: string, at: number): number {
  if (text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return Number.NaN;
  const hour = two(text, at);
  const minute = two(text, at + 3);
  const second = two(text, at + 6);
  return hour <= 23 && minute <= 59 && second <= 60 ? hour * HOUR + minute * MINUTE + second * SECOND : Number.NaN;
}

/** Whether a space stands for the first digit of a part of `2026-11-23 06:39:04` at `at`, its year aside. */
export function isPadded(bytes: Uint8Array, at: number): boolean {
  const isDay = bytes[at + 5] === SPACE || bytes[at + 8] === SPACE;
  return isDay || bytes[at + 11] === SPACE || bytes[at + 14] === SPACE || bytes[at + 17] === SPACE;
}

/** `+0530`, `+05:30`, `-08` or `Z` at `at`: ms east of UTC, NaN where there is no zone. `end` is where it stops. */
export function offsetAt(text: string, at: number): { readonly offset: number; readonly end: number } {
  const sign = text.charAt(at);
  if (sign === 'Z' || sign === 'z') return { offset: 0, end: at + 1 };
  const hours = two(text, at + 1);
  if ((sign !== '+' && sign !== '-') || !(hours <= 23) || text.charCodeAt(at + 1) === SPACE)
    return { offset: Number.NaN, end: at };
  const gap = text.charCodeAt(at + 3) === COLON ? 4 : 3;
  const minutes = isDigit(text.charCodeAt(at + gap)) ? two(text, at + gap) : Number.NaN;
  const ms = hours * HOUR + (minutes <= 59 ? minutes : 0) * MINUTE;
  return { offset: sign === '-' ? -ms : ms, end: minutes <= 59 ? at + gap + 2 : at + 3 };
}

/** A date; a missing year is settled by the receive time. */
export interface DateParts {
  readonly year: number | undefined;
  readonly month: number;
  readonly day: number;
}

/** Four digits at `at` followed by a space (or `closer`), or the end, as a year; undefined for anything else. */
export function yearAt(text: string, at: number, closer = SPACE): number | undefined {
  const behind = text.charCodeAt(at + 4);
  return behind === closer || Number.isNaN(behind) ? digits(text, at, at + 4) : undefined;
}

/** First instant of year 1 and of year 10000, epoch ms: a time beyond can't be written as ECS writes times. */
const FIRST = -62_135_596_800_000;
const BEYOND = 253_402_300_800_000;

/** Whether epoch ms (or NaN) lie in the years 1 to 9999: what doesn't is no time of a log. */
export function isDated(time: number): boolean {
  return time >= FIRST && time < BEYOND;
}

/**
 * An epoch number in s, ms, µs or ns, told by its size, as epoch ms: exact for times between 1973 and 5138; NaN for one
 * beyond year 9999, as JSON's `1e309` is.
 */
export function epoch(value: number): number {
  const size = Math.abs(value);
  if (size >= BEYOND * 1e6) return Number.NaN;
  if (size < 1e11) return Math.floor(value * 1000);
  if (size < 1e14) return Math.floor(value);
  return Math.floor(size < 1e17 ? value / 1e3 : value / 1e6);
}
