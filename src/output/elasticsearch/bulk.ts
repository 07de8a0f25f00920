import { type Client, errors } from '@elastic/elasticsearch';
import type { AlertDocument } from '../../event/index.js';

/** How one alert is written: by its revision, or over a stored document that somebody else has changed. */
export interface Write {
  readonly alert: AlertDocument;
  readonly index: string;
  /** The stored document that may be replaced whatever its version; null: there must be none. */
  readonly over?: { readonly seqNo: number; readonly primaryTerm: number } | null;
}

/**
 * What became of one write. `conflict`: the stored version is not older. `refused`: the document itself is not taken.
 * `later`: try again (busy, unavailable). `denied`: not allowed, or the index is blocked: a person must act.
 */
export type Outcome = 'done' | 'conflict' | 'refused' | 'later' | 'denied' | 'too-large';

/** An outcome with the server's words for it. */
export interface Answer {
  readonly write: Write;
  readonly outcome: Outcome;
  readonly reason: string;
}

/**
 * Sends writes as one bulk request and reads the answer item by item. Never rejects: a request that fails as a whole is
 * the same outcome for each of its writes.
 */
export async function sendBulk(client: Client, writes: readonly Write[], signal: AbortSignal): Promise<Answer[]> {
  try {
    const operations = writes.flatMap((write) => [{ index: actionOf(write) }, write.alert.document]);
    const { items } = await client.bulk({ operations }, { signal });
    return writes.map((write, i) => {
      const item = items[i]?.index ?? items[i]?.create;
      const { status = 0, error } = item ?? {};
      return {
        write,
        outcome: outcomeOf(status, error?.type),
        reason: `${error?.type ?? status}: ${reasonOfItem(error)}`,
      };
    });
  } catch (error) {
    const { outcome, reason } = failureOf(error);
    return writes.map((write) => ({ write, outcome, reason }));
  }
}

function actionOf({ alert, index, over }: Write): object {
  const place = { _index: index, _id: alert.id };
  if (over === undefined) return { ...place, version: alert.revision, version_type: 'external' };
  if (over === null) return { ...place, op_type: 'create' };
  return { ...place, if_seq_no: over.seqNo, if_primary_term: over.primaryTerm };
}

/** What a status means for one item or for a whole request. */
export function outcomeOf(status: number, type: string | undefined): Outcome {
  if (status >= 200 && status < 300) return 'done';
  if (status === 409) return 'conflict';
  if (status === 413) return 'too-large';
  if (status === 401 || status === 403 || status === 404) return 'denied';
  if (status === 400 && type !== 'illegal_state_exception') return 'refused';
  return 'later';
}

/** The reason with its innermost cause, which names the field. */
export function reasonOfItem(
  error: { reason?: string | null; caused_by?: { reason?: string | null } } | undefined,
): string {
  return [error?.reason, error?.caused_by?.reason].filter((part) => part).join(': ');
}

/** What a request that failed as a whole means. */
export function failureOf(error: unknown): { readonly outcome: Outcome; readonly reason: string } {
  const reason = error instanceof Error ? error.message : String(error);
  if (!(error instanceof errors.ResponseError)) return { outcome: 'later', reason };
  const outcome = outcomeOf(error.statusCode ?? 0, undefined);
  // A bulk request that is not taken at all says nothing about its documents.
  return { outcome: outcome === 'refused' || outcome === 'conflict' ? 'denied' : outcome, reason };
}
