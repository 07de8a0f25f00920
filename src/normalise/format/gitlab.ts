import type { Fields } from '../../event/index.js';
import type { JsonObject } from '../line.js';
import { ip, numberOf, seconds, stringOf, text, valueOf, whole } from '../raw.js';
import { validIp } from '../scan.js';
import { byStatus, type JsonMeaning, mapped, type Row } from './mapped.js';
import { setUrl } from './url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'severity', text],
  ['event.duration', 'duration_s', seconds],
  ['http.request.id', 'correlation_id', text],
  ['http.request.method', ['method', 'request_method'], text],
  ['http.response.status_code', 'status', whole],
  ['source.address', ['remote_ip', 'ip_address', 'meta.remote_ip', 'details.ip_address', 'ip']],
  ['source.ip', ['remote_ip', 'ip_address', 'meta.remote_ip', 'details.ip_address', 'ip'], ip],
  ['user.name', ['username', 'author_name', 'meta.user'], text],
  ['user.id', ['user_id', 'author_id', 'meta.user_id'], text],
  ['user.target.id', 'target_id', text],
  ['user.target.name', 'target_details', text],
  ['user_agent.original', ['ua', 'user_agent'], text],
  ['process.pid', 'pid', whole],
];

/**
 * GitLab's JSON logs: production and API requests, `auth_json.log`, `audit_json.log`. A sign-in is the POST that creates a
 * session; GitLab answers a failed one with the form again (200) or 401/422. Source: GitLab documentation, "Log
 * system"; Elastic's GitLab field reference.
 */
export const gitlab = mapped({
  name: 'gitlab.production',
  aliases: ['gitlab', 'gitlab.api', 'gitlab.auth', 'gitlab.audit', 'gitlab.application'],
  dataset: 'gitlab.production',
  datasetOf: (raw) => `gitlab.${kindOf(raw) ?? 'production'}`,
  sniff: (json) => kindOf(json) !== undefined,
  time: ['time', 'created_at', 'timestamp'],
  message: ['message', 'custom_message'],
  rows: ROWS,
  own: (key, dataset) => `${dataset}.${key}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    setUrl(fields, stringOf(raw, 'path'));
    fields['user.name'] ??= loginOf(raw);
    setLogin(fields, stringOf(raw, 'message') ?? '');
  },
});

function kindOf(json: JsonObject): string | undefined {
  if ('controller' in json && 'status' in json && ('correlation_id' in json || 'remote_ip' in json))
    return 'production';
  if ('author_id' in json && 'entity_type' in json) return 'audit';
  if (!('correlation_id' in json)) return undefined;
  if ('route' in json && 'status' in json) return 'api';
  if ('matched' in json || json['message'] === 'Rack_Attack') return 'auth';
  return 'severity' in json ? 'application' : undefined;
}

function isSignIn(raw: Fields): boolean {
  const controller = stringOf(raw, 'controller') ?? '';
  return stringOf(raw, 'method') === 'POST' && /(?:Sessions|OmniauthCallbacks)Controller$/.test(controller);
}

function meaningOf(raw: Fields): JsonMeaning {
  const status = numberOf(raw, 'status');
  switch (kindOf(raw)) {
    case 'audit':
      if (stringOf(raw, 'failed_login') !== undefined) return signedIn('failure');
      if (stringOf(raw, 'with') !== undefined) return signedIn('success');
      return {
        category: ['iam'],
        type: ['info'],
        action: stringOf(raw, ['event_name', 'change', 'add', 'remove']),
      };
    case 'auth':
      return {
        category: ['authentication', 'web'],
        type: ['denied'],
        action: stringOf(raw, 'env'),
        outcome: 'failure',
      };
    case 'application': {
      const login = LOGIN.exec(stringOf(raw, 'message')?.slice(0, 1024) ?? '');
      return login === null ? {} : signedIn(login[1] === 'Failed' ? 'failure' : 'success');
    }
    default:
      if (!isSignIn(raw)) return { category: ['web'], type: ['access'], outcome: byStatus(status) };
      return { ...signedIn(status === 302 ? 'success' : 'failure'), category: ['authentication', 'web'] };
  }
}

function signedIn(outcome: 'success' | 'failure'): JsonMeaning {
  const action = outcome === 'success' ? 'logged-in' : 'failed-login';
  return { category: ['authentication'], type: ['start'], action, outcome };
}

// `Failed Login: username=bob ip=203.0.113.9`; the address is what GitLab itself wrote last.
const LOGIN =
  /^(Failed|Successful) Login: username=(.*) ip=([0-9a-fA-F.:]{2,45})(?: method=[^=]{0,64} admin=\w{1,8})?$/;

function setLogin(fields: Fields, message: string): void {
  const login = LOGIN.exec(message.slice(0, 1024));
  if (login === null) return;
  fields['user.name'] ??= login[2];
  fields['source.address'] ??= login[3];
  fields['source.ip'] ??= validIp(login[3] ?? '');
}

/** The name given to a sign-in: `params: [{"key": "user", "value": {"login": "bob"}}]`. */
function loginOf(raw: Fields): string | undefined {
  return isSignIn(raw) && valueOf(raw, 'params') !== undefined
    ? stringOf(raw, ['params.value.login', 'params.value.username'])
    : undefined;
}
