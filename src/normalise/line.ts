import type { Failure, FieldValue, Fields } from '../event/index.js';
import { Codes, Memo } from './text/codes.js';
import type { Pairs } from './fields.js';
import type { AuditJoins } from './format/server/auditd/join.js';
import type { LearnedShape } from './learned-shape.js';
import { ClfMinute, Minute } from './time/minute.js';
import { priorityFields } from './head/priority.js';
import type { Copier } from './shape.js';
import type { Clock } from './time/time.js';

/** A parsed JSON object, not yet trusted: its keys may be anything. */
export interface JsonObject {
  readonly [key: string]: FieldValue | undefined;
}

/** A syslog head that a shipper has already taken off the message. */
export interface SyslogParts {
  readonly program: string;
  readonly pid: number | undefined;
}

/** What an envelope held: one raw log, and what the envelope says about it. */
export interface Payload {
  /** The raw log: a line, or JSON again. */
  readonly text: string;
  /** Types the envelope suggests, by a data set or a path, best first; the first known is tried before detection. */
  readonly hints: readonly string[];
  /** Time of shipping or reading, epoch ms: used where the log itself has none. */
  readonly time: number;
  readonly host: string | undefined;
  /** Fields of the envelope; the log's own win. */
  readonly fields: Fields;
  /** Where compiled: copies `fields` into those of the log, whose own win. */
  readonly copy?: Copier | undefined;
  /** Set where `text` is the message of a syslog line only, its head being told apart. */
  readonly head?: SyslogParts | undefined;
  /** The zone of times without one, as `Clock` names zones, where the shipper tells it. */
  readonly timezone?: string | undefined;
  /** A log that a format found inside its own lines: read by its hints or detected, whatever type was told. */
  readonly carried?: boolean;
}

/**
 * The record being read: one scratch object per normaliser, filled anew for each record, so that a line costs no
 * allocation but its event. Parsers read what is known of the record and set what they find besides fields.
 *
 * The second half is the syslog head (`head/head.ts`): whoever took it off fills it in, and program parsers (`program/`)
 * build their fields from it, so that an sshd message gives the same fields from a file, the network and journald.
 */
export class Line {
  /** The text at hand as bytes; `load` it before reading. */
  readonly codes = new Codes();
  readonly hosts = new Memo();
  readonly programs = new Memo();
  /** The minutes that lines of these forms were of last. */
  readonly bsd = new Minute(12);
  readonly slashed = new Minute(16);
  readonly iso = new Minute(16);
  readonly clf = new ClfMinute();
  /** Read as if it were UTC. */
  readonly wall = new Minute(16);
  /** Date and time of day in two columns. */
  readonly w3c = new Minute(16);
  /** What `event.original` shall be. */
  original = '';
  /** Times of the source's zone. */
  declare clock: Clock;
  receiveTime = 0;
  /** When the log was written or shipped, by the envelope that it lay in, epoch ms; NaN: none tells. */
  outerTime = Number.NaN;
  /** The source's header lines (W3C, Zeek), by a name of the format's; texts detached from their batch. */
  headers = new Map<string, readonly string[]>();
  /** The source's audit events whose records are still coming. */
  declare audits: AuditJoins;
  /** The format string of the input's settings (`pattern`), for the formats that are given one. */
  pattern: string | undefined = undefined;
  /** `host.name` told by an envelope, else by the input's settings, else this machine. */
  hostName = '';
  /** Whether `hostName` comes from an envelope, which is believed before the line. */
  hostTold = false;
  /** Event time, epoch ms; NaN: none found. */
  time = Number.NaN;
  /** How many events the record stands for (`message repeated N times`). */
  repeat = 1;
  /** Characters that envelopes have unpacked of the record so far. */
  unpacked = 0;
  tags: string[] | undefined = undefined;
  /** Set by a parser whose line says what the lines below it are, and happened at no time. */
  isHeader = false;
  /** Set by a parser that found another log inside instead of fields. */
  inner: Payload | undefined = undefined;
  /** Set by a parser where the record cannot be an event at all. */
  failure: Failure | undefined = undefined;

  /** Head: data set of the container (`system.syslog`, `journald.log`), and the one programs of log-ins belong to. */
  dataset = '';
  authDataset = '';
  module = '';
  host: string | undefined = undefined;
  program: string | undefined = undefined;
  pid: number | undefined = undefined;
  /** What stands behind the head, and where it begins in `codes`; -1: it is not what is loaded there. */
  message = '';
  messageAt = -1;
  /** The priority before the head; -1: it has none. */
  priority = -1;
  /** Whether the head is RFC 5424's, which has these two. */
  isStructured = false;
  procid: string | undefined = undefined;
  msgid: string | undefined = undefined;
  #headFields: Fields | undefined = undefined;
  /** Set by whoever made the event's fields by a learned shape, which learns from them once they are complete. */
  shape: LearnedShape | undefined = undefined;
  /** Fields of an RFC 5424 head's structured data, added likewise. */
  elements: Pairs | undefined = undefined;

  /** Rare fields of the head (what its priority says first), added to whatever the message becomes; made when asked for. */
  get headFields(): Fields | undefined {
    if (this.priority < 0) return this.#headFields;
    const fields = priorityFields(this.priority);
    if (!this.isStructured) return fields;
    fields['log.syslog.version'] = '1';
    fields['log.syslog.appname'] = this.program;
    fields['log.syslog.procid'] = this.procid;
    fields['log.syslog.msgid'] = this.msgid;
    return fields;
  }

  set headFields(fields: Fields | undefined) {
    this.priority = -1;
    this.#headFields = fields;
  }

  /** Adds a tag to the event in the making; the same tag once. */
  tag(tag: string): void {
    this.tags ??= [];
    if (!this.tags.includes(tag)) this.tags.push(tag);
  }

  /** `host.name` of a line that names a host itself: the envelope's, else that, else the input's. */
  hostOf(own: string | undefined): string {
    return this.hostTold || own === undefined ? this.hostName : own;
  }

  /** Forgets the record before, and takes what is known of the one at hand. */
  begin(text: string, receiveTime: number, clock: Clock, hostName: string): void {
    this.original = text;
    this.clock = clock;
    this.codes.forget();
    this.receiveTime = receiveTime;
    this.outerTime = Number.NaN;
    this.hostName = hostName;
    this.hostTold = false;
    this.tags = undefined;
    this.failure = undefined;
    this.unpacked = 0;
  }

  /** Forgets everything that belongs to one payload, before the next attempt at it; `message`: all of one without a head. */
  reset(message?: string): void {
    this.time = Number.NaN;
    this.repeat = 1;
    this.isHeader = false;
    this.inner = undefined;
    this.#headFields = undefined;
    this.priority = -1;
    this.isStructured = false;
    this.elements = undefined;
    this.shape = undefined;
    this.host = undefined;
    this.program = undefined;
    this.pid = undefined;
    this.messageAt = -1;
    if (message !== undefined) this.message = message;
  }

  /** The bytes of any text; where they are not those of the head's line, the message is no longer loaded. */
  load(text: string): Uint8Array {
    this.messageAt = -1;
    return this.codes.load(text);
  }

  /** Where a text begins in `codes`, which is filled with it where it is not the message of the line loaded there. */
  offsetOf(text: string): number {
    if (this.messageAt >= 0 && text === this.message) return this.messageAt;
    this.load(text);
    return 0;
  }

  /** The bytes of `message`, which stand from `messageAt` to `codes.length`. */
  messageBytes(): Uint8Array {
    if (this.messageAt >= 0) return this.codes.bytes;
    this.messageAt = 0;
    return this.codes.load(this.message);
  }
}

/**
 * What a program's message becomes: undefined where the parser does not know the message.
 *
 * Reads the head from `line`; nothing in `message` is trusted.
 */
export type MessageParser = (message: string, line: Line) => Fields | undefined;

/**
 * The quick way of a `MessageParser`, which reads its usual messages from bytes: undefined for any other message, in doubt too.
 *
 * The message stands in `line.codes` from `at` to its end, perhaps with white space behind it; `text` has it from
 * `at - offset`. `line.message` may be another line's.
 */
export type UsualReader = (text: string, line: Line, at: number, offset: number) => Fields | undefined;

/**
 * One log format. `name` is what `-t` takes, and so is each alias; `dataset` is `event.dataset`.
 *
 * `sniff` is cheap (a few characters), may be wrong and never decides alone: `parse` returns undefined for what it
 * does not understand. Neither throws; both are linear in the text's length.
 */
export interface TextFormat {
  readonly reads: 'text';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly dataset: string;
  readonly sniff: (text: string) => boolean;
  readonly parse: (text: string, line: Line) => Fields | undefined;
  /**
   * Whether a line that this format has read (`fields`) is another's all the same: asked where the format was not told but
   * read the source's last line, and what is so alike may come from one source.
   */
  readonly isOthers?: (fields: Fields, text: string) => boolean;
}

/** One format whose records are JSON objects: as `TextFormat`, but it gets the parsed object. */
export interface JsonFormat {
  readonly reads: 'json';
  readonly name: string;
  readonly aliases: readonly string[];
  readonly dataset: string;
  readonly sniff: (json: JsonObject) => boolean;
  readonly parse: (json: JsonObject, line: Line) => Fields | undefined;
}

/** A log format: one file in format/, one line in format/table.ts. */
export type Format = TextFormat | JsonFormat;

/**
 * A JSON wrapping around raw logs. `sniff` tells it by its keys; `unwrap` gives the logs in it, in order, and never
 * throws. One file in envelope/, one line in envelope/table.ts.
 */
export interface Envelope {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Keys of which each of its documents has at least one: others are not asked for more. */
  readonly keys: readonly string[];
  readonly sniff: (json: JsonObject) => boolean;
  readonly unwrap: (json: JsonObject, line: Line) => readonly Payload[];
}
