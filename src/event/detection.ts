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
 * Until `keep` it holds the event (and with it the batch's text); whoever holds a reference beyond the batch must call
 * `keep`, which copies what an alert may show into a compact form and lets the event go.
 */
export class EvidenceRef {
  #event: EcsEvent | undefined;
  #kept: KeptEvent | undefined;
  readonly #evidence: Evidence | undefined;

  private constructor(event: EcsEvent | undefined, evidence: Evidence | undefined) {
    this.#event = event;
    this.#kept = undefined;
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

  /** Lets the event go. The first call costs a copy of the line; later calls nothing. */
  keep(): void {
    if (this.#event === undefined) return;
    this.#kept = keptOf(this.#event);
    this.#event = undefined;
  }

  /** The evidence itself, as plain data; made anew at each call unless it was given. */
  resolve(): Evidence {
    if (this.#evidence !== undefined) return this.#evidence;
    this.keep();
    return evidenceOf(this.#kept as KeptEvent);
  }

  /** Who and where, without copying. Its strings may hold on to the batch's text. */
  subject(): Subject {
    if (this.#kept !== undefined) return subjectOf(this.#kept);
    const fields = this.#event?.fields ?? (this.#evidence as Evidence).entities;
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

/** An event reduced to what evidence needs: some 300 bytes and the line. Thousands of them live in idle windows. */
interface KeptEvent {
  readonly time: number;
  readonly source: string;
  readonly offset: number;
  readonly sub: number;
  readonly original: string;
  /** The fields of `ENTITY_FIELDS` that are set, one shared list for each combination. */
  readonly names: readonly EntityField[];
  readonly values: readonly (string | readonly string[])[];
}

function keptOf(event: EcsEvent): KeptEvent {
  const original = event.fields['event.original'];
  const values: (string | readonly string[])[] = [];
  let present = 0;
  for (let i = 0; i < ENTITY_FIELDS.length; i++) {
    const value = event.fields[ENTITY_FIELDS[i] as EntityField];
    if (value === undefined || value === null) continue;
    present |= 1 << i;
    values.push(entityValue(value));
  }
  return {
    time: event.time,
    source: event.source.id,
    offset: event.offset,
    sub: event.sub,
    original: detach(cutText(typeof original === 'string' ? original : '', EVIDENCE_TEXT_LIMIT)),
    names: namesOf(present),
    values,
  };
}

const nameLists = new Map<number, readonly EntityField[]>();

function namesOf(present: number): readonly EntityField[] {
  let names = nameLists.get(present);
  if (names === undefined) {
    names = ENTITY_FIELDS.filter((_, i) => (present & (1 << i)) !== 0);
    nameLists.set(present, names);
  }
  return names;
}

function subjectOf(kept: KeptEvent): Subject {
  const read = (name: EntityField): string | undefined => single(kept.values[kept.names.indexOf(name)]);
  return { ip: read('source.ip'), user: read('user.name'), target: read('user.target.name'), host: read('host.name') };
}

function evidenceOf(kept: KeptEvent): Evidence {
  return {
    time: kept.time,
    position: formatPosition(kept),
    original: kept.original,
    entities: entitiesOf(kept),
  };
}

function entitiesOf(kept: KeptEvent): Entities {
  const entities: { [K in EntityField]?: string | readonly string[] } = {};
  kept.names.forEach((name, i) => {
    entities[name] = kept.values[i] as string | readonly string[];
  });
  return entities;
}

/** Arrays come from tables or from JSON, never from slices of a batch, so an array of short texts is kept as it is. */
function entityValue(value: FieldValue): string | readonly string[] {
  if (!Array.isArray(value)) return entityText(value);
  if (value.length <= 16 && value.every(isShortText)) return value;
  return value.slice(0, 16).map(entityText);
}

function isShortText(value: FieldValue): value is string {
  return typeof value === 'string' && value.length <= ENTITY_TEXT_LIMIT;
}

const ENTITY_TEXT_LIMIT = 256;

function entityText(value: FieldValue): string {
  return shared(cutText(typeof value === 'string' ? value : JSON.stringify(value), ENTITY_TEXT_LIMIT));
}

const SHARED_MAX = 8192;
let sharedTexts = new Map<string, string>();

/** One detached copy of a text for all evidence that names it: hosts, agents and programs repeat. Bounded. */
function shared(text: string): string {
  if (text.length < 13) return text;
  const known = sharedTexts.get(text);
  if (known !== undefined) return known;
  if (sharedTexts.size >= SHARED_MAX) sharedTexts = new Map();
  const copy = detach(text);
  sharedTexts.set(copy, copy);
  return copy;
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
