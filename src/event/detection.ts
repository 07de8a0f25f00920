import type { EcsEvent, FieldValue } from './event.js';
import { formatPosition } from './record.js';
import { cutText, detach } from './text.js';

/** At most this many bytes (counted as UTF-16 units) of an original line travel with a detection. */
export const EVIDENCE_TEXT_LIMIT = 2048;

/**
 * The fields a detection brings along for the alert: what the alert is about. Values are cut at 256 characters.
 *
 * Everything an alert document names (source, user, host, url, user agent …) comes from here, so a field that alerts
 * should show is added to this table and nowhere else.
 */
export const ENTITY_FIELDS = [
  'source.ip',
  'destination.ip',
  'user.name',
  'user.effective.name',
  'user.target.name',
  'group.name',
  'host.name',
  'service.name',
  'process.name',
  'process.command_line',
  'http.request.method',
  'http.response.status_code',
  'url.domain',
  'url.path',
  'url.original',
  'user_agent.original',
  'event.category',
  'event.type',
  'event.action',
  'event.outcome',
  'event.dataset',
] as const;

/** A name of `ENTITY_FIELDS`. */
export type EntityField = (typeof ENTITY_FIELDS)[number];

/** Entity values by field; absent where the event had none. Several values (`event.category`) stay an array. */
export type Entities = { readonly [K in EntityField]?: string | readonly string[] };

/**
 * A bounded, self-contained reference to one event: plain data, safe to keep and to serialise as JSON.
 */
export interface Evidence {
  readonly time: number;
  /** As `formatPosition` writes it. */
  readonly position: string;
  /** The original line, cut at `EVIDENCE_TEXT_LIMIT`. */
  readonly original: string;
  readonly entities: Entities;
}

/** Who and where of one event: what the entity sets of an episode are made of. */
export interface Subject {
  /** `source.ip` */
  readonly ip: string | undefined;
  /** `user.name` */
  readonly user: string | undefined;
  /** `user.target.name` */
  readonly target: string | undefined;
  /** `host.name` */
  readonly host: string | undefined;
}

/**
 * Evidence that is made only when somebody asks: one per event that matched, shared by all its detections.
 *
 * Until `resolve` it holds the event (and with it the batch's text); whoever keeps a reference beyond the batch must
 * call `resolve`, which copies what is needed and lets the event go.
 */
export class EvidenceRef {
  #event: EcsEvent | undefined;
  #evidence: Evidence | undefined;

  private constructor(event: EcsEvent | undefined, evidence: Evidence | undefined) {
    this.#event = event;
    this.#evidence = evidence;
  }

  /** Evidence of an event still in memory. */
  static ofEvent(event: EcsEvent): EvidenceRef {
    return new EvidenceRef(event, undefined);
  }

  /** Evidence read back from a message or from state. */
  static of(evidence: Evidence): EvidenceRef {
    return new EvidenceRef(undefined, evidence);
  }

  /** The evidence itself. The first call costs a copy of the line and its entities; later calls nothing. */
  resolve(): Evidence {
    if (this.#evidence === undefined) {
      this.#evidence = evidenceOf(this.#event as EcsEvent);
      this.#event = undefined;
    }
    return this.#evidence;
  }

  /** Who and where, without resolving. Its strings may hold on to the batch's text. */
  subject(): Subject {
    const fields = this.#event?.fields ?? this.#evidence?.entities ?? {};
    return {
      ip: single(fields['source.ip']),
      user: single(fields['user.name']),
      target: single(fields['user.target.name']),
      host: single(fields['host.name']),
    };
  }
}

/** A field's text; of several values the first. */
function single(value: FieldValue | undefined): string | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}

/** Copies what an alert may show of an event. */
function evidenceOf(event: EcsEvent): Evidence {
  const original = event.fields['event.original'];
  return {
    time: event.time,
    position: formatPosition({ source: event.source.id, offset: event.offset, sub: event.sub }),
    original: detach(cutText(typeof original === 'string' ? original : '', EVIDENCE_TEXT_LIMIT)),
    entities: entitiesOf(event),
  };
}

function entitiesOf(event: EcsEvent): Entities {
  const entities: { [K in EntityField]?: string | readonly string[] } = {};
  for (const field of ENTITY_FIELDS) {
    const value = event.fields[field];
    if (value !== undefined && value !== null) entities[field] = entityValue(value);
  }
  return entities;
}

function entityValue(value: FieldValue): string | readonly string[] {
  return Array.isArray(value) ? value.slice(0, 16).map(entityText) : entityText(value);
}

function entityText(value: FieldValue): string {
  return detach(cutText(typeof value === 'string' ? value : JSON.stringify(value), 256));
}

/**
 * The canonical values of a correlation's `group-by` for one event, and the key made of them.
 *
 * `values[i]` belongs to the i-th group-by name. null only in implicit correlations of plain rules, where a missing
 * field never drops an event; elsewhere a missing field leaves the detection out.
 */
export interface Group {
  /** Injective text of `values`: equal keys mean equal values. One value that is a string: that string itself. */
  readonly key: string;
  readonly values: readonly (string | null)[];
}

/**
 * One event matched one rule that a correlation refers to (for a plain rule: its implicit correlation).
 *
 * A derived detection (an episode of a referred correlation, in a chain) has the same shape: its time is the episode's
 * start.
 */
export interface Detection {
  /** Index into `RuleSet.correlations`. */
  readonly correlation: number;
  /** Index into that correlation's `refs`. */
  readonly role: number;
  readonly group: Group;
  /** Event time, epoch ms. */
  readonly time: number;
  /** value_* types: the canonical value of the condition's field. */
  readonly value: string | undefined;
  readonly evidence: EvidenceRef;
}
