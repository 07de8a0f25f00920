/** An address as 16 bytes in eight groups; IPv4 addresses are mapped (`::ffff:a.b.c.d`), so both kinds compare. */
type Address = readonly number[];

const V4_PREFIX: Address = [0, 0, 0, 0, 0, 0xffff];

/**
 * A test of addresses against a network in CIDR notation, IPv4 or IPv6, or undefined where the text is none.
 *
 * Host bits are ignored (`10.1.2.3/8` is `10.0.0.0/8`); no prefix means the one address; an IPv4 address written as
 * IPv6 (`::ffff:10.0.0.1`) is in IPv4 networks, and one written as IPv4 in no IPv6 network but a mapped one. The test never throws and costs a few comparisons.
 */
export function parseCidr(text: string): ((address: string) => boolean) | undefined {
  const slash = text.indexOf('/');
  const network = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (network === undefined) return undefined;
  const widest = text.includes(':') ? 128 : 32;
  const bits = slash < 0 ? widest : prefixLength(text.slice(slash + 1), widest);
  if (bits === undefined) return undefined;
  const prefix = bits + 128 - widest;
  const v4 = prefix >= 96 && samePrefix(network, V4_PREFIX, 96);
  const shift = Math.min(128 - prefix, 32);
  const high = highBits(((network[6] ?? 0) << 16) | (network[7] ?? 0), shift);
  return (address) => {
    const plain = readV4(address);
    if (plain >= 0) return v4 && highBits(plain, shift) === high;
    const parsed = parseAddress(address);
    return parsed !== undefined && samePrefix(parsed, network, prefix);
  };
}

/** The bits of a 32-bit number that stand above the lowest `shift`. */
function highBits(number: number, shift: number): number {
  return shift >= 32 ? 0 : number >>> shift;
}

let lastText = '';
let lastNumber = -1;

/** An IPv4 address as a number; -1 where the text is none. Rules ask one address about many networks: the last is kept. */
function readV4(text: string): number {
  if (text === lastText) return lastNumber;
  lastText = text;
  return (lastNumber = parsePlainV4(text));
}

/** Without allocating. The same addresses as `parseV4`. */
function parsePlainV4(text: string): number {
  if (text.length > 15) return -1;
  let number = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || ++dots > 3) return -1;
      number = number * 256 + octet;
      octet = -1;
    } else {
      if (code < ZERO || code > NINE || octet === 0) return -1;
      octet = octet < 0 ? code - ZERO : octet * 10 + code - ZERO;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? number * 256 + octet : -1;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;

function prefixLength(text: string, widest: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const bits = Number(text);
  return bits <= widest ? bits : undefined;
}

function samePrefix(a: Address, b: Address, bits: number): boolean {
  const whole = bits >> 4;
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
  const rest = bits & 15;
  if (rest === 0) return true;
  const mask = (0xffff << (16 - rest)) & 0xffff;
  return ((a[whole] ?? 0) & mask) === ((b[whole] ?? 0) & mask);
}

function parseAddress(text: string): Address | undefined {
  if (text.length < 2 || text.length > 64) return undefined;
  if (!text.includes(':')) {
    const groups = parseV4(text);
    return groups === undefined ? undefined : [...V4_PREFIX, ...groups];
  }
  const zone = text.indexOf('%');
  return parseV6(zone < 0 ? text : text.slice(0, zone));
}

/** Four decimal numbers without signs, spaces or leading zeros, as two groups. */
function parseV4(text: string): Address | undefined {
  const octets = text.split('.', 5);
  if (octets.length !== 4) return undefined;
  const numbers = octets.map((octet) => (/^(?:0|[1-9]\d{0,2})$/.test(octet) ? Number(octet) : 256));
  if (numbers.some((number) => number > 255)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  return [(a << 8) | b, (c << 8) | d];
}

/** Source: RFC 4291, section 2.2. */
function parseV6(text: string): Address | undefined {
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '');
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '') : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function parseGroups(text: string): Address | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':', 9);
  for (const [index, word] of words.entries()) {
    const v4 = index === words.length - 1 && word.includes('.') ? parseV4(word) : undefined;
    if (v4 !== undefined) groups.push(...v4);
    else if (/^[0-9a-fA-F]{1,4}$/.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}
