import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** An address as a number and its width in bits: 32 or 128. IPv4 written as IPv6 (`::ffff:192.0.2.1`) is IPv4. */
interface Numbered {
  readonly value: bigint;
  readonly width: number;
}

const MAPPED = 0xffff_0000_0000n;

/**
 * Addresses and networks, to be asked whether one of them holds an address and which is the narrowest that does.
 *
 * A look-up costs one probe for each prefix length in use (a handful in practice, 160 at the most), however many there are.
 */
export class Ranges<T> {
  /** Width and prefix length → the leading bits → what was put there. */
  readonly #tables = new Map<number, Map<bigint, T>>();
  /** Keys of `#tables`, narrowest networks first. */
  #lengths: readonly number[] = [];

  /** Adds an address (`192.0.2.7`) or network (`192.0.2.0/24`); false where the text is neither. */
  add(text: string, value: T): boolean {
    const slash = text.indexOf('/');
    const address = numberOf(slash < 0 ? text : text.slice(0, slash));
    if (address === undefined) return false;
    const length = slash < 0 ? address.width : prefixOf(text.slice(slash + 1), text.slice(0, slash), address.width);
    if (length === undefined) return false;
    const key = keyOf(address.width, length);
    let table = this.#tables.get(key);
    if (table === undefined) {
      this.#tables.set(key, (table = new Map<bigint, T>()));
      this.#lengths = [...this.#tables.keys()].sort((a, b) => b - a);
    }
    table.set(address.value >> BigInt(address.width - length), value);
    return true;
  }

  /** What the narrowest range that holds the address carries; undefined where none does or the text is no address. */
  find(text: string): T | undefined {
    if (this.#lengths.length === 0) return undefined;
    const address = numberOf(text);
    if (address === undefined) return undefined;
    for (const key of this.#lengths) {
      if (key >> 8 !== address.width) continue;
      const found = this.#tables.get(key)?.get(address.value >> BigInt(address.width - (key & 0xff)));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function keyOf(width: number, length: number): number {
  return (width << 8) | length;
}

function prefixOf(text: string, address: string, width: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  // `::ffff:192.0.2.0/120` is written for 128 bits.
  const length = Number(text) - (width === 32 && address.includes(':') ? 96 : 0);
  return length >= 0 && length <= width ? length : undefined;
}

function numberOf(text: string): Numbered | undefined {
  if (isIPv4(text)) return { value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n), width: 32 };
  if (!isIPv6(text)) return undefined;
  const value = valueOf(text);
  return value >> 32n === MAPPED >> 32n ? { value: value & 0xffff_ffffn, width: 32 } : { value, width: 128 };
}

/** The 128 bits of an IPv6 address; its zone is left out. */
function valueOf(text: string): bigint {
  const bare = text.split('%')[0] as string;
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  const [head = '', tail] = withoutDots(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n);
}

/** `::ffff:192.0.2.1` with its last part as two groups of hexadecimal digits. */
function withoutDots(address: string): string {
  const dotted = /\d+\.\d+\.\d+\.\d+$/.exec(address)?.[0];
  if (dotted === undefined) return address;
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return `${address.slice(0, -dotted.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
