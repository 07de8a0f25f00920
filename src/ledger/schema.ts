/**
 * The store's tables, one step after the other; a step that was released is never changed, a new one is added.
 *
 * Times are epoch milliseconds. `alerts.seq` grows with every stored revision, so that each output reads on from the
 * last one it wrote (`outbox`). `alerts_text` is the full-text index over `alerts` by `rowid`; it keeps no text itself.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE progress (
    source TEXT PRIMARY KEY, label TEXT NOT NULL, offset INTEGER NOT NULL, carry TEXT, event_time INTEGER
  ) WITHOUT ROWID;
  CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE alerts (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, severity INTEGER NOT NULL,
    rule TEXT, rule_name TEXT, state TEXT, time INTEGER, start INTEGER, "end" INTEGER,
    document TEXT NOT NULL, seq INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX alerts_seq ON alerts (seq);
  CREATE INDEX alerts_time ON alerts (time);
  CREATE VIRTUAL TABLE alerts_text USING fts5(text, content='', contentless_delete=1);
  CREATE TABLE dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, offset INTEGER NOT NULL, sub INTEGER NOT NULL,
    label TEXT NOT NULL, receive_time INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,
    bytes BLOB NOT NULL, replayed INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX dead_letters_place ON dead_letters (source, offset, sub, receive_time, code);
  CREATE TABLE outbox (output TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
  `,
];

/** Table of the steps that a store has taken. */
export const MIGRATION_TABLE =
  'CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied INTEGER NOT NULL)';
