import type { AlertDocument, DeadLetter } from '../event/index.js';
import { formatPosition } from '../event/index.js';
import type { Commit, Ledger, Progress, Restored } from './types.js';

/** A ledger in memory, with what it holds for tests and for `scan` to look at. */
export interface MemoryLedger extends Ledger {
  /** Each alert in its highest revision, in the order in which they were first seen. */
  alerts(): readonly AlertDocument[];
  deadLetters(): readonly DeadLetter[];
}

/**
 * A ledger that is gone with the process: the same answers as the durable one, without a disk.
 *
 * A commit can't fail half way: it only sets entries of maps.
 */
export function openMemoryLedger(): MemoryLedger {
  const progress = new Map<string, Progress>();
  const state = new Map<string, string>();
  const alerts = new Map<string, AlertDocument>();
  const deadLetters = new Map<string, DeadLetter>();
  let watermark: number | null = null;
  return {
    open: async (): Promise<Restored> => ({ progress: [...progress.values()], watermark, state: [...state] }),
    commit: async (commit: Commit): Promise<void> => {
      for (const item of commit.progress) progress.set(item.source, item);
      for (const { key, value } of commit.state) {
        if (value === null) state.delete(key);
        else state.set(key, value);
      }
      for (const alert of commit.alerts) {
        if (alert.revision > (alerts.get(alert.id)?.revision ?? -Infinity)) alerts.set(alert.id, alert);
      }
      for (const letter of commit.deadLetters) deadLetters.set(deadLetterKey(letter), letter);
      watermark = commit.watermark ?? watermark;
    },
    close: async () => undefined,
    alerts: () => [...alerts.values()],
    deadLetters: () => [...deadLetters.values()],
  };
}

/** A dead letter sent twice is one: the same place, read at the same time, refused for the same reason. */
function deadLetterKey(letter: DeadLetter): string {
  return `${formatPosition(letter.position)} ${letter.receiveTime} ${letter.failure.code}`;
}
