import type { Fields } from '../../../event/index.js';
import { address, eventFields, lower, number, readShapeInto, scaled, text, type Setter } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { isDigit } from '../../text/scan.js';

const DATASET = 'coredns.log';
const NAME = String.raw`([^ "]{0,1024}?)\.?`;

/** An IPv6 address in its brackets, which are not part of it. */
const client: Setter = (fields, value) => {
  address('source')(fields, value.replace(/^\[(.*)\]$/, '$1'));
};

/** `qr,aa,rd`: in capitals, without what only says that it is an answer. */
const flags: Setter = (fields, value) => {
  const found = value.split(',', 16).filter((flag) => flag !== 'qr');
  if (fields['coredns.log.dnssec_ok'] === true) found.push('do');
  if (found.length > 0) fields['dns.header_flags'] = found.map((flag) => flag.toUpperCase());
};

const isSecured: Setter = (fields, value) => {
  fields['coredns.log.dnssec_ok'] = value === 'true';
};

const code: Setter = (fields, value) => {
  fields['dns.response_code'] = CODES[Number(value)] ?? value;
};

const CODES = 'NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE'.split(' ');

const SHAPES = [
  {
    pattern: new RegExp(
      String.raw`^(\[?[\da-fA-F:.]{2,45}\]?):(\d{1,5}) - (\d{1,5}) "(\w{1,16}) (\w{1,16}) ${NAME} (\w{3,8}) (\d{1,8}) (true|false) (\d{1,8})" (\w{1,32}) (-|[a-z,]{2,48}) (\d{1,8}) (\d{1,9}(?:\.\d{1,18})?)s(?: "(\d{1,3})")?$`,
    ),
    to: [
      client,
      number('source.port'),
      text('dns.id'),
      text('dns.question.type'),
      text('dns.question.class'),
      text('dns.question.name'),
      lower('network.transport'),
      number('source.bytes'),
      isSecured,
      number('coredns.log.buffer_size'),
      text('dns.response_code'),
      flags,
      number('destination.bytes'),
      scaled('event.duration', 1e9),
      text('dns.op_code'),
    ],
  },
  {
    pattern: new RegExp(String.raw`^(plugin/[\w-]{1,64}): (\d{1,3}|[A-Z]{1,16}) ${NAME} (\w{1,16}): (.{0,8192})$`, 's'),
    to: [
      text('log.logger'),
      code,
      text('dns.question.name'),
      text('dns.question.type'),
      text('coredns.log.error.message'),
    ],
  },
  {
    pattern: /^(plugin\/[\w-]{1,64}): (.{0,8192})$/s,
    to: [text('log.logger'), text('coredns.log.error.message')],
  },
];

const HEAD =
  /^(?:(\d{4}-\d\d-\d\dT[\d:.]{8,18}Z) )?\[(DEBUG|INFO|WARNING|ERROR|FATAL)\] (?=\[?[\da-fA-F:.]{2,45}\]?:\d{1,5} - \d|plugin\/)/;

/**
 * CoreDNS's queries (plugin `log`, its common form) and errors (plugin `errors`), which carry no time unless an old version
 * wrote them. Source: CoreDNS manual, "log" and "errors"; Elastic's coredns fields.
 */
export const coredns: TextFormat = {
  reads: 'text',
  name: DATASET,
  aliases: ['coredns'],
  dataset: DATASET,
  sniff: (line) => (line.charCodeAt(0) === 91 || isDigit(line.charCodeAt(0))) && HEAD.test(line.slice(0, 128)),
  parse,
};

function parse(line: string, at: Line): Fields | undefined {
  const head = HEAD.exec(line.slice(0, 128));
  if (head === null) return undefined;
  const [whole, time, level = ''] = head;
  const make = (): Fields => eventFields(at, DATASET, line, { category: ['network'], type: ['protocol'] });
  const fields = readShapeInto(SHAPES, line.slice(whole.length), make);
  if (fields === undefined) return undefined;
  if (time !== undefined) at.time = at.clock.iso(time, 0);
  fields['log.level'] = level.toLowerCase();
  fields['network.protocol'] = 'dns';
  const answer = fields['dns.response_code'];
  if (answer !== undefined) fields['event.outcome'] = answer === 'NOERROR' ? 'success' : 'failure';
  const transport = fields['network.transport'];
  if (transport === 'udp' || transport === 'tcp') fields['network.iana_number'] = transport === 'udp' ? '17' : '6';
  const asked = fields['dns.question.name'];
  if (typeof asked === 'string' && fields['dns.question.type'] !== 'PTR') fields['related.hosts'] = [asked];
  return fields;
}
