/** The columns of one of Zeek's tab-separated logs, as a header would tell them. */
export interface UsualColumns {
  readonly path: string;
  readonly names: readonly string[];
  readonly types: readonly string[];
  /** What tells a line of so many columns: by the index of a column, what its value looks like. */
  readonly looks: readonly (readonly [index: number, pattern: RegExp])[];
}

const CONNECTION = 'ts:time uid id.orig_h:addr id.orig_p:port id.resp_h:addr id.resp_p:port';
const CONN =
  'proto:enum service duration:interval orig_bytes:count resp_bytes:count conn_state local_orig:bool local_resp:bool missed_bytes:count history orig_pkts:count orig_ip_bytes:count resp_pkts:count resp_ip_bytes:count tunnel_parents:set[string]';
const TLS = 'version cipher curve server_name resumed:bool last_alert next_protocol established:bool';
const CERTIFICATES =
  'cert_chain_fuids:vector[string] client_cert_chain_fuids:vector[string] subject issuer client_subject client_issuer';
const FINGERPRINTS = 'cert_chain_fps:vector[string] client_cert_chain_fps:vector[string]';
const PROTO = /^(?:tcp|udp|icmp|unknown_transport)$/;
const CONN_LOOKS: UsualColumns['looks'] = [
  [6, PROTO],
  [11, /^[A-Z0-9]{2,7}$/],
];
const TLS_LOOKS: UsualColumns['looks'] = [
  [6, /^(?:(?:TLS|DTLS|SSL)v\d|unknown-|-$)/],
  [10, /^[TF]$/],
];

function log(path: string, columns: string, looks: UsualColumns['looks']): UsualColumns {
  const all = `${CONNECTION} ${columns}`.split(' ').map((column) => column.split(':', 2));
  return { path, names: all.map(([name = '']) => name), types: all.map(([, type = 'string']) => type), looks };
}

/** The logs most asked for, as Zeek 3 to 7 write them where no script of the site's changes them. Source: Zeek's manual, log files. */
const USUAL: readonly UsualColumns[] = [
  log('conn', CONN, CONN_LOOKS),
  log('conn', `${CONN} ip_proto:count`, CONN_LOOKS),
  log(
    'dns',
    'proto:enum trans_id:count rtt:interval query qclass:count qclass_name qtype:count qtype_name rcode:count rcode_name AA:bool TC:bool RD:bool RA:bool Z:count answers:vector[string] TTLs:vector[interval] rejected:bool',
    [
      [6, PROTO],
      [7, /^(?:\d{1,5}|-)$/],
      [23, /^[TF]$/],
    ],
  ),
  log(
    'http',
    'trans_depth:count method host uri referrer version user_agent origin request_body_len:count response_body_len:count status_code:count status_msg info_code:count info_msg tags:set[enum] username password proxied:set[string] orig_fuids:vector[string] orig_filenames:vector[string] orig_mime_types:vector[string] resp_fuids:vector[string] resp_filenames:vector[string] resp_mime_types:vector[string]',
    [
      [6, /^\d{1,6}$/],
      [14, /^(?:\d{1,15}|-)$/],
    ],
  ),
  log(
    'ssh',
    'version:count auth_success:bool auth_attempts:count direction:enum client server cipher_alg mac_alg compression_alg kex_alg host_key_alg host_key',
    [
      [6, /^[\d-]$/],
      [8, /^(?:\d{1,5}|-)$/],
    ],
  ),
  log('ssl', `${TLS} ssl_history ${FINGERPRINTS} sni_matches_cert:bool`, TLS_LOOKS),
  log('ssl', `${TLS} ssl_history ${FINGERPRINTS} sni_matches_cert:bool validation_status`, TLS_LOOKS),
  log('ssl', `${TLS} ${CERTIFICATES}`, TLS_LOOKS),
  log('ssl', `${TLS} ${CERTIFICATES} validation_status`, TLS_LOOKS),
  log('weird', 'name addl notice:bool peer source', [[8, /^[TF]$/]]),
];

/** The columns of a line whose header was not seen; undefined where its values look like none of the usual logs'. */
export function usualColumns(values: readonly string[]): UsualColumns | undefined {
  return USUAL.find(
    ({ names, looks }) =>
      names.length === values.length && looks.every(([index, pattern]) => pattern.test(values[index] ?? '')),
  );
}
