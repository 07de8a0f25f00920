import { type ChildProcess, fork } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../src/event/index.js';
import { type MemoryLedger, openMemoryLedger, openSqliteLedger } from '../../src/ledger/index.js';
import { openNdjson, openStore, type Store } from '../../src/output/index.js';
import { alertOf, commitOf, type LedgerHarness, ledgerSuite, progressAt } from './ledger.js';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'sekisho-ledger-'));
let stores = 0;
const newPath = (): string => join(scratch, `store-${stores++}.db`);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function reading<T>(path: string, read: (store: Store) => T): T {
  const store = openStore(path);
  try {
    return read(store);
  } finally {
    store.close();
  }
}

function sqliteHarness(path = newPath()): LedgerHarness {
  return {
    open: async () => {
      const ledger = openSqliteLedger(path);
      return { ledger, restored: await ledger.open() };
    },
    alerts: () =>
      reading(path, (store) =>
        store
          .list()
          .map(({ id, revision, severity, document }) => ({ id, revision, severity, document }))
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
      ),
    deadLetters: () =>
      reading(path, (store) =>
        store
          .deadLetters()
          .toReversed()
          .map(({ source, offset, sub, label, receiveTime, bytes, code, message }): DeadLetter => ({
            position: { source, offset, sub },
            label,
            receiveTime,
            bytes,
            failure: { code, message },
          })),
      ),
  };
}

describe('ledger in memory', () => {
  ledgerSuite(() => {
    const ledger: MemoryLedger = openMemoryLedger();
    return {
      open: async () => ({ ledger, restored: await ledger.open() }),
      alerts: () => ledger.alerts(),
      deadLetters: () => ledger.deadLetters(),
    };
  });
});

describe('ledger in SQLite', () => {
  ledgerSuite(() => sqliteHarness());

  it('refuses a second writer, names the first, and lets people read meanwhile', async () => {
    const path = newPath();
    const first = openSqliteLedger(path);
    await first.open();
    await first.commit(commitOf({ alerts: [alertOf('x', 1)] }));
    await expect(openSqliteLedger(path).open()).rejects.toThrow(`in use by process ${process.pid} on`);
    expect(reading(path, (store) => store.count())).toBe(1);
    await first.close();
    const second = openSqliteLedger(path);
    await second.open();
    await second.close();
  });

  it('has no effect when the disk is full, and takes the same commit once there is room', async () => {
    const path = newPath();
    const full = openSqliteLedger(path, { maxPages: 60 });
    await full.open();
    await full.commit(commitOf({ progress: [progressAt('a', 1)], alerts: [alertOf('x', 1)] }));
    const commit = commitOf({
      progress: [progressAt('a', 2)],
      alerts: [alertOf('x', 2), alertOf('y', 1)],
      state: Array.from({ length: 500 }, (_, i) => ({ key: `k${i}`, value: 'v'.repeat(1000) })),
    });
    await expect(full.commit(commit)).rejects.toThrow('disk is full');
    await expect(full.commit(commit)).rejects.toThrow('disk is full');
    await full.commit(commitOf({ watermark: 3 }));
    await full.close();
    const roomy = openSqliteLedger(path);
    const restored = await roomy.open();
    expect(restored).toMatchObject({ progress: [progressAt('a', 1)], watermark: 3 });
    expect([...restored.state]).toEqual([]);
    await roomy.commit(commit);
    await roomy.close();
    expect(reading(path, (store) => store.list().map(({ id, revision }) => `${id} ${revision}`)).sort()).toEqual([
      'x 2',
      'y 1',
    ]);
  });

  it('says what is wrong with a file that is no store', async () => {
    const path = newPath();
    writeFileSync(path, 'certainly no database\n'.repeat(500));
    await expect(openSqliteLedger(path).open()).rejects.toThrow(`${path}: is no Sekisho store`);
    expect(readFileSync(path, 'utf8').startsWith('certainly')).toBe(true);
  });

  it('leaves the database of another program as it is', async () => {
    const path = newPath();
    const other = new Database(path);
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    const before = readFileSync(path);
    await expect(openSqliteLedger(path).open()).rejects.toThrow(
      `${path}: is no Sekisho store but another program's database (tables theirs)`,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('says what is wrong with a damaged store', async () => {
    const path = newPath();
    const ledger = openSqliteLedger(path);
    await ledger.open();
    await ledger.commit(commitOf({ state: [{ key: 'k', value: 'v'.repeat(100_000) }] }));
    await ledger.close();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, 4096);
    writeFileSync(path, bytes);
    await expect(openSqliteLedger(path).open()).rejects.toThrow(/is damaged; restore it from a backup/u);
  });

  it('says what is wrong with the folder', async () => {
    const missing = join(scratch, 'no', 'such', 'folder.db');
    await expect(openSqliteLedger(missing).open()).rejects.toThrow("can't be opened or created");
  });

  it.skipIf(process.getuid?.() === 0)('says what is wrong with a folder it may not write to', async () => {
    const folder = join(scratch, 'read-only');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    await expect(openSqliteLedger(join(folder, 'x.db')).open()).rejects.toThrow(/read-only|opened or created/u);
  });

  it('deletes ended alerts after the retention, but not what an output still waits for', async () => {
    const path = newPath();
    const ended = alertOf('old', 1, 'gone', 'ended');
    const ledger = openSqliteLedger(path, { retentionDays: 30 });
    await ledger.open();
    await ledger.commit(commitOf({ alerts: [ended, alertOf('live', 1)] }));
    await ledger.close();
    expect(reading(path, (store) => store.list({ query: 'gone' }))).toEqual([]);
    expect(reading(path, (store) => store.list().map((alert) => alert.id))).toEqual(['live']);

    const output = openNdjson({ name: 'waits', store: path, to: join(scratch, 'waits.ndjson') });
    await output.pump();
    await output.close();
    const again = openSqliteLedger(path, { retentionDays: 30 });
    await again.open();
    await again.commit(commitOf({ alerts: [alertOf('old2', 1, 'kept', 'ended')] }));
    await again.close();
    expect(reading(path, (store) => store.list({ query: 'kept' }))).toHaveLength(1);
  });
});

describe('ledger in SQLite, killed', () => {
  const built = join(scratch, 'built');

  beforeAll(() => {
    for (const room of ['event', 'ledger']) transpile(join(root, 'src', room), join(built, room));
    writeFileSync(join(built, 'package.json'), '{"type":"module"}');
    writeFileSync(join(built, 'writer.js'), WRITER);
    symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'));
  });

  it('holds a prefix of the commits, each whole, wherever SIGKILL struck', async () => {
    const path = newPath();
    let told = -1;
    for (let round = 0; round < 8; round++) {
      told = Math.max(told, await writeUntilKilled(join(built, 'writer.js'), path, 30 + round * 17));
      const ledger = openSqliteLedger(path);
      const restored = await ledger.open();
      const n = restored.progress[0]?.offset ?? -1;
      const state = new Map(restored.state);
      await ledger.close();
      expect(n).toBeGreaterThanOrEqual(told);
      expect(restored.watermark ?? -1).toBe(n);
      if (n >= 0) expect([...state.values()]).toEqual(Array.from({ length: 50 }, () => String(n)));
      const alerts = reading(path, (store) => store.list());
      expect(alerts.map((alert) => alert.revision)).toEqual(n >= 0 ? [n + 1] : []);
      expect(reading(path, (store) => store.countDeadLetters())).toBe(n + 1);
    }
    expect(told).toBeGreaterThan(0);
  });
});

/** Commits numbers from where the store stands, for ever, telling each number once its commit returned. */
const WRITER = `
import { openSqliteLedger } from './ledger/index.js';
const ledger = openSqliteLedger(process.argv[2]);
const restored = await ledger.open();
for (let n = (restored.progress[0]?.offset ?? -1) + 1; ; n++) {
  await ledger.commit({
    progress: [{ source: 'a', label: 'a', offset: n, carry: null, eventTime: n }],
    watermark: n,
    state: Array.from({ length: 50 }, (_, i) => ({ key: 'k' + i, value: String(n) })),
    alerts: [{ id: 'x', revision: n + 1, severity: 1, document: { message: 'm' + n } }],
    deadLetters: [{ position: { source: 'a', offset: n, sub: 0 }, label: 'a', receiveTime: 1, bytes: Uint8Array.of(1),
      failure: { code: 'c', message: 'm' } }],
  });
  process.send(n);
  await new Promise((resolve) => setImmediate(resolve));
}
`;

function transpile(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  for (const name of readdirSync(from).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(from, name), 'utf8'), { compilerOptions });
    writeFileSync(join(to, name.replace(/\.ts$/u, '.js')), outputText);
  }
}

/** Runs the writer, kills it some time after its first commit, and returns the last number it told. */
async function writeUntilKilled(script: string, path: string, milliseconds: number): Promise<number> {
  const child: ChildProcess = fork(script, [path], { execArgv: [], stdio: 'inherit' });
  let last = -1;
  let timer: NodeJS.Timeout | undefined;
  child.on('message', (n) => {
    last = Number(n);
    timer ??= setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  expect(code, 'the writer was killed, it did not fail').toBe(null);
  return last;
}
