import type { Fields } from '../../../event/index.js';
import {
  address,
  both,
  eventFields,
  ip,
  list,
  number,
  put,
  readShapeInto,
  request,
  scaled,
  status,
  text,
  tlsVersion,
  unescaped,
} from '../../capture.js';
import { fill } from '../../fields.js';
import { priorityFields } from '../../head/priority.js';
import { find } from '../../text/codes.js';
import type { Line, TextFormat } from '../../line.js';
import { clfDate } from '../../time/dates.js';
import { behindHead } from '../behind-head.js';
import { httpLine } from './haproxy-http.js';
import { isOwn, ownLine } from './haproxy-own.js';

const DATASET = 'haproxy.log';
const COUNTS = [
  number('haproxy.connections.active'),
  number('haproxy.connections.frontend'),
  number('haproxy.connections.backend'),
  number('haproxy.connections.server'),
  number('haproxy.connections.retries'),
  number('haproxy.server_queue'),
  number('haproxy.backend_queue'),
];
const BYTES = both(number('haproxy.bytes_read'), number('http.response.bytes'));
const DURATION = scaled('event.duration', 1_000_000);
const NAMES = [text('haproxy.frontend_name'), text('haproxy.backend_name'), text('haproxy.server_name')];
const HEAD = String.raw`^([^ ]{1,64}:\d{1,5}|-:\d{1,5}) \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})?\] ([^ ]{1,256}) ([^ /]{1,256})/([^ ]{1,256}) `;
const CONNECTIONS = String.raw`(\d{1,12})/(\d{1,12})/(\d{1,12})/(\d{1,12})/\+?(\d{1,12}) (\d{1,12})/(\d{1,12})`;

/** `ADDRESS:PORT`, an IPv6 address without brackets; `unix:1`; `-:0` where the client is gone. */
function client(fields: Fields, value: string): void {
  const colon = value.lastIndexOf(':');
  const host = value.slice(0, colon);
  put(fields, address('source'), host);
  put(fields, number('source.port'), value.slice(colon + 1));
}

/** What formats of one's own add behind the request: `%sslv %sslc`, and `%ID`. */
const SECURED = String.raw`(?: ((?:TLS|SSL)v\d(?:\.\d)?) ([A-Z\d][A-Z\d_-]{3,127}))?`;
const UNIQUE = String.raw`(?: ([\w:.-]{8,128}))?`;

const SHAPES = [
  {
    // option httplog and httpslog.
    pattern: new RegExp(
      String.raw`${HEAD}(?:([0-9a-fA-F.:]{2,45}|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}) )?(-?\d{1,12})/(-?\d{1,12})/(-?\d{1,12})/(-?\d{1,12})/\+?(-?\d{1,12}) (-?\d{1,3}) \+?(\d{1,15}) ([^ ]{1,4096}) ([^ ]{1,4096}) ([^ ]{2,4}) ${CONNECTIONS}(?: \{([^}]{0,8192})\})?(?: \{([^}]{0,8192})\})? "([^"\\]*(?:\\.[^"\\]*)*)"?(?: (\d{1,12})/([\da-fA-F]{1,16})/(\d{1,12})/(\d{1,12})/([01]) ([^ /]{1,255})/([^ /]{1,32})/([^ /]{1,128})|${SECURED}${UNIQUE}$)?`,
    ),
    to: [
      client,
      ...NAMES,
      address('destination'),
      number('haproxy.http.request.time_wait_ms'),
      number('haproxy.total_waiting_time_ms'),
      number('haproxy.connection_wait_time_ms'),
      number('haproxy.http.request.time_wait_without_data_ms'),
      DURATION,
      status,
      BYTES,
      text('haproxy.http.request.captured_cookie'),
      text('haproxy.http.response.captured_cookie'),
      text('haproxy.termination_state'),
      ...COUNTS,
      list('haproxy.http.request.captured_headers', '|'),
      list('haproxy.http.response.captured_headers', '|'),
      both(unescaped('haproxy.http.request.raw_request_line'), request),
      number('haproxy.connections.fc_err'),
      number('haproxy.connections.ssl_fc_err'),
      number('haproxy.connections.ssl_c_err'),
      number('haproxy.connections.ssl_c_ca_err'),
      (fields: Fields, value: string): void => {
        if (value === '1') fields['tls.resumed'] = true;
      },
      both(text('tls.client.server_name'), text('destination.domain'), text('url.domain')),
      tlsVersion,
      text('tls.cipher'),
      tlsVersion,
      text('tls.cipher'),
      text('http.request.id'),
    ],
    also: {
      'event.category': ['web'],
      'haproxy.http.request.captured_cookie': '-',
      'haproxy.http.response.captured_cookie': '-',
    },
  },
  {
    // option tcplog.
    pattern: new RegExp(
      String.raw`${HEAD}(-?\d{1,12})/(-?\d{1,12})/\+?(-?\d{1,12}) \+?(\d{1,15}) ([^ ]{2,4}) ${CONNECTIONS}`,
    ),
    to: [
      client,
      ...NAMES,
      number('haproxy.total_waiting_time_ms'),
      number('haproxy.connection_wait_time_ms'),
      DURATION,
      number('haproxy.bytes_read'),
      text('haproxy.termination_state'),
      ...COUNTS,
    ],
  },
  {
    // A connection refused before a session: `client [time] frontend/bind: reason`.
    pattern:
      /^([^ ]{1,64}:\d{1,5}) \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,6})?\] ([^ /]{1,256})\/([^ ]{1,256}):? (.{1,4096})$/s,
    to: [
      client,
      text('haproxy.frontend_name'),
      (fields: Fields, value: string): void => {
        fields['haproxy.bind_name'] = value.endsWith(':') ? value.slice(0, -1) : value;
      },
      text('haproxy.error_message'),
    ],
  },
  {
    pattern:
      /^Connect from ([0-9a-fA-F.:]{2,45}):(\d{1,5}) to ([0-9a-fA-F.:]{2,45}):(\d{1,5}) \(([^ /]{1,256})\/(\w{1,16})\)$/,
    to: [
      address('source'),
      number('source.port'),
      ip('destination.ip'),
      number('destination.port'),
      text('haproxy.frontend_name'),
      (fields: Fields, value: string): void => {
        fields['haproxy.mode'] = value;
        if (value === 'HTTP') fields['event.category'] = ['web'];
      },
    ],
  },
];

const SNIFF =
  /^(?:<\d{1,3}>)?(?:[^ <]{1,64}:\d{1,5} \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d|Connect from [0-9a-f.:]{3,51} to [0-9a-f.:]{3,51} \(|[\w-]{1,32}\[\d{1,10}\]: [^ ]{1,64}:\d{1,5} \[\d\d\/)/i;

/**
 * HAProxy's log: `option httplog`, `httpslog`, `tcplog`, the default (`Connect from …`) and connection errors; behind a
 * syslog head, a priority alone (`format short`), `haproxy[PID]: ` alone, or bare (`format raw`); and what it says itself. HAProxy escapes what clients send (`#XX`) and ends the request with the
 * line. Source: HAProxy, Configuration Manual, section 8.
 */
export const haproxy: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['haproxy', 'haproxy.http', 'haproxy.tcp'],
  dataset: DATASET,
  sniff: (line) => SNIFF.test(line.slice(0, 200)) || isOwn(line),
  parse: behindHead(parse, told),
};

const SPACE = 32;
const COLON = 58;
const LESS = 60;
const LETTER_C = 67;
const BRACKET = 91;
const TAG = /^([\w.-]{1,64})\[(\d{1,10})\]: /;

function parse(text: string, at: Line): Fields | undefined {
  if (text.charCodeAt(0) !== LESS) return bareLine(text, at) ?? ownLine(text, at);
  const head = /^<(\d{1,3})>/.exec(text.slice(0, 5));
  const priority = Number(head?.[1] ?? 256);
  const fields = priority > 191 ? undefined : bareLine(text.slice(head?.[0].length), at);
  return fields && fill(fields, priorityFields(priority));
}

function bareLine(text: string, at: Line): Fields | undefined {
  const offset = at.offsetOf(text);
  const { bytes, length } = at.codes;
  const space = find(bytes, SPACE, offset, length);
  const tag = space > offset && bytes[space - 1] === COLON ? TAG.exec(text.slice(0, 80)) : null;
  const message = tag === null ? text : text.slice(tag[0].length);
  // All but one shape have the time behind their first word.
  const isTimed = tag !== null || (space + 1 < length && bytes[space + 1] === BRACKET);
  if (!isTimed && !(bytes[offset] === LETTER_C && text.startsWith('Connect from '))) return undefined;
  const fields = httpLine(message, at) ?? anyLine(message, at);
  if (fields === undefined) return undefined;
  if (tag !== null) {
    fields['process.name'] = tag[1];
    fields['process.pid'] = Number(tag[2]);
  }
  return fields;
}

/** The event of a message of any shape, tag and head apart. */
export function anyLine(message: string, at: Line): Fields | undefined {
  const fields = readShapeInto(SHAPES, message, () => eventFields(at, DATASET, message, {}));
  if (fields === undefined) return undefined;
  fields['haproxy.source'] = at.host;
  at.time = timeOf(message, at);
  return connected(fields);
}

/** What else HAProxy says behind a head: `Proxy main started.` */
function told(at: Line): Fields | undefined {
  return at.program === 'haproxy' ? eventFields(at, DATASET, at.message, {}) : undefined;
}

/** `[23/Nov/2026:06:39:04.123]` in the zone of the input. */
function timeOf(message: string, at: Line): number {
  const open = message.indexOf(' [') + 2;
  const date = clfDate(message, open);
  return date === undefined ? Number.NaN : at.clock.parts(message, open + 12, date, at.receiveTime);
}

function connected(fields: Fields): Fields {
  if (fields['source.ip'] === undefined || fields['destination.ip'] === undefined) return fields;
  const own = fields['event.category'];
  fields['event.category'] = Array.isArray(own) ? ['web', 'network'] : ['network'];
  fields['event.type'] = ['connection'];
  return fields;
}
