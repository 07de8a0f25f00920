import type { AlertDocument } from '../event/index.js';
import { openDatabase, storeReadError } from './database.js';
import { type AlertFilter, whereOf } from './query.js';

/** An alert as the store lists it; the times are epoch ms, null where the document has none. */
export interface StoredAlert extends AlertDocument {
  readonly rule: string | null;
  readonly ruleName: string | null;
  readonly state: string | null;
  readonly time: number | null;
  readonly start: number | null;
  readonly end: number | null;
}

/** A dead letter as the store keeps it. */
export interface StoredDeadLetter {
  /** Number in the store, from 1. */
  readonly id: number;
  readonly source: string;
  readonly offset: number;
  readonly sub: number;
  readonly label: string;
  /** Epoch ms. */
  readonly receiveTime: number;
  readonly code: string;
  readonly message: string;
  readonly bytes: Uint8Array;
  readonly replayed: boolean;
}

/** Which page of a list; newest first. */
export interface Page {
  readonly limit?: number;
  readonly offset?: number;
}

/** What dead letters are asked for. */
export interface DeadLetterFilter extends Page {
  readonly code?: string;
  readonly source?: string;
  /** Absent: both. */
  readonly replayed?: boolean;
  /** Only numbers above this, and the oldest first. */
  readonly after?: number;
}

/** An alert looked up by the beginning of its id. */
export type Found =
  | { readonly kind: 'found'; readonly alert: StoredAlert }
  | { readonly kind: 'none' }
  /** Several ids begin so: the first ten. */
  | { readonly kind: 'several'; readonly ids: readonly string[] };

/**
 * The alerts and dead letters of a ledger's SQLite store, read while `run` writes to it.
 *
 * Every call sees whole commits only. Throws `StoreReadError` where the file is no store or damaged. Lists are newest first and
 * cost what the page costs, a full-text query what it finds.
 */
export interface Store {
  list(filter?: AlertFilter & Page): readonly StoredAlert[];
  count(filter?: AlertFilter): number;
  show(idOrPrefix: string): Found;
  deadLetters(filter?: DeadLetterFilter): readonly StoredDeadLetter[];
  deadLetter(id: number): StoredDeadLetter | undefined;
  countDeadLetters(filter?: DeadLetterFilter): number;
  close(): void;
}

const DEFAULT_LIMIT = 100;
const ALERT = 'id, revision, severity, rule, rule_name, state, time, start, "end", document';
const DEAD_LETTER = 'id, source, offset, sub, label, receive_time, code, message, bytes, replayed';

/** Opens the store at `path` for reading. */
export function openStore(path: string): Store {
  const database = openDatabase(path, false);
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storeReadError(path, error);
    }
  };
  const rows = (sql: string, parameters: readonly unknown[]): unknown[] =>
    told(() =>
      database
        .prepare(sql)
        .raw()
        .all([...parameters]),
    );
  const count = (table: string, where: { readonly sql: string; readonly parameters: readonly unknown[] }): number =>
    Number((rows(`SELECT count(*) FROM ${table} WHERE ${where.sql}`, where.parameters)[0] as [number])[0]);
  return {
    list: (filter = {}) => {
      const { sql, parameters } = whereOf(filter);
      const page = [filter.limit ?? DEFAULT_LIMIT, filter.offset ?? 0];
      const query = `SELECT ${ALERT} FROM alerts WHERE ${sql} ORDER BY time DESC, seq DESC LIMIT ? OFFSET ?`;
      return told(() => (rows(query, [...parameters, ...page]) as AlertRow[]).map(toAlert));
    },
    count: (filter = {}) => count('alerts', whereOf(filter)),
    show: (idOrPrefix) => told(() => found(rows, idOrPrefix)),
    deadLetters: (filter = {}) => {
      const { sql, parameters } = deadLetterWhere(filter);
      const page = [filter.limit ?? DEFAULT_LIMIT, filter.offset ?? 0];
      const order = filter.after === undefined ? 'DESC' : 'ASC';
      const query = `SELECT ${DEAD_LETTER} FROM dead_letters WHERE ${sql} ORDER BY id ${order} LIMIT ? OFFSET ?`;
      return (rows(query, [...parameters, ...page]) as DeadLetterRow[]).map(toDeadLetter);
    },
    deadLetter: (id) =>
      (rows(`SELECT ${DEAD_LETTER} FROM dead_letters WHERE id = ?`, [id]) as DeadLetterRow[]).map(toDeadLetter)[0],
    countDeadLetters: (filter = {}) => count('dead_letters', deadLetterWhere(filter)),
    close: () => void database.close(),
  };
}

type Rows = (sql: string, parameters: readonly unknown[]) => unknown[];

type AlertRow = readonly [
  id: string,
  revision: number,
  severity: number,
  rule: string | null,
  ruleName: string | null,
  state: string | null,
  time: number | null,
  start: number | null,
  end: number | null,
  document: string,
];

function toAlert([id, revision, severity, rule, ruleName, state, time, start, end, text]: AlertRow): StoredAlert {
  const document = JSON.parse(text) as AlertDocument['document'];
  return { id, revision, severity, rule, ruleName, state, time, start, end, document };
}

/** Ids are compared as text, never as a pattern; an id that is the whole of it wins over longer ones. */
function found(rows: Rows, prefix: string): Found {
  if (prefix === '') return { kind: 'none' };
  const query = `SELECT ${ALERT} FROM alerts WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 10`;
  const alerts = (rows(query, [prefix]) as AlertRow[]).map(toAlert);
  const [first] = alerts;
  if (first === undefined) return { kind: 'none' };
  if (alerts.length === 1 || first.id === prefix) return { kind: 'found', alert: first };
  return { kind: 'several', ids: alerts.map((alert) => alert.id) };
}

type DeadLetterRow = readonly [
  id: number,
  source: string,
  offset: number,
  sub: number,
  label: string,
  receiveTime: number,
  code: string,
  message: string,
  bytes: Buffer,
  replayed: number,
];

function toDeadLetter(row: DeadLetterRow): StoredDeadLetter {
  const [id, source, offset, sub, label, receiveTime, code, message, bytes, replayed] = row;
  return { id, source, offset, sub, label, receiveTime, code, message, bytes, replayed: replayed !== 0 };
}

function deadLetterWhere({ code, source, replayed, after }: DeadLetterFilter): {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
} {
  const asked = [
    ['code = ?', code],
    ['source = ?', source],
    ['replayed = ?', replayed === undefined ? undefined : Number(replayed)],
    ['id > ?', after],
  ] as const;
  const given = asked.filter(([, value]) => value !== undefined);
  return {
    sql: given.length === 0 ? '1' : given.map(([sql]) => sql).join(' AND '),
    parameters: given.map(([, value]) => value as string | number),
  };
}
