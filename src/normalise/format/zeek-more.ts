/** A log of Zeek's that has no fields of ECS of its own but its protocol's: its name, and keys of it that no other has. */
export interface ZeekProtocol {
  readonly path: string;
  readonly keys: readonly string[];
  readonly protocol?: string;
  /** Where the record says what was done: `event.action`. */
  readonly action?: string;
  /** Where it names a user. */
  readonly user?: string;
}

/**
 * Zeek's other logs, by Zeek's own names, which are Elastic's data sets as well. The keys tell a log where `_path` does not.
 * Source: Zeek's manual, log files.
 */
export const PROTOCOLS: readonly ZeekProtocol[] = [
  { path: 'smtp', keys: ['helo', 'mailfrom'], protocol: 'smtp' },
  { path: 'ftp', keys: ['command', 'reply_code'], protocol: 'ftp', action: 'command', user: 'user' },
  { path: 'rdp', keys: ['security_protocol'], protocol: 'rdp' },
  { path: 'kerberos', keys: ['request_type', 'till'], protocol: 'kerberos', action: 'request_type', user: 'client' },
  { path: 'ntlm', keys: ['domainname', 'hostname'], protocol: 'ntlm', user: 'username' },
  { path: 'dce_rpc', keys: ['endpoint', 'operation'], protocol: 'dce_rpc', action: 'operation' },
  { path: 'smb_mapping', keys: ['share_type'], protocol: 'smb' },
  { path: 'smb_files', keys: ['action', 'times.modified'], protocol: 'smb', action: 'action' },
  { path: 'dhcp', keys: ['msg_types'], protocol: 'dhcp' },
  { path: 'sip', keys: ['call_id', 'cseq'], protocol: 'sip', action: 'method' },
  { path: 'snmp', keys: ['community', 'get_requests'], protocol: 'snmp' },
  { path: 'radius', keys: ['result', 'mac'], protocol: 'radius', user: 'username' },
  { path: 'mysql', keys: ['cmd', 'arg'], protocol: 'mysql', action: 'cmd' },
  { path: 'irc', keys: ['nick', 'command'], protocol: 'irc', action: 'command', user: 'user' },
  { path: 'modbus', keys: ['func'], protocol: 'modbus', action: 'func' },
  { path: 'socks', keys: ['request.host'], protocol: 'socks' },
  { path: 'rfb', keys: ['authentication_method', 'share_flag'], protocol: 'rfb' },
  { path: 'syslog', keys: ['facility', 'severity', 'message'], protocol: 'syslog' },
  { path: 'tunnel', keys: ['tunnel_type'] },
  { path: 'dpd', keys: ['analyzer', 'failure_reason'] },
  { path: 'pe', keys: ['compile_ts', 'subsystem'] },
  { path: 'x509', keys: ['certificate.serial'] },
  { path: 'ocsp', keys: ['hashAlgorithm'] },
  { path: 'intel', keys: ['seen.indicator'] },
  { path: 'signature', keys: ['sig_id'] },
  { path: 'software', keys: ['software_type'] },
  { path: 'known_hosts', keys: [] },
  { path: 'known_services', keys: ['port_num', 'service'] },
  { path: 'known_certs', keys: ['issuer_subject', 'port_num'] },
  { path: 'ntp', keys: ['stratum', 'ref_time'], protocol: 'ntp' },
  { path: 'capture_loss', keys: ['percent_lost'] },
  { path: 'traceroute', keys: [] },
  { path: 'stats', keys: ['pkts_proc'] },
];
