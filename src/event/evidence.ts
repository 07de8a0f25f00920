import type { EcsEvent, FieldValue, Fields } from './event.js';
import { formatPosition } from './record.js';
import { cutText, detach } from './text.js';
import { endOfTexts, joinTexts, SEPARATOR, splitTexts, type TextValue } from './texts.js';

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
 * Until `keep` it holds the event (and with it the batch's text) or the bytes it came in; whoever holds a reference
 * beyond the batch must call `keep`, which copies what an alert may show into one text and lets the rest go.
 */
export class EvidenceRef {
  #form: EvidenceForm;
  readonly #row: number;

  private constructor(form: EvidenceForm, row: number) {
    this.#form = form;
    this.#row = row;
  }

  /** Evidence of an event still in memory. */
  static ofEvent(event: EcsEvent): EvidenceRef {
    return new EvidenceRef(new EventForm(event), 0);
  }

  /** Evidence read back from a message or from state. */
  static of(evidence: Evidence): EvidenceRef {
    return new EvidenceRef(new PlainForm(evidence), 0);
  }

  /** Evidence that is one row of a form for many. */
  static ofRow(form: EvidenceForm, row: number): EvidenceRef {
    return new EvidenceRef(form, row);
  }

  /** Lets the event go. The first call costs a copy of the line; later calls nothing. */
  keep(): void {
    this.#form = this.#form.kept(this.#row);
  }

  /** The evidence itself, as plain data; made anew at each call unless it was given. */
  resolve(): Evidence {
    return this.#form.evidence(this.#row);
  }

  /** As `keep`, and tells the form. Throws where it was read back as plain data: such evidence is not packed again. */
  pack(): PackedEvidence {
    this.keep();
    if (this.#form instanceof PackedEvidence) return this.#form;
    throw new Error('evidence that was read back is not packed again');
  }

  /** Who and where. Its strings may hold on to the batch's text. */
  subject(): Subject {
    return this.#form.subject(this.#row);
  }

  /**
   * Who and where as one text that holds on to nothing; `readSubject` reads it. `like`, the subject's text of another,
   * where it says the same: then nothing is copied.
   */
  subjectText(like?: string): string {
    if (like !== undefined && this.#form instanceof PackedEvidence && this.#form.hasSubject(like)) return like;
    const text = this.#form.subjectText(this.#row);
    return text === like ? like : text;
  }
}

/** One way of holding evidence: of one event, or of many in rows. */
export interface EvidenceForm {
  /** The form to go on with beyond the batch; itself where it already holds on to nothing. */
  kept(row: number): EvidenceForm;
  evidence(row: number): Evidence;
  subject(row: number): Subject;
  subjectText(row: number): string;
}

/** Reads a subject's text. */
export function readSubject(text: string): Subject {
  const [ip, user, target, host] = splitTexts(text);
  return { ip: single(ip), user: single(user), target: single(target), host: single(host) };
}

/** A subject as one text. Holds on to nothing. */
export function subjectText({ ip, user, target, host }: Subject): string {
  return joinTexts([ip ?? null, user ?? null, target ?? null, host ?? null]);
}

/** What every packed text begins with, in the order of `Subject`. */
const SUBJECT_FIELDS: readonly EntityField[] = ['source.ip', 'user.name', 'user.target.name', 'host.name'];
const OTHER_FIELDS = ENTITY_FIELDS.filter((field) => !SUBJECT_FIELDS.includes(field));

class EventForm implements EvidenceForm {
  constructor(private readonly event: EcsEvent) {}

  kept(): PackedEvidence {
    const { fields, time, source, offset, sub } = this.event;
    const original = fields['event.original'];
    const values = SUBJECT_FIELDS.map((field) => entityValue(fields[field]));
    values.push(cutText(typeof original === 'string' ? original : '', EVIDENCE_TEXT_LIMIT));
    let others = 0;
    for (let i = 0; i < OTHER_FIELDS.length; i++) {
      const value = entityValue(fields[OTHER_FIELDS[i] as EntityField]);
      if (value === null) continue;
      others |= 1 << i;
      values.push(value);
    }
    return new PackedEvidence(time, source.id, offset, sub, others, joinTexts(values));
  }

  evidence(): Evidence {
    return this.kept().evidence();
  }

  subject(): Subject {
    return subjectOf(this.event.fields);
  }

  subjectText(): string {
    const { fields } = this.event;
    return joinTexts(SUBJECT_FIELDS.map((field) => entityValue(fields[field])));
  }
}

/**
 * Evidence as one text and a few numbers: `joinTexts` of the subject's fields, the line and the other fields that are
 * set. What most evidence is that outlives its batch: some 100 bytes and the text; thousands live in idle windows.
 */
export class PackedEvidence implements EvidenceForm {
  constructor(
    readonly time: number,
    /** `Source.id` */
    readonly source: string,
    readonly offset: number,
    readonly sub: number,
    /** Bits of the `OTHER_FIELDS` that are set. */
    readonly others: number,
    readonly text: string,
  ) {}

  kept(): PackedEvidence {
    return this;
  }

  evidence(): Evidence {
    const values = splitTexts(this.text);
    const entities: { [K in EntityField]?: string | readonly string[] } = {};
    let at = 0;
    const take = (field: EntityField): void => {
      const value = values[at++] ?? null;
      if (value !== null) entities[field] = value;
    };
    SUBJECT_FIELDS.forEach(take);
    const original = values[at++];
    for (let i = 0; i < OTHER_FIELDS.length; i++) {
      if ((this.others & (1 << i)) !== 0) take(OTHER_FIELDS[i] as EntityField);
    }
    return { time: this.time, position: formatPosition(this), original: single(original) ?? '', entities };
  }

  subject(): Subject {
    return readSubject(this.text.slice(0, this.subjectEnd));
  }

  subjectText(): string {
    return detach(this.text.slice(0, this.subjectEnd));
  }

  /** Whether a subject's text is this one's. Makes nothing. */
  hasSubject(subject: string): boolean {
    return this.text.startsWith(subject) && this.text.startsWith(SEPARATOR, subject.length);
  }

  /** Where the subject's text ends. */
  get subjectEnd(): number {
    return endOfTexts(this.text, SUBJECT_FIELDS.length);
  }
}

class PlainForm implements EvidenceForm {
  constructor(private readonly plain: Evidence) {}

  kept(): PlainForm {
    return this;
  }

  evidence(): Evidence {
    return this.plain;
  }

  subject(): Subject {
    return subjectOf(this.plain.entities);
  }

  subjectText(): string {
    return subjectText(this.subject());
  }
}

function subjectOf(fields: Fields | Entities): Subject {
  return {
    ip: single(fields['source.ip']),
    user: single(fields['user.name']),
    target: single(fields['user.target.name']),
    host: single(fields['host.name']),
  };
}

/** A field's text; of several values the first. */
function single(value: FieldValue | undefined): string | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}

/** A field as evidence shows it: cut, of several values the first few; null where it is missing. */
function entityValue(value: FieldValue | undefined): TextValue {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return entityText(value);
  return value.slice(0, ENTITY_VALUES).map(entityText);
}

const ENTITY_TEXT_LIMIT = 256;
const ENTITY_VALUES = 16;

function entityText(value: FieldValue): string {
  return cutText(typeof value === 'string' ? value : JSON.stringify(value), ENTITY_TEXT_LIMIT);
}
