import type { Row } from '../../mapped.js';
import { ip, text, texts, whole } from '../../../raw.js';
import { commonNames, ips, ipType, setIndicator, setX509, utc } from './details.js';
import type { ZeekProtocol } from './more.js';

const HOST: readonly Row[] = [
  ['host.ip', 'host', ips],
  ['related.ip', 'host', ips],
  ['network.type', 'host', ipType],
];
const SERVER: readonly Row[] = [...HOST, ['server.ip', 'host', ips], ['server.port', 'port_num', whole]];

/** Keys that tell the logs which need no connection, each with the time: a notice, a file, a certificate, what runs on a host. */
export const LOOSE: readonly (readonly string[])[] = [
  ['note', 'actions'],
  ['seen.indicator', 'seen.where'],
  ['fuid', 'analyzers'],
  ['notice', 'name', 'peer'],
  ['certificate.serial'],
  ['machine', 'compile_ts'],
  ['msg_types', 'uids'],
  ['sig_id', 'event_msg'],
  ['software_type', 'host'],
  ['hashAlgorithm', 'certStatus'],
  ['issuer_subject', 'port_num'],
  ['port_num', 'port_proto'],
  ['percent_lost', 'gaps'],
  ['pkts_proc', 'peer'],
];

/**
 * Zeek's logs that tell of no connection. Source: Zeek's manual, log files; Elastic's zeek fields.
 */
export const ALONE: readonly ZeekProtocol[] = [
  {
    path: 'intel',
    keys: ['seen.indicator'],
    kind: 'enrichment',
    category: ['threat'],
    type: ['indicator'],
    finish: setIndicator,
  },
  {
    path: 'pe',
    keys: ['compile_ts', 'subsystem'],
    category: ['file'],
    type: ['info'],
  },
  {
    path: 'x509',
    keys: ['certificate.serial'],
    category: [],
    type: ['info'],
    rows: [
      ['event.id', 'id', text],
      ['file.x509.public_key_algorithm', 'certificate.key_alg', text],
      ['file.x509.public_key_size', 'certificate.key_length', whole],
      ['file.x509.public_key_exponent', 'certificate.exponent', whole],
      ['file.x509.serial_number', 'certificate.serial', text],
      ['file.x509.version_number', 'certificate.version', text],
      ['file.x509.not_before', 'certificate.not_valid_before', utc],
      ['file.x509.not_after', 'certificate.not_valid_after', utc],
    ],
    finish: setX509,
  },
  { path: 'ocsp', keys: ['hashAlgorithm', 'certStatus'], transport: 'tcp', category: [], type: [] },
  {
    path: 'signature',
    keys: ['sig_id'],
    kind: 'alert',
    type: [],
    rows: [
      ['rule.id', 'sig_id', text],
      ['rule.description', 'event_msg'],
      ['source.address', 'src_addr'],
      ['source.ip', 'src_addr', ip],
      ['source.port', 'src_port', whole],
      ['destination.address', 'dst_addr'],
      ['destination.ip', 'dst_addr', ip],
      ['destination.port', 'dst_port', whole],
      ['network.type', 'src_addr', ipType],
    ],
  },
  { path: 'software', keys: ['software_type'], category: ['network', 'file'], type: ['info'], rows: HOST },
  { path: 'known_hosts', keys: ['host'], only: true, category: ['network', 'host'], type: ['info'], rows: HOST },
  {
    path: 'known_services',
    keys: ['port_num', 'port_proto'],
    type: ['info'],
    rows: [...SERVER, ['network.transport', 'port_proto'], ['network.application', 'service', texts]],
    finish: (fields) => {
      fields['network.protocol'] = undefined;
    },
  },
  {
    path: 'known_certs',
    keys: ['issuer_subject', 'port_num'],
    category: ['network', 'file'],
    type: ['info'],
    rows: [
      ...SERVER,
      ['tls.server.subject', 'subject'],
      ['tls.server.issuer', 'issuer_subject'],
      ['tls.server.x509.subject.distinguished_name', 'subject'],
      ['tls.server.x509.issuer.distinguished_name', 'issuer_subject'],
      ['tls.server.x509.subject.common_name', 'subject', commonNames],
      ['tls.server.x509.issuer.common_name', 'issuer_subject', commonNames],
      ['tls.server.x509.serial_number', 'serial', text],
    ],
  },
  { path: 'capture_loss', keys: ['percent_lost', 'gaps'], kind: 'metric', category: [], type: ['info'] },
  { path: 'traceroute', keys: ['src', 'dst', 'proto'], only: true, type: ['info'] },
  { path: 'stats', keys: ['pkts_proc'], kind: 'metric', category: [], type: [] },
];
