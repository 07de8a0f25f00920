import type { Failure } from '../../event/index.js';

/** What a connection gave: a message, or bytes that can't be one, with the reason. */
export interface Framed {
  readonly bytes: Buffer;
  /** Undefined: a message. */
  readonly failure: Failure | undefined;
}

const LF = 10;
const SPACE = 32;
/** `MSG-LEN SP <`: how octet counting begins. Nine digits are more than any limit allows. */
const COUNTED = /^[1-9]\d{0,8} </u;
const MAYBE_COUNTED = /^(?:[1-9]\d{0,8} ?)?$/u;
const LONGEST_HEAD = 11;
const FIRST_SIZE = 512;

/**
 * Cuts what one TCP or TLS connection gives into syslog messages.
 *
 * The connection's first bytes tell how it frames them: a length, a space and `<` (octet counting), anything else is a
 * message a line. Trailing CR, LF and NUL are no part of a message; an empty one is none. A message longer than `max`
 * is rejected with its first `max` bytes (`input.line-too-long`), and no more than those are ever held; one that the end
 * of its connection cut off is rejected as `input.syslog-cut`, bytes where a length should stand, with all that came with
 * them, as `input.syslog-framing`. Linear in the bytes, however they are cut into pieces. Source: RFC 6587, RFC 5425.
 */
export class Framer {
  readonly #max: number;
  readonly #out: (framed: Framed) => void;
  #mode: 'untold' | 'lines' | 'counted' = 'untold';
  /** Counted: the digits read of a length, and what is still to come of the message; undefined: its length is. */
  #digits = '';
  #missing: number | undefined;
  /** The message begun: its first bytes, how many of the buffer they fill, and how long it is so far. */
  #buffer = Buffer.alloc(0);
  #kept = 0;
  #length = 0;
  #isBroken = false;
  #ordinal = 0;

  constructor(max: number, out: (framed: Framed) => void) {
    this.#max = max;
    this.#out = out;
  }

  /** Bytes held of a message that is not whole yet. */
  get held(): number {
    return this.#kept;
  }

  /** Grows by one with each message that ended. */
  get ordinal(): number {
    return this.#ordinal;
  }

  /** Whether a message has begun and is not whole yet. */
  get isOpen(): boolean {
    return this.#length > 0 || this.#missing !== undefined || this.#digits !== '';
  }

  /** Whether nothing more can be made of this connection. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Takes bytes in; they may be used again once it returns. */
  push(chunk: Buffer): void {
    const bytes = this.#mode === 'untold' ? this.#tell(chunk) : chunk;
    if (bytes !== undefined) this.#read(bytes);
  }

  /** The connection has ended. */
  end(): void {
    const wasCut = this.#mode === 'counted' && (this.#missing !== undefined || this.#digits !== '');
    if (wasCut) this.reject('input.syslog-cut', 'the connection ended before the message did');
    else this.#finish();
  }

  /** Gives the message begun up: what there is of it is rejected for this reason. */
  reject(code: string, message: string): void {
    const bytes = Buffer.concat([Buffer.from(this.#digits), this.#buffer.subarray(0, this.#kept)]);
    if (bytes.length > 0) this.#out({ bytes, failure: { code, message } });
    this.#forget();
    this.#isBroken = true;
  }

  /** All bytes so far once they tell the framing; undefined: they don't yet. */
  #tell(chunk: Buffer): Buffer | undefined {
    const bytes = Buffer.concat([this.#buffer.subarray(0, this.#kept), chunk]);
    const head = bytes.toString('latin1', 0, LONGEST_HEAD);
    if (MAYBE_COUNTED.test(head)) {
      this.#buffer = bytes;
      this.#kept = this.#length = bytes.length;
      return undefined;
    }
    this.#mode = COUNTED.test(head) ? 'counted' : 'lines';
    this.#forget();
    return bytes;
  }

  #read(bytes: Buffer): void {
    const step = this.#mode === 'counted' ? this.#readCounted.bind(this) : this.#readLine.bind(this);
    for (let at = 0; at < bytes.length && !this.#isBroken;) at = step(bytes, at);
  }

  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    if (end < 0) {
      this.#add(bytes.subarray(at));
      return bytes.length;
    }
    this.#finishWith(bytes.subarray(at, end));
    return end + 1;
  }

  #readCounted(bytes: Buffer, at: number): number {
    if (this.#missing === undefined) return this.#readLength(bytes, at);
    const end = Math.min(bytes.length, at + this.#missing);
    this.#missing -= end - at;
    const piece = bytes.subarray(at, end);
    if (this.#missing > 0) this.#add(piece);
    else {
      this.#missing = undefined;
      this.#finishWith(piece);
    }
    return end;
  }

  /** One byte of a length. Line ends between messages, which some senders add, are passed over. */
  #readLength(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    const isDigit = byte >= 48 && byte <= 57 && (byte > 48 || this.#digits !== '') && this.#digits.length < 9;
    if (isDigit) this.#digits += String.fromCharCode(byte);
    else if (byte === SPACE && this.#digits !== '') {
      this.#missing = Number(this.#digits);
      this.#digits = '';
    } else if (this.#digits !== '' || (byte !== LF && byte !== 13)) {
      this.#add(bytes.subarray(at));
      this.reject('input.syslog-framing', "no message's length stands where one should (RFC 6587, octet counting)");
    }
    return at + 1;
  }

  /** Keeps a copy of a piece of the message, as far as the limit allows, in a buffer that doubles. */
  #add(piece: Buffer): void {
    const room = Math.min(piece.length, this.#max - this.#kept);
    if (this.#kept + room > this.#buffer.length) {
      const size = Math.min(this.#max, Math.max(FIRST_SIZE, this.#buffer.length * 2, this.#kept + room));
      const grown = Buffer.allocUnsafeSlow(size);
      this.#buffer.copy(grown, 0, 0, this.#kept);
      this.#buffer = grown;
    }
    piece.copy(this.#buffer, this.#kept, 0, room);
    this.#kept += room;
    this.#length += piece.length;
  }

  /** The message's last piece has come. */
  #finishWith(piece: Buffer): void {
    if (this.#length === 0 && piece.length <= this.#max) {
      this.#ordinal++;
      this.#give(piece);
    } else {
      this.#add(piece);
      this.#finish();
    }
  }

  #finish(): void {
    const bytes = this.#buffer.subarray(0, this.#kept);
    if (this.#length <= this.#max) this.#give(bytes);
    else this.#out({ bytes, failure: tooLong(this.#length, this.#max) });
    this.#forget();
  }

  #give(bytes: Buffer): void {
    const message = trimmed(bytes);
    if (message.length > 0) this.#out({ bytes: message, failure: undefined });
  }

  #forget(): void {
    this.#ordinal++;
    this.#buffer = Buffer.alloc(0);
    this.#kept = 0;
    this.#length = 0;
    this.#digits = '';
    this.#missing = undefined;
  }
}

/** What a message longer than the limit is rejected with. */
export function tooLong(length: number, max: number): Failure {
  const message =
    `message of ${length} bytes is longer than ${max}; the first ${max} are kept here. ` +
    'If such messages are expected, raise `max-line` in the configuration';
  return { code: 'input.line-too-long', message };
}

/** A message without the CR, LF and NUL that end it. */
export function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && isTrailer(bytes[end - 1] as number)) end--;
  return bytes.subarray(0, end);
}

function isTrailer(byte: number): boolean {
  return byte === LF || byte === 13 || byte === 0;
}
