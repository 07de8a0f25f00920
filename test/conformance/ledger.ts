import { expect, it } from 'vitest';
import type { AlertDocument, DeadLetter } from '../../src/event/index.js';
import type { Commit, Ledger, Progress, Restored } from '../../src/ledger/types.js';

/** One storage of a ledger under test; `open` gives a new ledger over it, after the former was closed. */
export interface LedgerHarness {
  open(): Promise<{ readonly ledger: Ledger; readonly restored: Restored }>;
  /** What the storage holds, read from outside. */
  alerts(): readonly AlertDocument[] | Promise<readonly AlertDocument[]>;
  deadLetters(): readonly DeadLetter[] | Promise<readonly DeadLetter[]>;
}

/** Makes a commit of the parts that matter to a test. */
export function commitOf(parts: Partial<Commit>): Commit {
  return { progress: [], watermark: null, state: [], alerts: [], deadLetters: [], ...parts };
}

/** A source's progress. */
export function progressAt(source: string, offset: number, more: Partial<Progress> = {}): Progress {
  return { source, label: `/var/log/${source}`, offset, carry: null, eventTime: null, ...more };
}

/** An alert document with the fields that a ledger reads. */
export function alertOf(id: string, revision: number, text = 'something happened', state = 'active'): AlertDocument {
  const time = new Date(1_700_000_000_000 + revision).toISOString();
  const document = {
    '@timestamp': '2023-11-14T22:13:20.000Z',
    message: text,
    event: { start: '2023-11-14T22:13:20.000Z', end: time },
    rule: { id: 'rule-1', name: 'Rule One' },
    sekisho: { alert: { state, revision } },
  };
  return { id, revision, severity: 47, document };
}

/** A dead letter at an offset. */
export function letterAt(offset: number, bytes: Uint8Array = Uint8Array.of(0, 255, 10)): DeadLetter {
  return {
    position: { source: 'file:1:2:ab', offset, sub: 0 },
    label: '/var/log/x',
    receiveTime: 1_700_000_000_123,
    bytes,
    failure: { code: 'normalise.timestamp', message: 'no time in it' },
  };
}

/** The behaviour that every ledger shares (src/ledger/types.ts); `create` gives an empty storage each time. */
export function ledgerSuite(create: () => LedgerHarness | Promise<LedgerHarness>): void {
  const opened = async (): Promise<{ harness: LedgerHarness; ledger: Ledger }> => {
    const harness = await create();
    const { ledger } = await harness.open();
    return { harness, ledger };
  };
  const reopen = async (harness: LedgerHarness, ledger: Ledger): Promise<Restored & { close(): Promise<void> }> => {
    await ledger.close();
    const next = await harness.open();
    return { ...next.restored, state: [...next.restored.state].sort(), close: () => next.ledger.close() };
  };

  it('knows nothing at first', async () => {
    const { harness, ledger } = await opened();
    const restored = await reopen(harness, ledger);
    expect(restored).toMatchObject({ progress: [], watermark: null, state: [] });
    await restored.close();
  });

  it('returns the sum of all commits', async () => {
    const { harness, ledger } = await opened();
    const first = progressAt('a', 10, { carry: '{"head":"é\\u0000"}', eventTime: 5 });
    await ledger.commit(commitOf({ progress: [first, progressAt('b', 1)], watermark: 7 }));
    await ledger.commit(commitOf({ progress: [progressAt('b', 2 ** 45)], state: [{ key: 'k', value: '{"v":1}' }] }));
    const restored = await reopen(harness, ledger);
    expect(restored.progress).toEqual([first, progressAt('b', 2 ** 45)]);
    expect(restored.watermark).toBe(7);
    expect(restored.state).toEqual([['k', '{"v":1}']]);
    await restored.close();
  });

  it('replaces and forgets state, the last change of a key in force', async () => {
    const { harness, ledger } = await opened();
    await ledger.commit(commitOf({ state: ['a', 'b', 'c'].map((key) => ({ key, value: '1' })) }));
    const changes = [
      { key: 'a', value: null },
      { key: 'b', value: '2' },
      { key: 'c', value: null },
      { key: 'c', value: '3' },
      { key: 'never', value: null },
    ];
    await ledger.commit(commitOf({ state: changes }));
    const restored = await reopen(harness, ledger);
    expect(restored.state).toEqual([
      ['b', '2'],
      ['c', '3'],
    ]);
    await restored.close();
  });

  it('keeps each alert in its highest revision', async () => {
    const { harness, ledger } = await opened();
    await ledger.commit(commitOf({ alerts: [alertOf('x', 1), alertOf('y', 5)] }));
    await ledger.commit(commitOf({ alerts: [alertOf('x', 3), alertOf('y', 4), alertOf('x', 2)] }));
    await ledger.close();
    expect(await harness.alerts()).toEqual([alertOf('x', 3), alertOf('y', 5)]);
  });

  it('takes the same commit twice as once', async () => {
    const { harness, ledger } = await opened();
    const commit = commitOf({
      progress: [progressAt('a', 10)],
      watermark: 9,
      state: [{ key: 'k', value: '1' }],
      alerts: [alertOf('x', 1)],
      deadLetters: [letterAt(3), letterAt(4)],
    });
    await ledger.commit(commit);
    await ledger.commit(commit);
    const restored = await reopen(harness, ledger);
    await restored.close();
    expect(restored).toMatchObject({ progress: commit.progress, watermark: 9, state: [['k', '1']] });
    expect(await harness.alerts()).toEqual(commit.alerts);
    expect(await harness.deadLetters()).toHaveLength(2);
  });

  it('keeps the bytes of a dead letter, empty ones too', async () => {
    const { harness, ledger } = await opened();
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    await ledger.commit(commitOf({ deadLetters: [letterAt(1, all), letterAt(2, new Uint8Array())] }));
    await ledger.close();
    const bytes = (await harness.deadLetters()).map((letter) => Uint8Array.from(letter.bytes));
    expect(bytes).toEqual([all, new Uint8Array()]);
  });

  it('takes large values and many entries', async () => {
    const { harness, ledger } = await opened();
    const large = `"${'é"x'.repeat(1_000_000)}"`;
    const many = Array.from({ length: 20_000 }, (_, i) => ({ key: `k${i}`, value: `{"n":${i}}` }));
    await ledger.commit(commitOf({ state: [{ key: 'large', value: large }, ...many] }));
    const restored = await reopen(harness, ledger);
    await restored.close();
    const state = new Map(restored.state);
    expect(state.size).toBe(20_001);
    expect(state.get('large') === large).toBe(true);
    expect(state.get('k19999')).toBe('{"n":19999}');
  });

  it('keeps text that looks like SQL, JSON or nothing as it is', async () => {
    const { harness, ledger } = await opened();
    const keys = ["'; DROP TABLE state; --", '"', '[1,2]', 'null', '0123', ' ', '\u2028', '🔑'];
    await ledger.commit(commitOf({ state: keys.map((key) => ({ key, value: key })) }));
    const restored = await reopen(harness, ledger);
    await restored.close();
    expect(new Map(restored.state)).toEqual(new Map(keys.map((key) => [key, key])));
  });
}
