import { usageError } from './exit.js';

/**
 * `--since`: a span back from `now` (`24h`), or an ISO 8601 time, read in `zone` where it names none. Epoch ms.
 *
 * @throws CliError where it is neither.
 */
export async function sinceTime(text: string, now: number, zone: string): Promise<number> {
  const { parseSpan } = await import('../engine/config/span.js');
  const span = parseSpan(text);
  if (span !== undefined) return now - span;
  const { DateTime } = await import('luxon');
  const time = DateTime.fromISO(text, { zone });
  if (time.isValid) return time.toMillis();
  throw usageError(
    `--since '${text}' is neither a span (24h, 7d) nor an ISO time (2026-03-10, 2026-03-10T06:00+09:00)`,
  );
}
