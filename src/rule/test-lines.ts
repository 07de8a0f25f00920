/**
 * What one entry of `lines:` or `events:` of a rule test stands for (written out when asked: most loads never run a test),
 * or why it stands for nothing.
 */
export type TestEntry<T> =
  | { readonly kind: 'entries'; readonly write: () => readonly T[] }
  | { readonly kind: 'fault'; readonly reason: string; readonly fix: string };

/** More repeats than this in one entry are refused: a test is a sketch, not a load. */
const REPEAT_LIMIT = 10_000;
const KEYS: ReadonlySet<string> = new Set(['repeat', 'every', 'from', 'line', 'event']);
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** How `{time:NAME}` writes an instant, in UTC. */
const STAMPS: Readonly<Record<string, (date: Date) => string>> = {
  iso: (date) => date.toISOString(),
  rfc3164: (date) => `${month(date)} ${`${date.getUTCDate()}`.padStart(2)} ${clock(date)}`,
  clf: (date) => `${two(date.getUTCDate())}/${month(date)}/${date.getUTCFullYear()}:${clock(date)} +0000`,
};

/**
 * The raw lines of one entry of a rule test's `lines:`. A text is one line as it stands. A map writes one line many
 * times:
 *
 *     - { repeat: 10, every: 30s, from: 2026-03-10T00:00:00Z, line: "{time:rfc3164} gate sshd[1]: Failed … user{n} …" }
 *
 * `{n}` counts from 1; `{time:rfc3164}`, `{time:clf}` and `{time:iso}` write the n-th instant in UTC (`clf` as web
 * servers do). `every` defaults to one second. Linear in what it writes; at most 10,000 lines. Never throws.
 */
export function expandLine(entry: unknown): TestEntry<string> {
  if (typeof entry === 'string') return { kind: 'entries', write: () => [entry] };
  const series = readSeries(entry, 'line');
  if (series.kind === 'fault') return series;
  const { template } = series;
  if (typeof template !== 'string') return fault('`line` is not a text', 'quote the line');
  return { kind: 'entries', write: () => series.moments().map((time, i) => fill(template, i + 1, time)) };
}

/**
 * The events of one entry of a rule test's `events:`. A map without `repeat` is one event as it stands; otherwise as
 * `expandLine`, with `event` in the place of `line` and the same words filled into each of its texts.
 */
export function expandEvent(entry: unknown): TestEntry<unknown> {
  if (!isMap(entry)) return fault('an event is not a map of fields', 'write `{ "@timestamp": …, source.ip: … }`');
  if (!Object.hasOwn(entry, 'repeat')) return { kind: 'entries', write: () => [entry] };
  const series = readSeries(entry, 'event');
  if (series.kind === 'fault') return series;
  const { template } = series;
  if (!isMap(template)) return fault('`event` is not a map of fields', 'write the event under `event:`');
  return { kind: 'entries', write: () => series.moments().map((time, i) => fillAll(template, i + 1, time)) };
}

interface Series {
  readonly kind: 'series';
  /** Epoch ms of each repeat. */
  readonly moments: () => readonly number[];
  readonly template: unknown;
}

function readSeries(
  entry: unknown,
  templateKey: 'line' | 'event',
): Series | Extract<TestEntry<never>, { kind: 'fault' }> {
  if (!isMap(entry))
    return fault(`a ${templateKey} is neither a text nor a map`, 'write a quoted line, or a map with `repeat`');
  const unknown = Object.keys(entry).find((key) => !KEYS.has(key));
  if (unknown !== undefined)
    return fault(`unknown key \`${unknown}\``, `known here: repeat, every, from, ${templateKey}`);
  const count = Number(entry['repeat']);
  if (!Number.isInteger(count) || count < 1 || count > REPEAT_LIMIT) {
    return fault('`repeat` is not a number of lines', `write a whole number from 1 to ${REPEAT_LIMIT}`);
  }
  const every = spanOf(entry['every'] ?? '1s');
  if (every === undefined)
    return fault('`every` is not a span of time', 'write a number and a unit: 500ms, 30s, 5m, 1h');
  const from = Date.parse(String(entry['from']));
  const last = from + every * (count - 1);
  if (Number.isNaN(from) || !(last <= 8.64e15))
    return fault('`from` is not an instant', 'write it as 2026-03-10T00:00:00Z');
  const moments = (): readonly number[] => Array.from({ length: count }, (_, i) => from + i * every);
  return { kind: 'series', moments, template: entry[templateKey] };
}

function fault(reason: string, fix: string): Extract<TestEntry<never>, { kind: 'fault' }> {
  return { kind: 'fault', reason, fix };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function spanOf(value: unknown): number | undefined {
  const match = /^(\d{1,12})(ms|s|m|h|d)$/u.exec(String(value));
  return match === null ? undefined : Number(match[1]) * (UNIT_MS[match[2] as string] as number);
}

/** Words in braces that mean something are filled in; all other braces (`${jndi:…}`) stay. */
function fill(template: string, n: number, time: number): string {
  return template.replaceAll(/\{(?:n|time:([a-z0-9]{1,16}))\}/gu, (word: string, stamp: string | undefined) => {
    if (stamp === undefined) return String(n);
    return Object.hasOwn(STAMPS, stamp) ? (STAMPS[stamp]?.(new Date(time)) ?? word) : word;
  });
}

function fillAll(value: unknown, n: number, time: number): unknown {
  if (typeof value === 'string') return fill(value, n, time);
  if (Array.isArray(value)) return value.map((item) => fillAll(item, n, time));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillAll(item, n, time)]));
}

function two(value: number): string {
  return `${value}`.padStart(2, '0');
}

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

function month(date: Date): string {
  return MONTHS[date.getUTCMonth()] ?? 'Jan';
}
