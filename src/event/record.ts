import type { FieldValue } from './event.js';

/**
 * What the operator says about one input, and what every record of it therefore is.
 *
 * Everything is optional but the zone: a missing `type` means detection per record.
 */
export interface InputSettings {
  /** Format name (`nginx.access`, `nginx`, `ecs`, …; see normalise/format/table). Absent: detected per record. */
  readonly type?: string;
  /**
   * The web server's own format string (nginx `log_format`, Apache `LogFormat`), for the types `nginx.access`
   * and `apache.access`; lines of another form are read as the usual ones.
   */
  readonly pattern?: string;
  /** IANA zone for times written without one. */
  readonly timezone: string;
  /** `host.name` where neither envelope nor line names a host. Absent: this machine's name. */
  readonly host?: string;
  /** Sigma log source told by the operator; replaces what the table derives for the dimensions it sets. */
  readonly logsource?: Logsource;
  /** An application's own JSON: ECS field to the (dotted) name it has there. Names that do not occur are skipped. */
  readonly mapping?: Readonly<Record<string, string>>;
  /** Fixed ECS fields set on every event that lacks them. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The operator's own formats: `type` may name one, and lines are tried against them before the built-in ones. */
  readonly formats?: readonly FormatDescription[];
}

/** A log format described in YAML instead of code: plain data. */
export interface FormatDescription {
  /** What `type` calls it, and `event.dataset`. */
  readonly name: string;
  /** Text lines: `{field}` and `{field:kind}` between literal text; the first that fits reads the line. */
  readonly patterns: readonly string[];
  /** JSON records: ECS field to the name it has there. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Luxon tokens of `{@timestamp}`; absent: any usual form. */
  readonly time: string | undefined;
  /** Fixed fields. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** By field: what its values become (`{OK: success}`). */
  readonly values: Readonly<Record<string, Readonly<Record<string, FieldValue>>>>;
}

/** Sigma's three log source dimensions, lower case. */
export interface Logsource {
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
}

/**
 * Where records come from: one file, one Kafka partition, standard input.
 *
 * `id` is an identity, not a name: it survives a rename (`file:<device>:<inode>:<fingerprint>`,
 * `kafka:<topic>:<partition>`, `stdin`). `label` is for people: a path, a topic.
 */
export interface Source {
  readonly id: string;
  readonly label: string;
  readonly settings: InputSettings;
}

/**
 * Raw bytes with their position and receive time.
 *
 * `text` is the line without its line end, decoded as UTF-8. Where the bytes were not valid UTF-8, `text` has U+FFFD
 * in their place and `bytes` holds the original; otherwise `bytes` is absent and `text` is the whole truth.
 * `receiveTime` (epoch ms): Kafka record timestamp, socket arrival, read time when following, file mtime when scanning.
 */
export interface LogRecord {
  readonly text: string;
  /** Byte offset of the record's first byte in its source (Kafka: the record's offset). */
  readonly offset: number;
  readonly receiveTime: number;
  readonly bytes: Uint8Array | undefined;
}

/** Records of one source in the order of their offsets, and where reading goes on after them. */
export interface RecordBatch {
  readonly source: Source;
  readonly records: readonly LogRecord[];
  /** Offset of the first byte not in this batch: what may be committed once the batch's effects are. */
  readonly next: number;
  /** What could not become a record (an oversized line): bytes kept (cut at a stated size), with the reason. */
  readonly rejected: readonly DeadLetter[];
  /** Lines that were passed over, because their events have no use but to be counted; absent: none. */
  readonly skimmed?: Skimmed;
}

/** Lines that no record was made of: how many events they stand for (one each), and the greatest of their times, epoch ms. */
export interface Skimmed {
  readonly lines: number;
  readonly newest: number;
}

/** A record's place: source identity, offset, and the index within the record where it held several events. */
export interface Position {
  readonly source: string;
  readonly offset: number;
  readonly sub: number;
}

/** `source@offset`, with `.sub` where the record held several events. Stable: alert ids are made from it. */
export function formatPosition(position: Position): string {
  const place = `${position.source}@${position.offset}`;
  return position.sub === 0 ? place : `${place}.${position.sub}`;
}

/** Reads what `formatPosition` wrote. */
export function readPosition(text: string): Position {
  const at = text.lastIndexOf('@');
  const [offset, sub = '0'] = text.slice(at + 1).split('.');
  return { source: text.slice(0, at), offset: Number(offset), sub: Number(sub) };
}

/**
 * An expected failure: a value, never thrown.
 *
 * `code` is dotted and stable (`normalise.timestamp`); `message` is one sentence that says what is wrong and, where it
 * can be known, how to mend it.
 */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A record that could not be processed, kept whole with the reason. */
export interface DeadLetter {
  readonly position: Position;
  /** Label of the source, for people. */
  readonly label: string;
  readonly receiveTime: number;
  /** The record's bytes as they came; cut only where `failure` says so. */
  readonly bytes: Uint8Array;
  readonly failure: Failure;
}
