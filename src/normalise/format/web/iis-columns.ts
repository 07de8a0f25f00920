import type { Fields } from '../../../event/index.js';
import { EVENT_HEAD } from '../../capture.js';
import { bySetter, number, scaled, status, text } from '../../cells.js';
import type { Line } from '../../line.js';
import { type Cell, type Column, putAll, type PutAll, Row } from '../../row.js';
import { extensionIn, find, isIPv4In, isPlainUrl } from '../../text/codes.js';
import { validIp } from '../../text/scan.js';
import { compileUsual, type ReadUsual } from './iis-usual.js';
import {
  agents,
  CONNECTION,
  datasetOf,
  DAY_WIDTH,
  domainOf,
  forwardedIn,
  LONG_COLUMNS,
  mapped,
  NUMBER_COLUMNS,
  servers,
  targetOf,
  TEXT_COLUMNS,
  timeAt,
  unlinked,
  versionIn,
  WEB,
  WEB_NETWORK,
} from './iis-values.js';

const SPACE = 32;
/** Lines below a header before it is worth being compiled: one that somebody changes at every line costs no compiling. */
const PROVEN = 64;
const WEB_EVENT = { category: WEB };

/** What each column of a W3C log sets. */
const COLUMNS: Readonly<Record<string, Column>> = {
  ...mapped(TEXT_COLUMNS, (fields) => text(...fields)),
  ...mapped(NUMBER_COLUMNS, (field) => number(field)),
  's-ip': server,
  'c-ip': client,
  'cs-method': text('http.request.method'),
  'cs-username': account,
  'cs-version': made('http.version', versionIn),
  'cs(user-agent)': agent,
  'sc-status': status,
  'time-taken': scaled('event.duration', 1_000_000),
  'x-forwarded-for': made('network.forwarded_ip', forwardedIn),
  'cs(x-forwarded-for)': made('network.forwarded_ip', forwardedIn),
};

function server(slot: (field: string) => number): Cell {
  const at = slot('destination.ip');
  const as = slot('destination.address');
  return (row, start, end) => {
    const { address, ip: read } = servers.of(row.text, row.codes, start, end);
    row.values[as] = address;
    row.values[at] = read;
  };
}

function client(slot: (field: string) => number): Cell {
  const at = slot('source.ip');
  const as = slot('source.address');
  return (row, start, end) => {
    const value = unlinked(row.text.slice(start, end));
    row.values[as] = value;
    row.values[at] = isIPv4In(row.bytes, start, end) ? value : validIp(value);
  };
}

function account(slot: (field: string) => number): Cell {
  const name = slot('user.name');
  const domain = slot('user.domain');
  return (row, start, end) => {
    const value = row.text.slice(start, end);
    row.values[name] = value;
    row.values[domain] = domainOf(value);
  };
}

function agent(slot: (field: string) => number): Cell {
  const at = slot('user_agent.original');
  return (row, start, end) => {
    row.values[at] = agents.of(row.text, row.codes, start, end);
  };
}

/** Sets a field to what `read` makes of the piece; nothing where it makes nothing of it. */
function made(field: string, read: (value: string) => string | undefined): Column {
  return bySetter((fields, value) => {
    const found = read(value);
    if (found !== undefined) fields[field] = found;
  }, field);
}

const CATEGORY = EVENT_HEAD.indexOf('event.category');
const TYPE = EVENT_HEAD.indexOf('event.type');
const HOSTNAME = EVENT_HEAD.indexOf('host.hostname');

/** The header's day among `Line.headers`. */
export const DATE = 'iis.date';

/** The lines below one header: where each column stands, what it tells, and the event of them all. */
export class Columns {
  readonly #names: readonly string[];
  readonly #count: number;
  #seen = 0;
  #usual: ReadUsual | undefined = undefined;
  // Columns that are read by themselves; -1: there is none.
  readonly #date: number;
  readonly #time: number;
  readonly #server: number;
  readonly #stem: number;
  readonly #query: number;
  readonly #uri: number;
  readonly #isLong: Uint8Array;
  readonly #dataset: string;
  readonly #row = new Row();
  readonly #put: PutAll;
  readonly #place: Readonly<Record<'original' | 'path' | 'query' | 'fragment' | 'extension' | 'from' | 'to', number>>;
  /** Where the columns of the text at hand begin, and where one more would. */
  readonly #starts: Int32Array;

  /** `names`: the columns' names. */
  constructor(names: readonly string[]) {
    const keys = names.map((name) => name.toLowerCase());
    this.#names = names;
    this.#count = names.length;
    this.#date = names.indexOf('date');
    this.#time = names.indexOf('time');
    this.#server = names.indexOf('s-computername');
    this.#stem = keys.lastIndexOf('cs-uri-stem');
    this.#query = keys.lastIndexOf('cs-uri-query');
    this.#uri = keys.lastIndexOf('cs-uri');
    this.#isLong = Uint8Array.from(keys, (key) => (LONG_COLUMNS.has(key) ? 1 : 0));
    this.#dataset = datasetOf(names);
    this.#put = putAll(this.#row.cells(keys.map((key) => (Object.hasOwn(COLUMNS, key) ? COLUMNS[key] : undefined))));
    this.#starts = new Int32Array(this.#count + 1);
    const { slot } = this.#row;
    this.#place = {
      original: slot('url.original'),
      path: slot('url.path'),
      query: slot('url.query'),
      fragment: slot('url.fragment'),
      extension: slot('url.extension'),
      from: slot('source.ip'),
      to: slot('destination.ip'),
    };
  }

  /** The event of a line as `read` makes it, in one pass, once the header is proven; undefined for what is not usual. */
  readUsual(text: string, line: Line): Fields | undefined {
    if (this.#usual !== undefined) return this.#usual(text, line);
    if (++this.#seen === PROVEN) this.#usual = compileUsual(this.#names);
    return undefined;
  }

  /** The event of a text, `message` being its line; undefined where it has more or fewer columns. */
  read(text: string, line: Line, message: string): Fields | undefined {
    if (!this.#split(text, line)) return undefined;
    line.time = this.#timeOf(text, line);
    if (this.#server >= 0) {
      const server = this.#piece(text, this.#server);
      if (server !== '' && server !== '-') line.host = server.toLowerCase();
    }
    const row = this.#row;
    row.begin(text, line, { module: 'iis', dataset: this.#dataset, message }, WEB_EVENT);
    row.values[HOSTNAME] = undefined;
    this.#put(row, this.#starts);
    this.#setUrl(text);
    this.#complete();
    return row.event();
  }

  #split(text: string, line: Line): boolean {
    const bytes = line.codes.load(text);
    const { length } = line.codes;
    const starts = this.#starts;
    const last = this.#count - 1;
    let at = 0;
    for (let index = 0; index < last; index++) {
      starts[index] = at;
      if (this.#isLong[index] === 1) at = text.indexOf(' ', at);
      else while (at < length && bytes[at] !== SPACE) at++;
      if (at < 0 || at >= length) return false;
      at++;
    }
    starts[last] = at;
    starts[last + 1] = length + 1;
    return find(bytes, SPACE, at, length) === length;
  }

  #piece(text: string, column: number): string {
    return column < 0 ? '' : text.slice(this.#starts[column], (this.#starts[column + 1] as number) - 1);
  }

  #timeOf(text: string, line: Line): number {
    const date = this.#date < 0 ? 0 : (this.#starts[this.#date] as number);
    const isDated = this.#date >= 0 && (this.#starts[this.#date + 1] as number) - date === DAY_WIDTH + 1;
    const start = this.#time < 0 ? 0 : (this.#starts[this.#time] as number);
    const width = this.#time < 0 ? 0 : (this.#starts[this.#time + 1] as number) - 1 - start;
    const time = isDated && width === 8 ? timeAt(text, line, date, start) : Number.NaN;
    if (!Number.isNaN(time)) return time;
    const day = this.#date < 0 ? (line.headers.get(DATE)?.[0] ?? '') : this.#piece(text, this.#date);
    return line.clock.iso(`${`${day} ${text.slice(start, start + width)}`.slice(0, 19)}Z`, 0);
  }

  /** Path and query stand apart, or together as `cs-uri`; the last column that tells counts. */
  #setUrl(text: string): void {
    if (this.#uri > Math.min(this.#stem, this.#query)) {
      const uri = this.#piece(text, this.#uri);
      const question = uri.indexOf('?');
      const path = question < 0 ? uri : uri.slice(0, question);
      const behind = question < 0 ? '-' : uri.slice(question + 1);
      const stem = this.#stem > this.#uri ? this.#piece(text, this.#stem) : path;
      this.#setTarget(stem, this.#query > this.#uri ? this.#piece(text, this.#query) : behind);
    } else if (this.#stem >= 0) this.#setApart(text);
  }

  /** What stands in the columns of path and query, which most lines have without anything to decode. */
  #setApart(text: string): void {
    const { bytes, values } = this.#row;
    const start = this.#starts[this.#stem] as number;
    const end = (this.#starts[this.#stem + 1] as number) - 1;
    const stem = text.slice(start, end);
    const query = this.#query < 0 ? '-' : this.#piece(text, this.#query);
    const asked = this.#query < 0 ? 0 : (this.#starts[this.#query] as number);
    if (!isPlainUrl(bytes, start, end) || !isPlainUrl(bytes, asked, asked + query.length))
      return this.#setTarget(stem, query);
    if (stem === '' || stem === '-') return;
    const extension = extensionIn(bytes, start, end);
    values[this.#place.path] = stem;
    if (extension >= 0) values[this.#place.extension] = text.slice(extension, end);
    values[this.#place.original] = query === '-' ? stem : `${stem}?${query}`;
    if (query !== '-') values[this.#place.query] = query;
  }

  #setTarget(stem: string, query: string): void {
    if (stem === '' || stem === '-') return;
    const { values } = this.#row;
    const place = this.#place;
    const found = targetOf(stem, query);
    values[place.path] = found['url.path'];
    values[place.query] = found['url.query'];
    values[place.fragment] = found['url.fragment'];
    values[place.extension] = found['url.extension'];
    values[place.original] = found['url.original'];
  }

  /** A connection is one where both its ends are told. */
  #complete(): void {
    const { values } = this.#row;
    if (values[this.#place.from] === undefined || values[this.#place.to] === undefined) return;
    values[CATEGORY] = WEB_NETWORK;
    values[TYPE] = CONNECTION;
  }
}
