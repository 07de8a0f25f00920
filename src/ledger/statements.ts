import type Database from 'libsql';
import type { AlertDocument, DeadLetter } from '../event/index.js';
import { alertColumns, alertText } from './alert-row.js';

/**
 * The prepared statements of a commit. Parameters always go as one array: libsql takes a lone object (a blob too) for
 * named parameters and aborts the process.
 */
export interface CommitStatements {
  readonly setMeta: Database.Statement;
  readonly progress: Database.Statement;
  /** Takes a JSON array of [key, value]. */
  readonly setState: Database.Statement;
  /** Takes a JSON array of keys. */
  readonly forgetState: Database.Statement;
  /** Stores what is newer than what is there, with its text; returns the last `seq` given. */
  alerts(alerts: readonly AlertDocument[], seq: number): number;
  deadLetter(letter: DeadLetter): void;
  /** Takes a JSON array of dead letters' numbers. */
  readonly replayed: Database.Statement;
}

const UPSERT_ALERT = `
  INSERT INTO alerts (id, revision, severity, rule, rule_name, state, time, start, "end", document, seq)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET
    revision = excluded.revision, severity = excluded.severity, rule = excluded.rule, rule_name = excluded.rule_name,
    state = excluded.state, time = excluded.time, start = excluded.start, "end" = excluded."end",
    document = excluded.document, seq = excluded.seq
  WHERE excluded.revision > alerts.revision
  RETURNING rowid`;

/** Prepares them for a store that has its tables. */
export function prepareStatements(database: Database.Database): CommitStatements {
  const upsert = database.prepare(UPSERT_ALERT).raw();
  const forgetText = database.prepare('DELETE FROM alerts_text WHERE rowid = ?');
  const addText = database.prepare('INSERT INTO alerts_text (rowid, text) VALUES (?, ?)');
  const letters = database.prepare(`
    INSERT INTO dead_letters (source, offset, sub, label, receive_time, code, message, bytes)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  return {
    setMeta: database.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    progress: database.prepare('INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?)'),
    setState: database.prepare(`
      INSERT INTO state SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`),
    forgetState: database.prepare('DELETE FROM state WHERE key IN (SELECT value FROM json_each(?))'),
    alerts: (alerts, seq) => {
      let last = seq;
      for (const alert of alerts) {
        const row = upsert.get([...columns(alert), last + 1]) as [number] | undefined;
        if (row === undefined) continue;
        last++;
        forgetText.run([row[0]]);
        addText.run([row[0], alertText(alert)]);
      }
      return last;
    },
    replayed: database.prepare('UPDATE dead_letters SET replayed = 1 WHERE id IN (SELECT value FROM json_each(?))'),
    deadLetter: ({ position, label, receiveTime, bytes, failure }) => {
      const { source, offset, sub } = position;
      letters.run([source, offset, sub, label, receiveTime, failure.code, failure.message, Buffer.from(bytes)]);
    },
  };
}

function columns(alert: AlertDocument): readonly (string | number | null)[] {
  const { rule, ruleName, state, time, start, end } = alertColumns(alert);
  const document = JSON.stringify(alert.document);
  return [alert.id, alert.revision, alert.severity, rule, ruleName, state, time, start, end, document];
}
