import type { Fields } from '../../../event/index.js';
import { address, eventFields, lower, number, put, request, scaled, status, text } from '../../capture.js';
import { setClientList, splitAddresses } from '../../client-list.js';
import type { Line, TextFormat } from '../../line.js';

const DATASET = 'heroku.router';
const PAIR = /([a-z_]{2,32})=(?:"([^"]{0,8192})"|([^ "]{1,512}))(?: |$)/y;
const SNIFF =
  /^(?:sock=[a-z]{1,16} )?at=(?:info|warning|error) (?:code=[A-Z]\d{1,3} desc="[^"]{1,200}" )?method=[A-Z]{3,16} path="/;

/** What the router's pairs become; `method`, `path` and `fwd` are read apart. */
const TO: Readonly<Record<string, (fields: Fields, value: string) => void>> = {
  at: lower('log.level'),
  code: text('event.code'),
  desc: text('error.message'),
  host: text('url.domain'),
  request_id: text('http.request.id'),
  dyno: text('heroku.router.dyno'),
  connect: duration('heroku.router.connect_ms'),
  service: duration('event.duration'),
  status,
  bytes: number('http.response.bytes'),
  protocol: text('url.scheme'),
  tls_version: text('heroku.router.tls_version'),
  sock: text('heroku.router.sock'),
};

/** `18ms`. */
function duration(field: string): (fields: Fields, value: string) => void {
  const set = field.endsWith('_ms') ? number(field) : scaled(field, 1_000_000);
  return (fields, value) => {
    set(fields, value.endsWith('ms') ? value.slice(0, -2) : value);
  };
}

/**
 * Heroku's router, behind the syslog head of a drain or `heroku[router]: `: `at=info method=GET path="/" host=… fwd="203.0.113.9"
 * dyno=web.1 connect=1ms service=18ms status=200 bytes=13 protocol=https`. A path's quote is escaped by the client (RFC 3986), so a
 * value ends at its quote; a name told twice is told by nobody. Source: Heroku Dev Center, "HTTP Routing" and "Error Codes".
 */
export const herokuRouter: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['heroku', 'heroku-router'],
  dataset: DATASET,
  sniff: (line) => isPairs(line) || CONSOLE.test(line.slice(0, 64)),
  parse: (line, at) => {
    const head = CONSOLE.exec(line.slice(0, 64));
    if (head === null) return parse(line, at);
    const fields = parse(line.slice(head[0].length), at);
    at.time = at.clock.iso(line, 0);
    return fields;
  },
};

/** What `heroku logs` shows: the time, and no host. */
const CONSOLE = /^\d{4}-\d\d-\d\dT[\d:.+Z-]{8,28} heroku\[router\]: (?=at=|sock=)/;

function isPairs(line: string): boolean {
  return (line.startsWith('at=') || line.startsWith('sock=')) && SNIFF.test(line.slice(0, 400));
}

function parse(line: string, at: Line): Fields | undefined {
  if (!isPairs(line)) return undefined;
  const pairs = pairsOf(line);
  if (pairs === undefined) return undefined;
  const fields = eventFields(at, DATASET, line, { category: ['web'], type: ['access'] });
  put(fields, request, `${pairs.get('method') ?? ''} ${pairs.get('path') ?? ''}`);
  for (const [name, value] of pairs) put(fields, Object.hasOwn(TO, name) ? TO[name] : undefined, value);
  const peers = splitAddresses(pairs.get('fwd') ?? '');
  if (peers.length > 1) setClientList(fields, 'heroku.router.fwd', peers);
  else put(fields, address('source'), peers[0]);
  if (fields['event.code'] !== undefined) fields['event.outcome'] ??= 'failure';
  return fields;
}

/** The pairs from the first to the last character; undefined where anything else stands between them, or one comes twice. */
function pairsOf(line: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>();
  for (PAIR.lastIndex = 0; PAIR.lastIndex < line.length;) {
    const found = PAIR.exec(line);
    if (found === null || pairs.size > 32) return undefined;
    const [, name = '', quoted, bare = ''] = found;
    if (pairs.has(name)) return undefined;
    pairs.set(name, quoted ?? bare);
  }
  return pairs;
}
