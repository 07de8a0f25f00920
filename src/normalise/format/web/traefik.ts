import type { Fields } from '../../../event/index.js';
import {
  address,
  eventFields,
  number,
  put,
  readShape,
  request,
  scaled,
  status,
  text,
  unescaped,
} from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { closingQuote, endpoint } from '../../text/scan.js';

const DATASET = 'traefik.access';
const QUOTED = String.raw`(?:"([^"\\]*(?:\\.[^"\\]*)*)"|-)`;

const SHAPES = [
  {
    pattern: new RegExp(
      String.raw`^([^ ]{1,128}) ([^ ]{1,256}) (.{1,32768}?) \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "([^"\\]*(?:\\.[^"\\]*)*)" (\d{1,3}|-) (\d{1,15}|-)(?: ${QUOTED} ${QUOTED})?(?: (\d{1,15}|-) ${QUOTED} ${QUOTED} (\d{1,12})ms)? ?$`,
    ),
    to: [
      address('source', true),
      undefined,
      text('user.name'),
      request,
      status,
      number('http.response.body.bytes'),
      unescaped('http.request.referrer'),
      unescaped('user_agent.original'),
      number('traefik.access.request_count'),
      text('traefik.access.router.name'),
      service,
      scaled('event.duration', 1_000_000),
    ],
  },
];

/** The URL of the server behind: its host and port are the destination. */
function service(fields: Fields, value: string): void {
  fields['traefik.access.service.address'] = value;
  const host = value.replace(/^[a-z][a-z\d+.-]{0,15}:\/\//i, '').split('/', 1)[0] ?? '';
  const found = endpoint(host);
  fields['destination.address'] = host;
  put(fields, text(found.ip === undefined ? 'destination.domain' : 'destination.ip'), found.ip ?? found.address);
  if (found.port !== undefined) fields['destination.port'] = found.port;
}

/**
 * Traefik's access log in its common form: combined, then the request's number, the router, the server's URL and the time
 * in ms. Source: Traefik, "Access logs"; Elastic's traefik.access fields.
 */
export const traefikAccess: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['traefik', 'traefik_access'],
  dataset: DATASET,
  sniff: isTraefik,
  parse,
  isOthers: (_fields, line) => !isTraefik(line),
};

function isTraefik(line: string): boolean {
  return /["-] \d{1,12}ms ?$/.test(line.slice(-20));
}

const NO_SERVER = / "-" \d{1,12}ms ?$/;

/** `23/Nov/2026:06:39:04 +0000] `. */
const TIME_WIDTH = 28;

function parse(line: string, at: Line): Fields | undefined {
  // Quotes in a user name are escaped, brackets are not: the time stands right before the first quote.
  const quote = closingQuote(line, 0);
  const time = quote < TIME_WIDTH ? Number.NaN : at.clock.clf(line, quote - TIME_WIDTH);
  if (Number.isNaN(time)) return undefined;
  const fields = eventFields(at, DATASET, line, { category: ['web'], type: ['access'] });
  if (!readShape(SHAPES, line, fields)) return undefined;
  at.time = time;
  // Elastic keeps the dash of these: nobody, and no server that answered.
  fields['traefik.access.user_identifier'] = /^[^ ]+ ([^ ]+)/.exec(line)?.[1];
  if (NO_SERVER.test(line.slice(-24))) fields['traefik.access.service.address'] = fields['destination.address'] = '-';
  fields['network.transport'] = 'tcp';
  return fields;
}
