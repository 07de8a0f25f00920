import type { Fields } from '../../../event/index.js';
import { both, eventFields, number, peer, put, readShape, request, scaled, status, text } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { textOf } from '../../fields.js';
import { validIp } from '../../text/scan.js';
import { byFlags, CONNECTION, REQUEST, setProtocol } from './envoy.js';

const DATASET = 'envoyproxy.log';
const QUOTED = String.raw`"([^"]{0,65536})"`;

/** Envoy itself appends the last address of the list; what stands before it is the client's word. */
function clients(fields: Fields, value: string): void {
  const ip = validIp(value.slice(value.lastIndexOf(',') + 1).trim());
  fields['source.address'] = ip;
  fields['source.ip'] = ip;
  put(fields, text('envoyproxy.x_forwarded_for'), value);
}

const SENT = both(number('http.response.body.bytes'), number('destination.bytes'));
const RECEIVED = both(number('http.request.body.bytes'), number('source.bytes'));
const DURATION = scaled('event.duration', 1_000_000);
const TAIL = String.raw`${QUOTED} ${QUOTED} ${QUOTED} ${QUOTED} ${QUOTED}`;
const TAIL_TO = [
  clients,
  text('user_agent.original'),
  both(text('http.request.id'), text('envoyproxy.request_id')),
  both(text('url.domain'), text('envoyproxy.authority')),
  peer('destination'),
];

const SHAPES = [
  {
    pattern: new RegExp(
      String.raw`^"([^"]{0,65536})" (\d{1,3}|-) ([\w,-]{1,128}) (\d{1,15}|-) (\d{1,15}|-) (\d{1,15}|-) (\d{1,15}|-) ${TAIL}`,
    ),
    to: [
      request,
      status,
      text('envoyproxy.response_flags'),
      RECEIVED,
      SENT,
      DURATION,
      number('envoyproxy.upstream_service_time'),
      ...TAIL_TO,
    ],
  },
  {
    // Istio tells response code details, termination details and the transport's failure before the bytes.
    pattern: new RegExp(
      String.raw`^"([^"]{0,65536})" (\d{1,3}|-) ([\w,-]{1,128}) ([^ ]{1,256}) ([^ ]{1,256}) ${QUOTED} (\d{1,15}|-) (\d{1,15}|-) (\d{1,15}|-) (\d{1,15}|-) ${TAIL} ([^ ]{1,512}) [^ ]{1,80} [^ ]{1,80} ([^ ]{1,80})`,
    ),
    to: [
      request,
      status,
      text('envoyproxy.response_flags'),
      text('envoyproxy.response_code_details'),
      undefined,
      undefined,
      RECEIVED,
      SENT,
      DURATION,
      number('envoyproxy.upstream_service_time'),
      ...TAIL_TO,
      text('envoyproxy.upstream_cluster'),
      peer('source'),
    ],
  },
];

/**
 * Envoy's access log in its default form, and Istio's. Source: Envoy documentation, "Access logging, default format string";
 * Istio, "Envoy Access Logs".
 */
export const envoyText: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['envoy', 'envoyproxy', 'istio'],
  dataset: DATASET,
  sniff: (line) =>
    (line.charCodeAt(0) === 91 || line.startsWith(ACCESS)) &&
    /^(?:ACCESS )?\[\d{4}-\d\d-\d\dT[\d:.]{8,18}Z\] "/.test(line.slice(0, 48)),
  parse,
};

const ACCESS = 'ACCESS ';
const DASH = 45;

function parse(line: string, at: Line): Fields | undefined {
  const start = line.startsWith(ACCESS) ? ACCESS.length : 0;
  const time = line.charCodeAt(start) === 91 ? at.clock.iso(line, start + 1) : Number.NaN;
  const close = line.indexOf('] ');
  if (Number.isNaN(time) || close < 0 || close > start + 40) return undefined;
  const isRequest = line.charCodeAt(close + 3) !== DASH;
  const fields = eventFields(at, DATASET, line, isRequest ? REQUEST : CONNECTION);
  if (!readShape(SHAPES, line.slice(close + 2), fields)) return undefined;
  fields['event.outcome'] = byFlags(textOf(fields, 'envoyproxy.response_flags'));
  setProtocol(fields);
  at.time = time;
  return fields;
}
