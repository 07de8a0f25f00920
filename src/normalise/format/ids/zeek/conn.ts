import type { Fields } from '../../../../event/index.js';
import { decimalIn, isIPv4In, matches, Memo, numberIn, word } from '../../../text/codes.js';
import type { Line } from '../../../line.js';
import { ip } from '../../../raw.js';
import { epoch } from '../../../time/time.js';
import { Words } from '../../../text/words.js';
import { STATES } from './own.js';

const TAB = 9;
const PARENTHESIS = 40;
const DASH = 45;
const FALSE = 70;
const TRUE = 84;
const NS = 1e9;
const EMPTY = word('(empty)');
const NETWORK = ['network'];
const UNKNOWN_TYPES = ['connection', 'info'];

const NAMES =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents'.split(
    ' ',
  );
const TYPES =
  'time string addr port addr port enum string interval count count string bool bool count string count count count count set[string]'.split(
    ' ',
  );
const [TS, UID, ORIG_H, ORIG_P, RESP_H, RESP_P, PROTO, SERVICE, DURATION, ORIG_BYTES] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const [RESP_BYTES, STATE, LOCAL_ORIG, LOCAL_RESP, MISSED, HISTORY, ORIG_PKTS] = [10, 11, 12, 13, 14, 15, 16];
const [ORIG_IP_BYTES, RESP_PKTS, RESP_IP_BYTES, PARENTS] = [17, 18, 19, 20];
const COUNTS = [ORIG_P, RESP_P, ORIG_BYTES, RESP_BYTES, MISSED, ORIG_PKTS, ORIG_IP_BYTES, RESP_PKTS, RESP_IP_BYTES];
const WORDS = [UID, ORIG_H, RESP_H, PROTO, SERVICE, STATE, HISTORY];

/** What a connection's state says. */
interface State {
  readonly name: string;
  readonly message: string;
  readonly types: readonly string[];
}
const KNOWN_STATES = new Words<State>(
  Object.entries(STATES).map(([name, [message, ...types]]) => [name, { name, message, types }]),
);
const TRANSPORTS = new Words(['tcp', 'udp'].map((name) => [name, name]));

/**
 * Reads the lines below a header of `conn.log` whose columns are the usual ones, in any order, some missing: what most sensors
 * write most of. Says what reading the line as Zeek's JSON says.
 */
export class ConnColumns {
  /** Where each of the usual columns stands among those of the header; -1: nowhere. */
  readonly #places: Int32Array;
  readonly #count: number;
  readonly #starts: Int32Array;
  /** The numbers of the line at hand, by usual column; NaN: it is unset. */
  readonly #numbers = new Float64Array(NAMES.length);
  readonly #services = new Memo((name) => name.toLowerCase());

  private constructor(names: readonly string[]) {
    this.#places = Int32Array.from(NAMES, (name) => names.indexOf(name));
    this.#count = names.length;
    this.#starts = new Int32Array(names.length + 1);
  }

  /** undefined where any column is another, has another type, or stands there twice. */
  static of(names: readonly string[], types: readonly string[], path: string | undefined): ConnColumns | undefined {
    const isUsual = names.every((name, at) => NAMES.includes(name) && types[at] === TYPES[NAMES.indexOf(name)]);
    const needed = [TS, ORIG_H, RESP_H, PROTO, STATE].every((column) => names.includes(NAMES[column] as string));
    return path === 'conn' && isUsual && needed && new Set(names).size === names.length
      ? new ConnColumns(names)
      : undefined;
  }

  /** The event of a line; undefined for any that is not plain, in doubt too. */
  read(text: string, line: Line): Fields | undefined {
    const bytes = line.codes.load(text);
    if (text.includes('\\') || !this.#split(bytes, line.codes.length) || !this.#isPlain(bytes)) return undefined;
    const ts = decimalIn(bytes, this.#start(TS), this.#end(TS));
    const transport = TRANSPORTS.of(bytes, this.#start(PROTO), this.#end(PROTO));
    const state = KNOWN_STATES.of(bytes, this.#start(STATE), this.#end(STATE));
    if (ts === undefined || transport === undefined || !this.#readNumbers(bytes)) return undefined;
    line.time = epoch(ts);
    const fields = this.#event(text, bytes, line, transport);
    if (state !== undefined) {
      fields['event.type'] = state.types;
      fields['zeek.connection.state_message'] = state.message;
      fields['zeek.connection.state'] = state.name;
    } else {
      fields['event.type'] = UNKNOWN_TYPES;
      fields['zeek.connection.state'] = this.#text(text, bytes, STATE);
    }
    this.#setSides(fields, bytes);
    return fields;
  }

  #split(bytes: Uint8Array, length: number): boolean {
    const starts = this.#starts;
    const last = this.#count - 1;
    let index = 0;
    for (let at = 0; at < length; at++) {
      if (bytes[at] !== TAB) continue;
      if (index === last) return false;
      starts[++index] = at + 1;
    }
    starts[index + 1] = length + 1;
    return index === last;
  }

  #start(column: number): number {
    const place = this.#places[column] as number;
    return place < 0 ? 0 : (this.#starts[place] as number);
  }

  #end(column: number): number {
    const place = this.#places[column] as number;
    return place < 0 ? 0 : (this.#starts[place + 1] as number) - 1;
  }

  /** Whether no text is `(empty)`, and what is true or false is told so. */
  #isPlain(bytes: Uint8Array): boolean {
    for (const column of WORDS) if (bytes[this.#start(column)] === PARENTHESIS) return false;
    return this.#isBoolean(bytes, LOCAL_ORIG) && this.#isBoolean(bytes, LOCAL_RESP) && this.#hasNoParents(bytes);
  }

  #isBoolean(bytes: Uint8Array, column: number): boolean {
    if ((this.#places[column] as number) < 0) return true;
    const code = bytes[this.#start(column)];
    return this.#end(column) - this.#start(column) === 1 && (code === TRUE || code === FALSE || code === DASH);
  }

  #hasNoParents(bytes: Uint8Array): boolean {
    const start = this.#start(PARENTS);
    const end = this.#end(PARENTS);
    if ((this.#places[PARENTS] as number) < 0) return true;
    return end - start === 1
      ? bytes[start] === DASH
      : end - start === EMPTY.length && matches(bytes, EMPTY, start, end);
  }

  #readNumbers(bytes: Uint8Array): boolean {
    for (const column of COUNTS) {
      const start = this.#start(column);
      const end = this.#end(column);
      const value = isUnset(bytes, start, end) ? Number.NaN : numberIn(bytes, start, end);
      if (value === undefined) return false;
      this.#numbers[column] = value;
    }
    const start = this.#start(DURATION);
    const end = this.#end(DURATION);
    const duration = isUnset(bytes, start, end) ? Number.NaN : decimalIn(bytes, start, end);
    if (duration === undefined) return false;
    this.#numbers[DURATION] = duration;
    return true;
  }

  #text(text: string, bytes: Uint8Array, column: number): string | undefined {
    const start = this.#start(column);
    const end = this.#end(column);
    return isUnset(bytes, start, end) ? undefined : text.slice(start, end);
  }

  #number(column: number): number | undefined {
    const value = this.#numbers[column] as number;
    return Number.isNaN(value) ? undefined : value;
  }

  #address(address: string | undefined, bytes: Uint8Array, column: number): string | undefined {
    if (address === undefined || isIPv4In(bytes, this.#start(column), this.#end(column))) return address;
    return ip(address) as string | undefined;
  }

  #service(text: string, bytes: Uint8Array): string | undefined {
    const start = this.#start(SERVICE);
    const end = this.#end(SERVICE);
    return isUnset(bytes, start, end) ? undefined : this.#services.of(text, bytes, start, end);
  }

  /** The first of two numbers that is told. */
  #first(one: number, other: number): number | undefined {
    return this.#number(one) ?? this.#number(other);
  }

  #event(text: string, bytes: Uint8Array, line: Line, transport: string): Fields {
    const uid = this.#text(text, bytes, UID);
    const source = this.#text(text, bytes, ORIG_H);
    const target = this.#text(text, bytes, RESP_H);
    const duration = this.#number(DURATION);
    const sent = this.#first(ORIG_IP_BYTES, ORIG_BYTES);
    const got = this.#first(RESP_IP_BYTES, RESP_BYTES);
    const packets = this.#number(ORIG_PKTS);
    const answers = this.#number(RESP_PKTS);
    return {
      'event.kind': 'event',
      'event.module': 'zeek',
      'event.dataset': 'zeek.connection',
      'event.category': NETWORK,
      'event.type': undefined,
      'event.action': undefined,
      'event.outcome': undefined,
      'event.original': line.original,
      message: line.original,
      'host.name': line.hostOf(undefined),
      'event.id': uid,
      'source.address': source,
      'source.ip': this.#address(source, bytes, ORIG_H),
      'source.port': this.#number(ORIG_P),
      'source.bytes': sent,
      'source.packets': packets,
      'destination.address': target,
      'destination.ip': this.#address(target, bytes, RESP_H),
      'destination.port': this.#number(RESP_P),
      'destination.bytes': got,
      'destination.packets': answers,
      'network.transport': transport,
      'network.protocol': this.#service(text, bytes),
      'event.duration': duration === undefined ? undefined : Math.round(duration * NS),
      'network.bytes': sent === undefined || got === undefined ? undefined : sent + got,
      'network.packets': packets === undefined || answers === undefined ? undefined : packets + answers,
      'network.direction': undefined,
      'zeek.connection.state_message': undefined,
      'zeek.session_id': uid,
      'zeek.connection.duration': duration,
      'zeek.connection.orig_bytes': this.#number(ORIG_BYTES),
      'zeek.connection.resp_bytes': this.#number(RESP_BYTES),
      'zeek.connection.state': undefined,
      'zeek.connection.local_orig': undefined,
      'zeek.connection.local_resp': undefined,
      'zeek.connection.missed_bytes': this.#number(MISSED),
      'zeek.connection.history': this.#text(text, bytes, HISTORY),
      'zeek.connection.orig_pkts': packets,
      'zeek.connection.orig_ip_bytes': this.#number(ORIG_IP_BYTES),
      'zeek.connection.resp_pkts': answers,
      'zeek.connection.resp_ip_bytes': this.#number(RESP_IP_BYTES),
    };
  }

  /** Which ends are local, and so where the connection goes. */
  #setSides(fields: Fields, bytes: Uint8Array): void {
    const source = this.#boolean(bytes, LOCAL_ORIG);
    const target = this.#boolean(bytes, LOCAL_RESP);
    if (source === undefined && target === undefined) return;
    fields['zeek.connection.local_orig'] = source;
    fields['zeek.connection.local_resp'] = target;
    fields['tags'] = SIDES.filter((_, side) => (side === 0 ? source : target) !== undefined);
    if (source === undefined || target === undefined) return;
    fields['network.direction'] = source ? (target ? 'internal' : 'outbound') : target ? 'inbound' : 'external';
  }

  #boolean(bytes: Uint8Array, column: number): boolean | undefined {
    if ((this.#places[column] as number) < 0) return undefined;
    const code = bytes[this.#start(column)];
    return code === DASH ? undefined : code === TRUE;
  }
}

const SIDES = ['local_orig', 'local_resp'];

/** Whether a column says nothing: it is missing, empty or `-`. */
function isUnset(bytes: Uint8Array, start: number, end: number): boolean {
  return end <= start || (end === start + 1 && bytes[start] === DASH);
}
