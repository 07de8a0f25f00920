import type { Fields } from '../../../../event/index.js';
import {
  address,
  eventFields,
  number,
  put,
  readShape,
  scaled,
  type Setter,
  text,
  tlsVersion,
} from '../../../capture.js';
import type { Line } from '../../../line.js';

const DATASET = 'aws.elb';
const STAMP = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z`;

const MILLISECOND = 1000;
const protocol: Setter = (fields, value) => {
  fields['aws.elb.ssl_protocol'] = value;
  tlsVersion(fields, value);
};

/** `NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z`. */
const validity: Setter = (fields, value) => {
  const [, before, after] = /^NotBefore=([^;]{1,40});NotAfter=(.{1,40})$/.exec(value) ?? [];
  put(fields, text('tls.client.not_before'), before);
  put(fields, text('tls.client.not_after'), after);
};

const status: Setter = (fields, value) => {
  fields['aws.elb.tls_verify_status'] = value;
  fields['event.outcome'] = value === 'Success' ? 'success' : 'failure';
};

const SHAPES = [
  {
    pattern: new RegExp(
      String.raw`^${STAMP} ([0-9a-fA-F.:]{2,45}) (\d{1,5}) (\d{1,5}) ([^ ]{1,32}) ([^ ]{1,128}) (\d{1,9}(?:\.\d{1,9})?|-) "([^"]{0,4096})" ([^ ]{1,128}) ([^ ]{1,128}) ((?:Success|Failed:[^ ]{1,128}|-)) ([^ ]{1,128})`,
    ),
    to: [
      address('source'),
      number('source.port'),
      number('destination.port'),
      protocol,
      text('tls.cipher'),
      scaled('aws.elb.tls_handshake_time.ms', MILLISECOND),
      text('tls.client.subject'),
      validity,
      text('tls.client.x509.serial_number'),
      status,
      text('aws.elb.conn_trace_id'),
    ],
  },
];

const HEAD = new RegExp(String.raw`^${STAMP} [0-9a-fA-F.:]{2,45} \d{1,5} \d{1,5} [^ ]{1,32} `);

/** Whether a line may be of a connection log. */
export function isConnection(line: string): boolean {
  return HEAD.test(line.slice(0, 140));
}

/**
 * The event of a line of an Application Load Balancer's connection log: who shook hands, with which certificate, and
 * whether it came about; undefined for any other line. Source: AWS, "Connection logs for your Application Load Balancer".
 */
export function connectionLine(line: string, at: Line): Fields | undefined {
  if (!isConnection(line)) return undefined;
  const time = at.clock.iso(line, 0);
  const fields = eventFields(at, DATASET, line, { category: ['network'] });
  if (Number.isNaN(time) || !readShape(SHAPES, line, fields)) return undefined;
  at.time = time;
  fields['cloud.provider'] = 'aws';
  return fields;
}
