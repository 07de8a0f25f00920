import { Made } from '../../../text/names.js';
import { Words } from '../../../text/words.js';

const HEX_KEYS = new Set(
  (
    'exe cmd data path comm file name watch cwd acct dir vm old-chardev new-chardev old-disk new-disk old-fs new-fs ' +
    'old-net new-net device cgroup apparmor operation denied_mask info profile requested_mask old-rng new-rng ocomm ' +
    'grp new_group invalid_context sw root_dir proctitle'
  ).split(' '),
);

/** A key of audit records, as it is kept. */
export interface Key {
  readonly key: string;
  /** The field that keeps its value where ECS has no name for it. */
  readonly own: string;
  /** Its place among the keys that mean something here, else -1. */
  readonly place: number;
  /** Whether its values may be encoded. */
  readonly mayBeHex: boolean;
  /** Whether it is an argument: of a command it may be encoded, of a system call it is a number. */
  readonly isArgument: boolean;
  /** What its own field keeps of a value: nothing where another field says it. */
  readonly kept: Kept;
}

/** What a field keeps of a value: itself, a number, a truth value, or itself with its control characters shown. */
export type Kept = 'text' | 'number' | 'truth' | 'visible' | 'nothing';

const KEPT: ReadonlyMap<string, Kept> = new Map([
  ...'lport rport entries dst_prefixlen ksize size src_prefixlen'.split(' ').map((key) => [key, 'number'] as const),
  ...'success key_enforce'.split(' ').map((key) => [key, 'truth'] as const),
  ...'proctitle data'.split(' ').map((key) => [key, 'visible'] as const),
  ...'arch res msg'.split(' ').map((key) => [key, 'nothing'] as const),
]);

const PLACED = (
  'acct user uid gid agid auid fsgid fsuid egid euid sgid suid ogid ouid comm exe pid ppid argc exit cwd terminal src addr dst ' +
  'id old_auid new_auid res result syscall op vm virt apparmor arch proctitle cmd name'
).split(' ');
/** What most records have besides. */
const USUAL =
  'ses subj msg SYSCALL UID hostname grantors tty items success a0 a1 a2 a3 key unit item inode dev mode rdev nametype AUID EUID ARCH'.split(
    ' ',
  );

/** The place of a key that means something; -1 for all others. */
export function placeOf(key: string): number {
  return PLACED.indexOf(key);
}

/** Keys by their names as written. */
export const KEYS = new Made((name): Key => {
  const key = name.replace(/^(old|new)-(auid|ses)$/, '$1_$2');
  const isArgument = /^a\d{1,5}(?:\[\d{1,6}\])?$/.test(key);
  const kept = KEPT.get(key) ?? 'text';
  return { key, own: `auditd.log.${key}`, place: placeOf(key), mayBeHex: HEX_KEYS.has(key), isArgument, kept };
});

/** The usual keys by their bytes. */
export const USUAL_KEYS = new Words([...PLACED, ...USUAL].map((name) => [name, KEYS.of(name)]));

/** More pairs of one record are not read. */
export const MOST_PAIRS = 512;

/** The pairs of one record in their order, the first of each key: one scratch object, which costs a record nothing but its values. */
export class Pairs {
  readonly keys: Key[] = [];
  readonly values: (string | undefined)[] = [];
  /** How many there are; behind them stand those of other records. */
  length = 0;
  /** Where each value begins and ends, as `readUsualPairs` tells. */
  readonly spans = new Int32Array(2 * MOST_PAIRS);
  /** Whether a quoted value holds a colon. */
  hasColon = false;
  /** Whether the record is a command's, whose arguments may be encoded: said before its pairs are read. */
  isCommand = false;
  /** One more than the index of each placed key, or 0. */
  readonly #at = new Uint16Array(PLACED.length);

  clear(): void {
    for (let index = 0; index < this.length; index++) {
      const { place } = this.keys[index] as Key;
      if (place >= 0) this.#at[place] = 0;
    }
    this.length = 0;
    this.hasColon = false;
  }

  /** Adds a pair, unless its key is there or its value says nothing. */
  add(key: Key, value: string): void {
    if (value === '' || value === '?' || value === '(null)' || this.#has(key)) return;
    this.keys[this.length] = key;
    this.values[this.length++] = value;
    if (key.place >= 0) this.#at[key.place] = this.length;
  }

  /** Adds a pair whose value stands without quotes, and may be encoded. */
  addBare(key: Key, value: string): void {
    this.add(key, key.mayBeHex || (this.isCommand && key.isArgument) ? decodedValue(value) : value);
  }

  /** Notes where the value added last begins and ends. */
  setSpan(start: number, end: number): void {
    this.spans[2 * this.length - 2] = start;
    this.spans[2 * this.length - 1] = end;
  }

  /** The value of a placed key. */
  at(place: number): string | undefined {
    const at = this.#at[place] as number;
    return at === 0 ? undefined : this.values[at - 1];
  }

  /** Takes a placed key's value out. */
  take(place: number): void {
    this.values[(this.#at[place] as number) - 1] = undefined;
  }

  #has(key: Key): boolean {
    if (key.place >= 0) return this.#at[key.place] !== 0;
    for (let index = 0; index < this.length; index++) if (this.keys[index]?.own === key.own) return true;
    return false;
  }
}

/** What is encoded as hexadecimal is decoded. Linear. */
export function decodedValue(value: string): string {
  if (value.length % 2 !== 0 || !/^[0-9A-F]+$/.test(value)) return value;
  const decoded = Buffer.from(value, 'hex').toString('utf8');
  // Only texts with spaces, quotes or control characters are encoded, or such that are not ASCII.
  return needsEncoding(decoded) && !decoded.includes('\ufffd') ? decoded : value;
}

function needsEncoding(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 34 || code >= 127) return true;
  }
  return false;
}
