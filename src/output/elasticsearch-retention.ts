import type { Client } from '@elastic/elasticsearch';
import { ALERT_INDEX_PATTERN } from './elasticsearch-template.js';

const MONTH = /^sekisho-alerts-(\d{4})\.(\d{2})$/u;

/**
 * Of these indices those of a month that ended longer than `retention` (ms) before `now`. Names of another form are
 * left alone: they are somebody else's.
 */
export function expiredIndices(names: readonly string[], now: number, retention: number): readonly string[] {
  return names.filter((name) => {
    const [, year, month] = MONTH.exec(name) ?? [];
    return year !== undefined && Date.UTC(Number(year), Number(month), 1) + retention <= now;
  });
}

/** Deletes the alert indices that have expired, whole months each; returns their names. Rejects as the client does. */
export async function deleteExpired(client: Client, now: number, retention: number): Promise<readonly string[]> {
  const { indices } = await client.indices.resolveIndex({ name: ALERT_INDEX_PATTERN });
  const expired = expiredIndices(
    indices.map(({ name }) => name),
    now,
    retention,
  );
  if (expired.length > 0) await client.indices.delete({ index: [...expired], ignore_unavailable: true });
  return expired;
}
