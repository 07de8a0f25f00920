import {
  ENTITY_FIELDS,
  EVIDENCE_TEXT_LIMIT,
  type Entities,
  type EntityField,
  type Evidence,
  type Subject,
} from './entities.js';
import type { EcsEvent, FieldValue, Fields } from './event.js';
import { formatPosition, type Position, readPosition } from './record.js';
import { cutText, detach } from './text.js';
import { endOfTexts, joinTexts, splitTexts, type TextValue } from './texts.js';

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

/** Evidence of an event still in memory. */
export class EventForm implements EvidenceForm {
  constructor(private readonly event: EcsEvent) {}

  kept(): KeptEvidence {
    const { fields } = this.event;
    const original = fields['event.original'];
    const { time, source, offset, sub } = this.event;
    return new KeptEvidence(
      { time, source: source.id, offset, sub },
      detachedValue(fields['source.ip']),
      detachedValue(fields['user.name']),
      detachedValue(fields['user.target.name']),
      detachedValue(fields['host.name']),
      typeof original === 'string' ? detach(cutText(original, EVIDENCE_TEXT_LIMIT)) : '',
      othersOf(fields),
    );
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

/** The `OTHER_FIELDS` of the last event, as it had them and as evidence shows them: most events share them with the last. */
let last: { readonly fields: readonly (FieldValue | undefined)[]; readonly values: readonly TextValue[] } = {
  fields: [],
  values: [],
};

function othersOf(fields: Fields): readonly TextValue[] {
  if (!hasOthers(fields, last.fields)) {
    const values = OTHER_FIELDS.map((field) => detachedValue(fields[field]));
    // What is compared with must not hold on to the event's text either.
    const own = OTHER_FIELDS.map((field, i) =>
      typeof fields[field] === 'string' ? (values[i] ?? null) : fields[field],
    );
    last = { fields: own, values };
  }
  return last.values;
}

function hasOthers(fields: Fields, others: readonly (FieldValue | undefined)[]): boolean {
  for (let i = 0; i < OTHER_FIELDS.length; i++) {
    if (fields[OTHER_FIELDS[i] as EntityField] !== others[i]) return false;
  }
  return others.length > 0;
}

function detachedValue(value: FieldValue | undefined): TextValue {
  const shown = entityValue(value);
  return typeof shown === 'string' ? detach(shown) : shown === null ? null : shown.map(detach);
}

/**
 * Evidence that holds on to nothing: what most evidence is that outlives its batch, and what topics carry. `others` are
 * the entity fields that aren't the subject's, in their order, null where missing; missing ones at the end may be left out.
 */
export class KeptEvidence implements EvidenceForm {
  readonly time: number;
  /** `Source.id` */
  readonly source: string;
  readonly offset: number;
  readonly sub: number;

  constructor(
    at: Position & { readonly time: number },
    readonly ip: TextValue,
    readonly user: TextValue,
    readonly target: TextValue,
    readonly host: TextValue,
    readonly original: string,
    readonly others: readonly TextValue[],
  ) {
    this.time = at.time;
    this.source = at.source;
    this.offset = at.offset;
    this.sub = at.sub;
  }

  /** Evidence that was plain data. */
  static of({ time, position, original, entities }: Evidence): KeptEvidence {
    const of = (field: EntityField): TextValue => entities[field] ?? null;
    return new KeptEvidence(
      { time, ...readPosition(position) },
      of('source.ip'),
      of('user.name'),
      of('user.target.name'),
      of('host.name'),
      original,
      OTHER_FIELDS.map(of),
    );
  }

  kept(): KeptEvidence {
    return this;
  }

  evidence(): Evidence {
    const { ip, user, target, host, original, others } = this;
    return evidenceOf(this, original, [ip, user, target, host], others);
  }

  subject(): Subject {
    return { ip: first(this.ip), user: first(this.user), target: first(this.target), host: first(this.host) };
  }

  subjectText(): string {
    return joinTexts([this.ip, this.user, this.target, this.host]);
  }

  packed(): PackedEvidence {
    const { time, source, offset, sub, ip, user, target, host, original } = this;
    const values = [ip, user, target, host, original];
    let others = 0;
    this.others.forEach((value, i) => {
      if (value === null) return;
      others |= 1 << i;
      values.push(value);
    });
    return new PackedEvidence(time, source, offset, sub, others, joinTexts(values));
  }
}

/**
 * Evidence as one text and a few numbers: `joinTexts` of the subject's fields, the line and the other fields that are
 * set. What crosses threads and topics.
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
    const subjects = SUBJECT_FIELDS.length;
    let at = subjects + 1;
    const others = OTHER_FIELDS.map((_, i) => ((this.others & (1 << i)) === 0 ? null : (values[at++] ?? null)));
    return evidenceOf(this, single(values[subjects]) ?? '', values.slice(0, subjects), others);
  }

  subject(): Subject {
    return readSubject(this.text.slice(0, this.subjectEnd));
  }

  subjectText(): string {
    return detach(this.text.slice(0, this.subjectEnd));
  }

  /** Where the subject's text ends. */
  get subjectEnd(): number {
    return endOfTexts(this.text, SUBJECT_FIELDS.length);
  }
}

/** Evidence as plain data, of the values of the subject's and the other fields. */
function evidenceOf(
  of: Position & { readonly time: number },
  original: string,
  subject: readonly TextValue[],
  others: readonly TextValue[],
): Evidence {
  const entities: { [K in EntityField]?: string | readonly string[] } = {};
  const fill = (fields: readonly EntityField[], values: readonly TextValue[]): void => {
    for (let i = 0; i < fields.length; i++) {
      const value = values[i] ?? null;
      if (value !== null) entities[fields[i] as EntityField] = value;
    }
  };
  fill(SUBJECT_FIELDS, subject);
  fill(OTHER_FIELDS, others);
  return { time: of.time, position: formatPosition(of), original, entities };
}

/** Evidence read back as plain data. */
export class PlainForm implements EvidenceForm {
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

function first(value: TextValue): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
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
