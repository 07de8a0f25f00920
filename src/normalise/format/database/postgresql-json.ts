import { ip, stringOf, text, whole } from '../../raw.js';
import { mapped, type Row } from '../mapped.js';

const OWN = 'postgresql.log.';
const ROWS: readonly Row[] = [
  ['log.level', 'error_severity'],
  ['user.name', 'user'],
  ['process.pid', 'pid', whole],
  ['source.address', 'remote_host', notLocal],
  ['source.ip', 'remote_host', ip],
  ['source.port', 'remote_port', whole],
  ['postgresql.log.timestamp', 'timestamp'],
  ['postgresql.log.database', 'dbname'],
  ['postgresql.log.client_addr', 'remote_host'],
  ['postgresql.log.client_port', 'remote_port', whole],
  ['postgresql.log.session_id', 'session_id'],
  ['postgresql.log.session_line_number', 'line_num', whole],
  ['postgresql.log.command_tag', 'ps'],
  ['postgresql.log.session_start_time', 'session_start'],
  ['postgresql.log.virtual_transaction_id', 'vxid'],
  ['postgresql.log.transaction_id', 'txid', whole],
  ['postgresql.log.sql_state_code', 'state_code', text],
  ['postgresql.log.query', 'statement'],
];

/**
 * PostgreSQL's jsonlog (version 15 on): `{"timestamp", "user", "dbname", "pid", "remote_host", "error_severity", "state_code",
 * "message", "backend_type"}`; the names are those of csvlog's columns. Source: PostgreSQL documentation, "Using JSON-Format
 * Log Output".
 */
export const postgresqlJson = mapped({
  name: 'postgresql.log',
  aliases: ['postgresql', 'postgres', 'postgresql-json', 'jsonlog'],
  dataset: 'postgresql.log',
  sniff: (json) => typeof json['error_severity'] === 'string' && 'pid' in json && 'timestamp' in json,
  time: ['timestamp'],
  message: 'message',
  rows: ROWS,
  own: (key) => (TOLD.has(key) ? undefined : OWN + key),
  meaning: (raw) => {
    const state = stringOf(raw, 'state_code') ?? '00000';
    const isRefused = state.startsWith('28');
    return {
      category: ['database'],
      type: /^0[012]/.test(state) ? ['info'] : ['info', 'error'],
      action: isRefused ? 'failed-login' : undefined,
      outcome: isRefused ? 'failure' : undefined,
    };
  },
});

const TOLD = new Set([...ROWS.flatMap(([, from]) => from), 'message']);

/** `[local]` is a socket of the machine. */
function notLocal(value: Parameters<typeof text>[0]): string | undefined {
  const found = text(value);
  return typeof found === 'string' && found !== '[local]' ? found : undefined;
}
