const REASONS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full; free some space (what was not written is kept and tried again)',
  SQLITE_READONLY: 'the file or its folder is read-only; give this user write permission',
  SQLITE_CANTOPEN: "can't be opened or created; look that its folder exists and this user may write to it",
  SQLITE_NOTADB: 'is no Sekisho store (not a database at all); name another folder in `data:`, or move this file away',
  SQLITE_CORRUPT:
    'is damaged; restore it from a backup, or stop `run`, move it away with its -wal and -shm files and start anew (`sqlite3 FILE .recover` gets out what can still be read)',
  SQLITE_BUSY: 'another process is writing to it; try again in a moment',
  SQLITE_IOERR: 'the device answers with an error; look at the disk and the kernel log',
};

/** Asks a database for the names of its tables. */
export const TABLE_NAMES =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'";

/** Why a database with these tables is another program's; undefined: it is a store, or empty. */
export function foreignTables(names: readonly string[]): string | undefined {
  if (names.length === 0 || names.includes('migration')) return undefined;
  const some = names.slice(0, 3).join(', ');
  return `is no Sekisho store but another program's database (tables ${some}); name another folder in \`data:\``;
}

/**
 * SQLite's code of an error of the store, and what it means for the person who runs it with the way out; undefined where
 * that is not known.
 */
export function storeReason(error: unknown): { readonly code: string; readonly reason: string | undefined } {
  const text = error instanceof Error ? error.message : String(error);
  // libsql tells a failed open only as text, the SQLite code at its end.
  const told = error instanceof Error && 'code' in error ? String(error.code) : '';
  const code = told !== '' ? told : /: 14\b\W*$/u.test(text) ? 'SQLITE_CANTOPEN' : 'SQLITE_ERROR';
  const family = Object.keys(REASONS).find((known) => code.startsWith(known));
  return { code, reason: family === undefined ? undefined : REASONS[family] };
}
