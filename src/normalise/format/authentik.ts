import type { Fields } from '../../event/index.js';
import { ip, lower, milliseconds, numberOf, stringOf, text, whole } from '../raw.js';
import { byStatus, type JsonMeaning, mapped, type Row } from './mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'level', lower],
  ['log.logger', 'logger', text],
  ['process.pid', 'pid', whole],
  ['source.address', ['client_ip', 'remote', 'context.http_request.remote']],
  ['source.ip', ['client_ip', 'remote'], ip],
  ['user.name', ['context.username', 'user.username', 'username', 'user'], text],
  ['user.email', 'user.email', text],
  ['user.id', ['user.pk'], text],
  ['http.request.method', ['method', 'context.http_request.method'], text],
  ['http.request.id', 'request_id', text],
  ['http.response.status_code', 'status', whole],
  ['user_agent.original', ['user_agent', 'context.http_request.user_agent'], text],
  ['url.domain', 'host', text],
  ['url.scheme', 'scheme', text],
  ['event.duration', 'runtime', milliseconds],
];

const ACTIONS: Readonly<Record<string, JsonMeaning>> = {
  login: { category: ['authentication', 'session'], type: ['start'], outcome: 'success' },
  login_failed: { category: ['authentication'], type: ['start'], outcome: 'failure' },
  logout: { category: ['authentication', 'session'], type: ['end'], outcome: 'success' },
  authorize_application: { category: ['authentication'], type: ['info', 'allowed'], outcome: 'success' },
  suspicious_request: { category: ['web', 'intrusion_detection'], type: ['info'] },
  password_set: { category: ['iam'], type: ['user', 'change'], outcome: 'success' },
  user_write: { category: ['iam'], type: ['user', 'change'], outcome: 'success' },
  model_created: { category: ['configuration'], type: ['creation'], outcome: 'success' },
  model_updated: { category: ['configuration'], type: ['change'], outcome: 'success' },
  model_deleted: { category: ['configuration'], type: ['deletion'], outcome: 'success' },
  impersonation_started: { category: ['authentication', 'session'], type: ['start', 'admin'], outcome: 'success' },
  impersonation_ended: { category: ['authentication', 'session'], type: ['end', 'admin'], outcome: 'success' },
};

/**
 * authentik's JSON log: told by `logger: authentik.…`; its events (`action: login`, `login_failed`, …) and its requests.
 * Source: authentik documentation, events and logging.
 */
export const authentik = mapped({
  name: 'authentik.log',
  aliases: ['authentik'],
  dataset: 'authentik.log',
  sniff: (json) => {
    const logger = json['logger'];
    return typeof logger === 'string' && logger.startsWith('authentik.');
  },
  time: ['timestamp', 'created'],
  message: 'event',
  rows: ROWS,
  own: (key) => `authentik.${key}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    const request = numberOf(raw, 'status') !== undefined && 'method' in raw;
    if (request) setUrl(fields, stringOf(raw, 'event'));
    else setUrl(fields, stringOf(raw, 'context.http_request.path'));
  },
});

function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, 'action');
  const found = action === undefined || !Object.hasOwn(ACTIONS, action) ? undefined : ACTIONS[action];
  if (action !== undefined) return { ...found, action };
  const status = numberOf(raw, 'status');
  return status === undefined ? {} : { category: ['web'], type: ['access'], outcome: byStatus(status) };
}
