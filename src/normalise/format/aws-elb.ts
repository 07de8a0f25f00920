import type { Fields } from '../../event/index.js';
import {
  both,
  eventFields,
  number,
  peer,
  readShapeInto,
  request,
  type Setter,
  status,
  text,
  tlsVersion,
  unescaped,
} from '../capture.js';
import type { Line, TextFormat } from '../line.js';
import { endpoint } from '../scan.js';

const DATASET = 'aws.elb';
const ISO = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?`;
const ENDPOINT = String.raw`([0-9a-fA-F.:[\]]{2,45}:\d{1,5}|-)`;
const SECONDS = String.raw`(-?\d{1,9}(?:\.\d{1,9})?)`;
const QUOTED = String.raw`"([^"\\]*(?:\\.[^"\\]*)*)"`;

/** A number that is -1 where nothing was measured. */
function measured(field: string): Setter {
  const set = number(field);
  return (fields, value) => {
    if (value !== '-1') set(fields, value);
  };
}

const backend: Setter = (fields, value) => {
  const { ip, port } = endpoint(value);
  fields['aws.elb.backend.ip'] = ip;
  fields['aws.elb.backend.port'] = port === undefined ? undefined : String(port);
};

function items(field: string, separator: string): Setter {
  return (fields, value) => {
    fields[field] = value.split(separator, 64);
  };
}

const TIMES = [
  measured('aws.elb.request_processing_time.sec'),
  measured('aws.elb.backend_processing_time.sec'),
  measured('aws.elb.response_processing_time.sec'),
];
const TLS = [both(text('aws.elb.ssl_cipher'), text('tls.cipher')), both(text('aws.elb.ssl_protocol'), tlsVersion)];
const trace = both(text('aws.elb.trace_id'), text('trace.id'));
const WEB = { 'event.category': ['web'], 'aws.elb.protocol': 'http' };
const NETWORK = { 'event.category': ['network'], 'aws.elb.protocol': 'tcp' };
const COMMON = String.raw`${ISO} ([^ ]{1,256}) ${ENDPOINT} ${ENDPOINT} ${SECONDS} ${SECONDS} ${SECONDS} `;
const HTTP = String.raw`${COMMON}(\d{3}|-) (\d{1,3}|-) (\d{1,15}) (\d{1,15}) ${QUOTED} ${QUOTED} ([^ ]{1,128}) ([^ ]{1,32})`;
const HTTP_TO = [
  text('aws.elb.name'),
  peer('source'),
  backend,
  ...TIMES,
  status,
  number('aws.elb.backend.http.response.status_code'),
  number('http.request.body.bytes'),
  number('http.response.body.bytes'),
  request,
  unescaped('user_agent.original'),
  ...TLS,
];

const SHAPES = [
  {
    // Application Load Balancer.
    pattern: new RegExp(
      String.raw`^([a-z0-9]{2,8}) ${HTTP} ([^ ]{1,512}) ${QUOTED} ${QUOTED} ${QUOTED} (-?\d{1,9}|-) (${ISO}|-) ${QUOTED} ${QUOTED} ${QUOTED}(?: ${QUOTED})?(?: ${QUOTED})?(?: ${QUOTED})?(?: ${QUOTED})?`,
    ),
    to: [
      text('aws.elb.type'),
      ...HTTP_TO,
      text('aws.elb.target_group.arn'),
      trace,
      text('destination.domain'),
      text('aws.elb.chosen_cert.arn'),
      (fields: Fields, value: string): void => {
        if (value !== '-1') fields['aws.elb.matched_rule_priority'] = value;
      },
      text('event.start'),
      items('aws.elb.action_executed', ','),
      text('aws.elb.redirect_url'),
      text('aws.elb.error.reason'),
      items('aws.elb.target_port', ' '),
      items('aws.elb.target_status_code', ' '),
      text('aws.elb.classification'),
      text('aws.elb.classification_reason'),
    ],
    also: WEB,
  },
  {
    // Classic, TCP listener.
    pattern: new RegExp(String.raw`^${COMMON}- - (\d{1,15}) (\d{1,15}) "- - - ?" "-" ([^ ]{1,128}) ([^ ]{1,32})`),
    to: [
      text('aws.elb.name'),
      peer('source'),
      backend,
      ...TIMES,
      number('source.bytes'),
      number('destination.bytes'),
      ...TLS,
    ],
    also: NETWORK,
  },
  { pattern: new RegExp(`^${HTTP}`), to: HTTP_TO, also: WEB },
  {
    // Network Load Balancer, TLS listener.
    pattern: new RegExp(
      String.raw`^(tls) \d{1,3}\.\d{1,3} ${ISO} ([^ ]{1,256}) ([^ ]{1,256}) ${ENDPOINT} ${ENDPOINT} ${SECONDS} ${SECONDS} (\d{1,15}) (\d{1,15}) ([^ ]{1,64}) ([^ ]{1,256}) ([^ ]{1,256}) ([^ ]{1,128}) ([^ ]{1,32}) ([^ ]{1,64}) ([^ ]{1,256})`,
    ),
    to: [
      text('aws.elb.type'),
      text('aws.elb.name'),
      text('aws.elb.listener'),
      peer('source'),
      backend,
      number('aws.elb.connection_time.ms'),
      number('aws.elb.tls_handshake_time.ms'),
      number('source.bytes'),
      number('destination.bytes'),
      text('aws.elb.incoming_tls_alert'),
      text('aws.elb.chosen_cert.arn'),
      text('aws.elb.chosen_cert.serial'),
      ...TLS,
      text('aws.elb.ssl_named_group'),
      text('destination.domain'),
    ],
    also: NETWORK,
  },
];

const SNIFF =
  /^(?:(?:https?|h2|wss?|grpcs?|tls) )?(?:\d\.\d )?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z? [^ ]{1,256} (?:[^ ]{1,256} )?[0-9a-f.:[\]]{4,45}:\d{1,5} (?:[0-9a-f.:[\]]{4,45}:\d{1,5}|-) -?\d/i;

/**
 * Access logs of AWS load balancers: Application, Network (TLS) and Classic. Times are UTC; `event.end` is when the
 * answer went out. Source: AWS, "Access logs for your Application / Network / Classic Load Balancer".
 */
export const awsElb: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['elb', 'alb', 'nlb', 'aws.elb_logs', 'aws.alb'],
  dataset: DATASET,
  sniff: (line) => SNIFF.test(line.slice(0, 700)),
  parse,
};

/** The time as ISO 8601 with milliseconds: the stamp itself, cut, where it is written so. */
function isoOf(stamp: string, time: number): string {
  const isWritten =
    stamp.length > 23 &&
    stamp.charCodeAt(19) === 46 &&
    /^[^:]{11}(?:[01]\d|2[0-3]):\d\d:[0-5]\d\.\d{3,9}Z?$/.test(stamp);
  return isWritten ? `${stamp.slice(0, 23)}Z` : new Date(time).toISOString();
}

function parse(line: string, at: Line): Fields | undefined {
  const start = line.slice(0, 64).search(/\d{4}-\d\d-\d\dT/);
  if (start < 0) return undefined;
  const stamp = line.slice(start, line.indexOf(' ', start));
  const time = at.clock.iso(stamp.endsWith('Z') ? stamp : `${stamp}Z`, 0);
  if (Number.isNaN(time)) return undefined;
  const fields = readShapeInto(SHAPES, line, () => eventFields(at, DATASET, line, {}));
  if (fields === undefined) return undefined;
  at.time = time;
  fields['event.end'] = isoOf(stamp, time);
  fields['cloud.provider'] = 'aws';
  return fields;
}
