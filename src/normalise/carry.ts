import type { Fields, Source } from '../event/index.js';
import { ENVELOPE_NAMES } from './envelope/table.js';
import { AuditJoins } from './format/server/auditd/join.js';
import { describedFormats } from './format/own/described.js';
import { headedToo } from './format/headed-json.js';
import { isNginxs } from './format/web/log-format.js';
import { hintOfPath } from './format/paths.js';
import { formatsOf } from './format/table.js';
import type { Format, Line, TextFormat } from './line.js';
import { Pace } from './json/template-pace.js';
import { Clock } from './time/time.js';

const MAX_SOURCES = 10_000;

/** What is kept of one source between records: bounded, and rebuilt when its settings change. */
export interface Carry {
  readonly source: Source;
  readonly clock: Clock;
  readonly hostName: string;
  /** The formats the operator told; undefined: detected. */
  readonly told: readonly Format[] | undefined;
  /** Whether the operator said that records are JSON, by a format or an envelope. */
  readonly isJson: boolean;
  /** The formats tried first: those told, else the operator's own and those that the source's name suggests. */
  readonly hinted: readonly Format[];
  /** The format that read the last record detected; tried before the others. */
  last: TextFormat | undefined;
  /** Header lines seen: what the columns of the lines below them are. */
  readonly headers: Map<string, readonly string[]>;
  /** Audit events whose records are still coming. */
  readonly audits: AuditJoins;
  /** How its JSON fares with templates. */
  readonly pace: Pace;
  /** Whether an event had a time of its own. */
  isTimed: boolean;
  /** Fixed fields of the settings. */
  readonly fixed: readonly (readonly [string, string])[];
}

/** What of a carry is saved with the source's position, so that reading goes on in the middle of a file: plain data. */
export interface Carried {
  /** Header lines seen, by a name of the format's. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** Audit events whose records are still coming, the oldest first. */
  readonly audits?: readonly (readonly [id: string, known: Fields])[];
}

/** Tells a line what is its source's: the records that come next are of this one. */
export function turnTo({ headers, audits, source }: Carry, line: Line): void {
  line.headers = headers;
  line.audits = audits;
  line.pattern = source.settings.pattern;
}

/** The carries of the sources seen; the longest known is forgotten beyond 10,000 (it is only rebuilt). */
export class Carries {
  readonly #bySource = new Map<string, Carry>();
  readonly #clocks = new Map<string, Clock>();
  readonly #machine: string;
  #latest: Carry | undefined;

  /** `machine`: this machine's name, for sources that have no host of their own. */
  constructor(machine: string) {
    this.#machine = machine;
  }

  /** The carry of a source. Asked again for the same source, it costs one comparison. */
  of(source: Source): Carry {
    if (this.#latest?.source === source) return this.#latest;
    const known = this.#bySource.get(source.id);
    this.#latest = known?.source === source ? known : this.#create(source, known);
    return this.#latest;
  }

  /** What is to be remembered with a source's position; undefined: nothing. */
  carried(source: Source): Carried | undefined {
    const known = this.#bySource.get(source.id);
    if (known === undefined) return undefined;
    const headers = Object.fromEntries(known.headers);
    const audits = known.audits.open();
    const carried = {
      ...(known.headers.size > 0 && { headers }),
      ...(audits.length > 0 && { audits }),
    };
    return known.headers.size + audits.length > 0 ? carried : undefined;
  }

  /** Goes on with a source where `carried` was remembered, whatever was known of it. */
  resume(source: Source, { headers = {}, audits = [] }: Carried): void {
    const carry = this.of(source);
    carry.headers.clear();
    for (const [name, values] of Object.entries(headers)) carry.headers.set(name, values);
    carry.audits.reopen(audits);
  }

  #create(source: Source, before: Carry | undefined): Carry {
    const { settings } = source;
    const described = (settings.formats ?? []).flatMap(describedFormats);
    const { told, isJson } = toldBy(settings.type ?? serverOf(settings.pattern), described);
    const carry: Carry = {
      source,
      clock: this.clockOf(settings.timezone),
      hostName: settings.host ?? this.#machine,
      told,
      isJson,
      hinted: told ?? [...described, ...hintedBy(source.label)],
      ...(before === undefined ? unread() : remembered(before)),
      fixed: Object.entries(settings.fields ?? {}),
    };
    if (this.#bySource.size >= MAX_SOURCES && before === undefined) this.#forgetOldest();
    this.#bySource.set(source.id, carry);
    return carry;
  }

  #forgetOldest(): void {
    for (const id of this.#bySource.keys()) {
      this.#bySource.delete(id);
      return;
    }
  }

  /** The clock of a zone. */
  clockOf(zone: string): Clock {
    const known = this.#clocks.get(zone);
    if (known !== undefined) return known;
    const clock = new Clock(zone);
    this.#clocks.set(zone, clock);
    return clock;
  }
}

type Remembered = Pick<Carry, 'last' | 'headers' | 'audits' | 'pace' | 'isTimed'>;

function unread(): Remembered {
  return { last: undefined, headers: new Map(), audits: new AuditJoins(), pace: new Pace(), isTimed: false };
}

function remembered({ last, headers, audits, pace, isTimed }: Carry): Remembered {
  return { last, headers, audits, pace, isTimed };
}

/** The type that a web server's format string tells. */
function serverOf(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  return isNginxs(pattern) ? 'nginx' : 'apache';
}

/** The formats a type names; an envelope's name leaves what lies in it to be detected. */
function toldBy(type: string | undefined, described: readonly Format[]): Pick<Carry, 'told' | 'isJson'> {
  if (type === undefined) return { told: undefined, isJson: false };
  const own = described.filter(({ name }) => name.toLowerCase() === type.toLowerCase());
  if (own.length === 0 && ENVELOPE_NAMES.includes(type.toLowerCase())) return { told: undefined, isJson: true };
  const told = own.length > 0 ? own : formatsOf(type);
  return { told: told && headedToo(told), isJson: told?.every((format) => format.reads === 'json') === true };
}

function hintedBy(label: string): readonly Format[] {
  const hint = hintOfPath(label);
  return (hint === undefined ? undefined : formatsOf(hint)) ?? [];
}
