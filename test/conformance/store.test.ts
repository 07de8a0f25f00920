import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import fc from 'fast-check';
import Database from 'libsql';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertDocument } from '../../src/event/index.js';
import { type Ledger, openSqliteLedger } from '../../src/ledger/index.js';
import { type AlertFilter, openNdjson, openStore, type Page, type Store } from '../../src/output/index.js';
import { commitOf, letterAt } from './ledger.js';

const scratch = mkdtempSync(join(tmpdir(), 'sekisho-store-'));
const DAY = 86_400_000;
const EPOCH = Date.parse('2026-03-01T00:00:00Z');
let stores = 0;
let path = '';
let ledger: Ledger;

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

beforeEach(async () => {
  path = join(scratch, `store-${stores++}.db`);
  ledger = openSqliteLedger(path);
  await ledger.open();
  return () => ledger.close();
});

function alert(id: string, day: number, severity: number, message: string, more: object = {}): AlertDocument {
  const at = new Date(EPOCH + day * DAY).toISOString();
  const document = {
    '@timestamp': at,
    message,
    event: { start: at, end: at, id },
    rule: { id: `rule-${severity}`, name: 'SSH brute force' },
    sekisho: { alert: { state: 'active', revision: 1, lines: `sshd: ${message}` } },
    ...more,
  };
  return { id, revision: 1, severity, document };
}

const ALERTS = [
  alert('aa11', 0, 47, "Failed log-ins of o'brien", { source: { ip: '203.0.113.7' } }),
  alert('aa22', 1, 73, 'Password spray', { user: { name: 'müller' } }),
  alert('bb33', 2, 99, 'Break-in chain', { related: { ip: ['198.51.100.9', '203.0.113.70'] } }),
];

/** The beginning of the reason why a store can't be read; undefined: it can. */
function damageTold(): string | undefined {
  try {
    const store = openStore(path);
    store.list();
    store.list({ query: 'x' });
    store.close();
    return undefined;
  } catch (error) {
    return (error as Error).message.slice(0, `${path}: is damaged`.length);
  }
}

async function stored<T>(read: (store: Store) => T): Promise<T> {
  const store = openStore(path);
  try {
    return read(store);
  } finally {
    store.close();
  }
}

const ids = (store: Store, filter: Parameters<Store['list']>[0]): string[] => store.list(filter).map(({ id }) => id);

describe('store', () => {
  beforeEach(() => ledger.commit(commitOf({ alerts: ALERTS })));

  it.each<readonly [string, AlertFilter & Page, readonly string[]]>([
    ['everything, newest first', {}, ['bb33', 'aa22', 'aa11']],
    ['severity at least', { severity: 73 }, ['bb33', 'aa22']],
    ['since, inclusive', { since: EPOCH + DAY }, ['bb33', 'aa22']],
    ['until, exclusive', { until: EPOCH + DAY }, ['aa11']],
    ['rule id', { rule: 'rule-47' }, ['aa11']],
    ['rule name in any case', { rule: 'ssh BRUTE force' }, ['bb33', 'aa22', 'aa11']],
    ['state', { state: 'ended' }, []],
    ['page', { limit: 1, offset: 1 }, ['aa22']],
    ['a word of the message, as a beginning', { query: 'pass' }, ['aa22']],
    ['an apostrophe', { query: "o'brien" }, ['aa11']],
    ['an accent, with and without', { query: 'MULLER' }, ['aa22']],
    ['an address as a beginning', { query: '203.0.113.7' }, ['bb33', 'aa11']],
    ['an address as a phrase', { query: '"203.0.113.7"' }, ['aa11']],
    ['several words', { query: 'break chain' }, ['bb33']],
    ['what nobody wrote', { query: 'zebra' }, []],
    ['several conditions', { query: 'sshd', severity: 50, until: EPOCH + 2 * DAY }, ['aa22']],
    ['only punctuation is no condition', { query: ' " ( *' }, ['bb33', 'aa22', 'aa11']],
  ])('lists by %s', async (_, filter, expected) => {
    expect(await stored((store) => ids(store, filter))).toEqual(expected);
    expect(await stored((store) => store.count({ ...filter }))).toBe('limit' in filter ? 3 : expected.length);
  });

  it('takes any text as a query', async () => {
    const word = fc.constantFrom(
      '"',
      '""',
      '*',
      'AND',
      'OR',
      'NOT',
      'NEAR(',
      ')',
      '^',
      ':',
      '-',
      '+',
      'text:',
      "'",
      '\0',
      'a',
    );
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join(' ')),
    );
    await stored((store) => {
      fc.assert(
        fc.property(text, (query) => store.count({ query }) >= 0),
        { numRuns: 500 },
      );
    });
  });

  it('finds an alert by id or by a prefix that only it has', async () => {
    await stored((store) => {
      expect(store.show('aa11')).toMatchObject({ kind: 'found', alert: ALERTS[0] });
      expect(store.show('b')).toMatchObject({ kind: 'found', alert: { id: 'bb33', time: EPOCH + 2 * DAY } });
      expect(store.show('aa')).toEqual({ kind: 'several', ids: ['aa11', 'aa22'] });
      expect(store.show('%')).toEqual({ kind: 'none' });
      expect(store.show('')).toEqual({ kind: 'none' });
    });
  });

  it('finds a revision by its new text and no longer by the old', async () => {
    const revised = { ...alert('aa11', 0, 47, 'Now quiet'), revision: 2 };
    await ledger.commit(commitOf({ alerts: [revised] }));
    expect(await stored((store) => [ids(store, { query: 'failed' }), ids(store, { query: 'quiet' })])).toEqual([
      [],
      ['aa11'],
    ]);
  });

  it('lists, shows and marks dead letters while the ledger is open', async () => {
    await ledger.commit(commitOf({ deadLetters: [letterAt(1), letterAt(2), letterAt(3)] }));
    await stored((store) => {
      expect(store.deadLetters().map(({ offset }) => offset)).toEqual([3, 2, 1]);
      const [newest] = store.deadLetters({ limit: 1 });
      expect(store.deadLetter(newest?.id ?? 0)).toMatchObject({
        offset: 3,
        code: 'normalise.timestamp',
        replayed: false,
      });
      expect(store.deadLetters({ after: 1, limit: 1 }).map(({ offset }) => offset)).toEqual([2]);
    });
    await ledger.commit({ ...commitOf({}), replayed: [3, 99] });
    await stored((store) => {
      expect(store.deadLetter(3)).toMatchObject({ offset: 3, replayed: true });
      expect(store.countDeadLetters({ replayed: true })).toBe(1);
      expect(store.countDeadLetters({ replayed: false, code: 'normalise.timestamp' })).toBe(2);
      expect(store.deadLetter(12345)).toBe(undefined);
    });
  });

  it('says what is wrong with a path', () => {
    const missing = join(scratch, 'missing.db');
    expect(() => openStore(missing)).toThrow('there is no store yet');
    expect(existsSync(missing)).toBe(false);
    const other = join(scratch, 'other.db');
    writeFileSync(other, 'x'.repeat(5000));
    expect(() => openStore(other)).toThrow(
      `${other}: is no Sekisho store (not a database at all); name another folder`,
    );
    const empty = join(scratch, 'empty.db');
    writeFileSync(empty, '');
    expect(() => openStore(empty)).toThrow('holds nothing yet; `sekisho run` sets it up');
    const foreign = join(scratch, 'foreign.db');
    const database = new Database(foreign);
    database.exec('CREATE TABLE theirs (a)');
    database.close();
    expect(() => openStore(foreign)).toThrow("another program's database (tables theirs); name another folder");
  });

  it('says that a store is damaged, wherever that shows', async () => {
    const words = 'w'.repeat(3000);
    await ledger.commit(commitOf({ alerts: Array.from({ length: 30 }, (_, i) => alert(`id${i}`, i, 47, words)) }));
    await ledger.close();
    const whole = readFileSync(path);
    let told = 0;
    for (let at = 4096; at < whole.length; at += 4096) {
      const bytes = Buffer.from(whole);
      bytes.fill(0x7a, at, at + 2000);
      writeFileSync(path, bytes);
      const reason = damageTold();
      if (reason === undefined) continue;
      told++;
      expect(reason).toBe(`${path}: is damaged`);
    }
    expect(told).toBeGreaterThan(20);
  });
});

describe('NDJSON output', () => {
  const revision = (id: string, n: number): AlertDocument => {
    const made = alert(id, n, 47, `revision ${n}`);
    return { ...made, revision: n };
  };
  const lines = (file: string): string[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { message: string; event: { id: string } })
      .map(({ event, message }) => `${event.id} ${message}`);
  const to = (): string => join(scratch, `alerts-${stores}.ndjson`);

  it('writes each revision once, over restarts too', async () => {
    for (const n of [1, 2, 3]) {
      const output = openNdjson({ name: 'file', store: path, to: to() });
      await ledger.commit(commitOf({ alerts: [revision('a', n), revision('b', n)] }));
      await output.pump();
      await output.pump();
      await output.close();
    }
    expect(lines(to())).toEqual([1, 2, 3].flatMap((n) => [`a revision ${n}`, `b revision ${n}`]));
  });

  it('writes more than it takes at once, in order', async () => {
    const many = Array.from({ length: 1234 }, (_, i) => revision(`id${i}`, 1));
    await ledger.commit(commitOf({ alerts: many }));
    const output = openNdjson({ name: 'file', store: path, to: to() });
    await output.pump();
    await output.close();
    expect(lines(to())).toEqual(many.map(({ id }) => `${id} revision 1`));
  });

  it('goes on in a new file where the old one was moved or deleted', async () => {
    const output = openNdjson({ name: 'file', store: path, to: to() });
    await ledger.commit(commitOf({ alerts: [revision('a', 1)] }));
    await output.pump();
    renameSync(to(), `${to()}.1`);
    await ledger.commit(commitOf({ alerts: [revision('a', 2)] }));
    await output.pump();
    expect([lines(`${to()}.1`), lines(to())]).toEqual([['a revision 1'], ['a revision 2']]);
    unlinkSync(to());
    await ledger.commit(commitOf({ alerts: [revision('a', 3)] }));
    await output.pump();
    await output.close();
    expect(lines(to())).toEqual(['a revision 3']);
  });

  it('removes a line that a crash tore, and leaves a foreign last line alone', async () => {
    await ledger.commit(commitOf({ alerts: [revision('a', 1)] }));
    writeFileSync(to(), '{"event":{"id":"z"},"message":"whole"}\n{"event":{"id":"torn');
    const output = openNdjson({ name: 'file', store: path, to: to() });
    await output.pump();
    await output.close();
    expect(lines(to())).toEqual(['z whole', 'a revision 1']);
    appendFileSync(to(), 'not ours');
    const other = openNdjson({ name: 'other', store: path, to: to() });
    await other.pump();
    await other.close();
    expect(readFileSync(to(), 'utf8')).toContain('\nnot ours\n{');
  });

  it('writes again what a failed write may have lost', async () => {
    await ledger.commit(commitOf({ alerts: [revision('a', 1)] }));
    const folder = join(scratch, `not-yet-${stores}`, 'alerts.ndjson');
    const output = openNdjson({ name: 'file', store: path, to: folder });
    await expect(output.pump()).rejects.toThrow('its folder does not exist; create it');
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
    broken.on('error', () => undefined);
    await expect(openNdjson({ name: 'file', store: path, to: broken }).pump()).rejects.toThrow('gone');
    const stream = new PassThrough();
    const working = openNdjson({ name: 'file', store: path, to: stream });
    await working.pump();
    await working.close();
    await output.close();
    expect(String(stream.read())).toContain('revision 1');
  });
});
