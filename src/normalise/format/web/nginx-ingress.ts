import type { Fields } from '../../../event/index.js';
import {
  address,
  eventFields,
  number,
  put,
  readShape,
  request,
  type Setter,
  status,
  text,
  unescaped,
} from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { closingQuote, endpoint, firstPublic } from '../../text/scan.js';
import { setVhost } from './access-more.js';

const DATASET = 'nginx_ingress_controller.access';
const OWN = DATASET;
const WHAT = { category: ['web'], type: ['info'] };
/** Between servers, and between groups of servers that a request went to one after the other. Source: ngx_http_upstream_module. */
const COMMA = /,\s*| : /;

const source: Setter = (fields, value) => {
  const all = value.split(COMMA, 64);
  fields[`${OWN}.remote_ip_list`] = all;
  put(fields, address('source'), firstPublic(all) ?? all[0]);
};

/** A list of upstreams' answers, as texts, and the last of them (or their sum) as a number. */
function answers(name: string, sums: boolean): Setter {
  return (fields, value) => {
    const all = value.split(COMMA, 64);
    const numbers = all.map(Number).filter((item) => Number.isFinite(item));
    fields[`${OWN}.upstream.response.${name}_list`] = all;
    if (numbers.length !== all.length) return;
    fields[`${OWN}.upstream.response.${name}`] = sums ? numbers.reduce((sum, item) => sum + item, 0) : numbers.at(-1);
  };
}

const upstream: Setter = (fields, value) => {
  const all = value.split(COMMA, 64);
  const last = endpoint(all.at(-1) ?? '');
  fields[`${OWN}.upstream_address_list`] = all;
  if (last.port === undefined) return;
  fields[`${OWN}.upstream.ip`] = last.ip;
  fields[`${OWN}.upstream.port`] = last.port;
};

const QUOTED = String.raw`"([^"\\]*(?:\\.[^"\\]*)*)"`;
const ITEM = '(?!: )[^ ,]{1,80}';
const LIST = `((?:${ITEM}(?:, ?| : )){0,63}${ITEM})`;

const SHAPES = [
  {
    pattern: new RegExp(
      String.raw`^((?:[^ ,]{1,64}, ?){0,63}[^ ,]{1,64}) - (.{1,32768}?) \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] ${QUOTED} (\d{3}) (\d{1,15}|-) ${QUOTED} ${QUOTED} (\d{1,15}) (\d{1,9}\.\d{1,9}) \[([^\]]{0,512})\] (?:\[([^\]]{0,512})\] )?${LIST} ${LIST} ${LIST} ${LIST}(?: ([^ ]{1,128}))? ?$`,
    ),
    to: [
      source,
      text('user.name'),
      request,
      status,
      number('http.response.body.bytes'),
      unescaped('http.request.referrer'),
      unescaped('user_agent.original'),
      number(`${OWN}.http.request.length`),
      number(`${OWN}.http.request.time`),
      text(`${OWN}.upstream.name`),
      text(`${OWN}.upstream.alternative_name`),
      upstream,
      answers('length', false),
      answers('time', true),
      answers('status_code', false),
      (fields: Fields, value: string): void => {
        fields['http.request.id'] = value;
        fields[`${OWN}.http.request.id`] = value;
      },
    ],
  },
];

/**
 * The access log of ingress-nginx: nginx's combined form, then request length and time, the upstream's name, addresses,
 * lengths, times and statuses (each a list where several were tried) and the request's id. Source: ingress-nginx,
 * "Log format"; Elastic's nginx_ingress_controller.access fields.
 */
export const nginxIngress: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['nginx_ingress_controller', 'nginx.ingress_controller', 'ingress-nginx'],
  dataset: DATASET,
  sniff: (line) => line.includes('] "') && /" \d{1,15} \d{1,9}\.\d{1,9} \[[^\]]{0,512}\] /.test(line.slice(0, 65_536)),
  parse,
};

/** `23/Nov/2026:06:39:04 +0000] `. */
const TIME_WIDTH = 28;
const COMMA_CODE = 44;
const DASH = 45;

function parse(line: string, at: Line): Fields | undefined {
  // Quotes in a user name are escaped, brackets are not: the time stands right before the first quote.
  const quote = closingQuote(line, 0);
  const time = quote < TIME_WIDTH ? Number.NaN : at.clock.clf(line, quote - TIME_WIDTH);
  if (Number.isNaN(time)) return undefined;
  const fields = eventFields(at, DATASET, line, WHAT);
  // Behind the address, or the last of a list of them, stands `- `: another first word is the virtual host.
  const space = line.indexOf(' ');
  const hasVhost = line.charCodeAt(space + 1) !== DASH && line.charCodeAt(space - 1) !== COMMA_CODE;
  if (!readShape(SHAPES, hasVhost ? line.slice(space + 1) : line, fields)) return undefined;
  if (hasVhost) setVhost(fields, line.slice(0, space));
  at.time = time;
  return fields;
}
