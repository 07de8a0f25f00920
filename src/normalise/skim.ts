import type { Fields, Source } from '../event/index.js';
import type { Carries, Carry } from './carry.js';
import { matches, word } from './text/codes.js';
import { systemAuth } from './format/server/system-auth.js';
import { setSystem, systemSyslog } from './format/server/system-syslog.js';
import { Line } from './line.js';
import { SHARED_FIELDS, type SkimPrefix, SSHD_PREFIXES, SSHD_PROGRAMS } from './program/sshd-skim.js';
import { FUTURE, PAST } from './refusals.js';

/**
 * Whether no rule can match an event of a source that has these fields, whatever else it has; `undefined` ones are
 * known to be missing.
 */
export type IsUnwanted = (known: Fields, source: Source) => boolean;

const SPACE = 32;
const DASH = 45;
const COLON = 58;
const OPEN = 91;
const CLOSE = 93;
const ZERO = 48;
/** The shortest and the longest line that is looked at. */
const SHORTEST = 24;
const LONGEST = 4096;
/** Digits of a process id. */
const PID_DIGITS = 7;

/**
 * Passes over lines whose events no rule can match: only their time is read, at a tenth of the cost of an event.
 *
 * What a line's event would be is told by its beginning: a syslog head of the day read last, a program of sshd's and a
 * message's first words. Whether a beginning matters to any rule is asked once for each program and source, when it first
 * comes. Anything out of the ordinary (another day, a repeated message, settings that add fields) is left to be read in full.
 */
export class Skimmer {
  readonly #carries: Carries;
  readonly #isUnwanted: IsUnwanted;
  readonly #bySource = new WeakMap<Carry, readonly Program[]>();

  constructor(carries: Carries, isUnwanted: IsUnwanted) {
    this.#carries = carries;
    this.#isUnwanted = isUnwanted;
  }

  /**
   * The time of the event that the line `bytes[start, end)` (ASCII) stands for, epoch ms, where the event has no use
   * but to be counted; else NaN.
   */
  timeOf(source: Source, bytes: Uint8Array, start: number, end: number, receiveTime: number): number {
    const carry = this.#carries.of(source);
    if (!isSystem(carry) || end - start < SHORTEST || end - start > LONGEST) return Number.NaN;
    const time = carry.clock.bsdAgain(bytes, start, receiveTime);
    if (!(time <= receiveTime + FUTURE && time >= receiveTime - PAST)) return Number.NaN;
    const tag = pastHost(bytes, start + 16, end);
    if (tag < 0) return Number.NaN;
    for (const { name, prefixes } of this.#programsOf(carry)) {
      if (bytes[tag + name.length] !== OPEN || !matches(bytes, name, tag, end)) continue;
      const message = pastPid(bytes, tag + name.length + 1, end);
      return message > 0 && this.#isPassedOver(prefixes, carry, bytes, message, end) ? time : Number.NaN;
    }
    return Number.NaN;
  }

  #programsOf(carry: Carry): readonly Program[] {
    let programs = this.#bySource.get(carry);
    if (programs === undefined) {
      programs = SSHD_PROGRAMS.map((name) => ({ name: word(name), prefixes: prefixesOf(name) }));
      this.#bySource.set(carry, programs);
    }
    return programs;
  }

  #isPassedOver(prefixes: Program['prefixes'], carry: Carry, bytes: Uint8Array, at: number, end: number): boolean {
    const candidates = prefixes[bytes[at] as number];
    if (candidates === undefined) return false;
    for (const prefix of candidates) {
      if (!matches(bytes, prefix.text, at, end)) continue;
      prefix.isUnwanted ??= this.#isOfNoUse(prefix, carry);
      return prefix.isUnwanted && !(prefix.plainOnly && hasReason(bytes, at + prefix.text.length, end));
    }
    return false;
  }

  /** Whether no rule matches any event that a message with this beginning can become. */
  #isOfNoUse({ program, outcomes }: Prefix, { source, clock }: Carry): boolean {
    const line = new Line();
    line.clock = clock;
    setSystem(line, 'system.syslog');
    line.program = program;
    return outcomes.every((outcome) => this.#isUnwanted(sharedOf(outcome(line)), source));
  }
}

/** One beginning of a program's messages. */
interface Prefix {
  readonly program: string;
  readonly text: Uint8Array;
  readonly outcomes: SkimPrefix['outcomes'];
  readonly plainOnly: boolean;
  /** No rule matches what begins so; undefined: not asked yet. */
  isUnwanted: boolean | undefined;
}

interface Program {
  readonly name: Uint8Array;
  /** By first byte. */
  readonly prefixes: readonly (readonly Prefix[] | undefined)[];
}

/** Whether a source's next line is read as syslog before anything else, and nothing is added to its events. */
function isSystem({ hinted, last, fixed, isJson }: Carry): boolean {
  const format = hinted[0] ?? last;
  return (format === systemAuth || format === systemSyslog) && fixed.length === 0 && !isJson;
}

/** The beginnings of a program's messages, by their first byte. */
function prefixesOf(program: string): Program['prefixes'] {
  const prefixes: Prefix[][] = [];
  for (const { text, outcomes, plainOnly } of SSHD_PREFIXES) {
    const prefix = { program, text: word(text), outcomes, plainOnly, isUnwanted: undefined };
    (prefixes[text.charCodeAt(0)] ??= []).push(prefix);
  }
  return prefixes;
}

function sharedOf(fields: Fields): Fields {
  return Object.fromEntries(SHARED_FIELDS.map((name) => [name, fields[name]]));
}

/** Where the tag begins behind a host at `at`; -1 where none is told (`---` is none). */
function pastHost(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === DASH) return -1;
  let space = at;
  while (space < end && bytes[space] !== SPACE) space++;
  return space === at || space === end || bytes[space - 1] === COLON ? -1 : space + 1;
}

/** Where the message begins behind `123]: `, whose digits begin at `at`; -1 where something else stands there. */
function pastPid(bytes: Uint8Array, at: number, end: number): number {
  let close = at;
  while (close < end && isDigit(bytes[close] as number)) close++;
  const isPid = close > at && close - at <= PID_DIGITS && close + 2 < end;
  return isPid && bytes[close] === CLOSE && bytes[close + 1] === COLON && bytes[close + 2] === SPACE ? close + 3 : -1;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

/** Whether a colon and a space stand in `bytes[at, end)`. */
function hasReason(bytes: Uint8Array, at: number, end: number): boolean {
  for (let index = at; index < end; index++) if (bytes[index] === COLON && bytes[index + 1] === SPACE) return true;
  return false;
}
