/** What the connection of a log tells: the fields of ECS have it. */
const TOLD = new Set(['ts', 'uid', 'id', '_path', '_write_ts', '_system_name', '_node']);

/** Names of a log's keys below its data set, by log; undefined: a field of ECS holds the value and nothing else is kept. */
const OWN: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  'zeek.connection': {
    ...dropped('proto service'),
    conn_state: 'state',
  },
  'zeek.http': dropped('method status_code uri host user_agent'),
  'zeek.dns': dropped('proto'),
  'zeek.ssh': {
    auth_attempts: 'auth.attempts',
    auth_success: 'auth.success',
    cipher_alg: 'algorithm.cipher',
    mac_alg: 'algorithm.mac',
    compression_alg: 'algorithm.compression',
    kex_alg: 'algorithm.key_exchange',
    host_key_alg: 'algorithm.host_key',
  },
  'zeek.ssl': {
    ...dropped('issuer subject client_issuer client_subject'),
    server_name: 'server.name',
    cert_chain: 'server.cert_chain',
    cert_chain_fuids: 'server.cert_chain_fuids',
    client_cert_chain: 'client.cert_chain',
    client_cert_chain_fuids: 'client.cert_chain_fuids',
    validation_status: 'validation.status',
    validation_code: 'validation.code',
  },
  'zeek.notice': {
    ...dropped('proto src dst p'),
    conn: 'connection_id',
    iconn: 'icmp_id',
    file_mime_type: 'file.mime_type',
    'f.id': 'file.id',
    'f.parent_id': 'file.parent_id',
    'f.source': 'file.source',
    'f.is_orig': 'file.is_orig',
    'f.seen_bytes': 'file.seen_bytes',
    'f.total_bytes': 'file.total_bytes',
  },
  'zeek.files': { conn_uids: 'session_ids' },
  'zeek.weird': { addl: 'additional_info' },
};

function dropped(names: string): Readonly<Record<string, undefined>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, undefined]));
}

/** The name of one of Zeek's own fields, as Elastic has it; undefined where a field of ECS holds the value. */
export function zeekName(key: string, dataset: string): string | undefined {
  const first = key.split('.', 1)[0] ?? '';
  if (TOLD.has(first) || /^id_(?:orig|resp)_[hp]$/.test(key)) return undefined;
  const names = Object.hasOwn(OWN, dataset) ? OWN[dataset] : undefined;
  if (names === undefined) return `${dataset}.${key}`;
  if (Object.hasOwn(names, first) && names[first] === undefined) return undefined;
  return `${dataset}.${(Object.hasOwn(names, key) ? names[key] : undefined) ?? key}`;
}

/** What a state of a connection means, in Zeek's words, and Elastic's types of it. Source: Zeek, conn.log, conn_state. */
export const STATES: Readonly<Record<string, readonly [message: string, ...types: string[]]>> = {
  S0: ['Connection attempt seen, no reply.', 'connection', 'start'],
  S1: ['Connection established, not terminated.', 'connection', 'start'],
  SF: ['Normal establishment and termination.', 'connection', 'start', 'end'],
  REJ: ['Connection attempt rejected.', 'connection', 'start', 'denied'],
  S2: [
    'Connection established and close attempt by originator seen (but no reply from responder).',
    'connection',
    'info',
  ],
  S3: [
    'Connection established and close attempt by responder seen (but no reply from originator).',
    'connection',
    'info',
  ],
  RSTO: ['Connection established, originator aborted (sent a RST).', 'connection', 'info'],
  RSTR: ['Responder sent a RST.', 'connection', 'info'],
  RSTOS0: ['Originator sent a SYN followed by a RST, we never saw a SYN-ACK from the responder.', 'connection', 'info'],
  RSTRH: [
    'Responder sent a SYN ACK followed by a RST, we never saw a SYN from the (purported) originator.',
    'connection',
    'info',
  ],
  SH: [
    "Originator sent a SYN followed by a FIN, we never saw a SYN ACK from the responder (hence the connection was 'half' open).",
    'connection',
    'info',
  ],
  SHR: ['Responder sent a SYN ACK followed by a FIN, we never saw a SYN from the originator.', 'connection', 'info'],
  OTH: [
    "No SYN seen, just midstream traffic (a 'partial connection' that was not later closed).",
    'connection',
    'info',
  ],
};
