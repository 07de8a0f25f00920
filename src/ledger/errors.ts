const REASONS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full; free some space (what was not written is kept and tried again)',
  SQLITE_READONLY: 'the file or its folder is read-only; give this user write permission',
  SQLITE_CANTOPEN: "can't be opened or created; look that its folder exists and this user may write to it",
  SQLITE_NOTADB: 'is no Sekisho store (not a database at all); name another file, or move this one away',
  SQLITE_CORRUPT: 'is damaged; move it away with its -wal and -shm files, or restore it from a backup',
  SQLITE_BUSY: 'another process is writing to it; try again in a moment',
  SQLITE_IOERR: 'the device answers with an error; look at the disk and the kernel log',
};

/** A trouble with the store, in words, with SQLite's code. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What an error of the database means for the person who runs it. */
export function storeError(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  // libsql tells a failed open only as text, the SQLite code at its end.
  const told = error instanceof Error && 'code' in error ? String(error.code) : '';
  const code = told !== '' ? told : /: 14\b\W*$/u.test(text) ? 'SQLITE_CANTOPEN' : 'SQLITE_ERROR';
  const family = Object.keys(REASONS).find((known) => code.startsWith(known));
  return new StoreError(code, `${path}: ${family === undefined ? text : REASONS[family]}`, error);
}
