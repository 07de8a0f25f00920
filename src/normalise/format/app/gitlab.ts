import type { Fields } from '../../../event/index.js';
import { setClientList, splitAddresses } from '../../client-list.js';
import type { JsonObject } from '../../line.js';
import {
  httpVersion,
  ip,
  isoTime,
  milliseconds,
  numberOf,
  seconds,
  stringOf,
  text,
  valueOf,
  whole,
} from '../../raw.js';
import { validIp } from '../../text/scan.js';
import { byStatus, type JsonMeaning, mapped, type Row, setRows } from '../mapped.js';
import { setUrl } from '../web/url-fields.js';

const PEER = ['remote_ip', 'ip_address', 'meta.remote_ip', 'details.ip_address', 'ip'];
const ROWS: readonly Row[] = [
  ['log.level', ['severity', 'level'], text],
  ['event.duration', 'duration_s', seconds],
  ['event.id', 'correlation_id', text],
  ['event.provider', 'meta.caller_id', text],
  ['http.request.method', ['method', 'request_method'], text],
  ['http.request.referrer', 'referrer', text],
  ['http.version', 'proto', httpVersion],
  ['http.response.bytes', 'written_bytes', whole],
  ['url.domain', 'host', text],
  ['http.response.status_code', 'status', whole],
  ['source.ip', PEER, ip],
  ['user.name', ['username', 'author_name', 'meta.user'], text],
  ['user.id', ['user_id', 'author_id', 'meta.user_id'], text],
  ['user_agent.original', ['ua', 'user_agent'], text],
  ['process.pid', 'pid', whole],
  ['process.name', 'worker_id', text],
];

/** A job of Sidekiq's: when it came and ended, how long it took. Older request logs have their `duration` in milliseconds. */
const JOB: readonly Row[] = [
  ['event.start', 'created_at', isoTime],
  ['event.end', 'completed_at', isoTime],
  ['event.duration', ['duration_s', 'duration'], seconds],
];
/** A request to a site of GitLab Pages. */
const PAGES: readonly Row[] = [
  ['event.duration', 'duration_ms', milliseconds],
  ['http.response.mime_type', 'content_type', text],
];

/** `event.severity` by level, as Elastic numbers it: the audit log's by GitLab's own order, the others' as syslog does. */
const AUDIT_SEVERITIES = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'UNKNOWN'];
const SEVERITIES = ['EMERGENCY', 'ALERT', 'CRITICAL', 'ERROR', 'WARN', 'NOTICE', 'INFO', 'DEBUG'];

/**
 * GitLab's JSON logs: production and API requests, `auth_json.log`, `audit_json.log`, Sidekiq's jobs, Pages' requests. A sign-in is the POST that creates a
 * session; GitLab answers a failed one with the form again (200) or 401/422. Source: GitLab documentation, "Log
 * system"; Elastic's GitLab field reference.
 */
export const gitlab = mapped({
  name: 'gitlab.production',
  aliases: ['gitlab', ...['api', 'auth', 'audit', 'application', 'sidekiq', 'pages'].map((kind) => `gitlab.${kind}`)],
  dataset: 'gitlab.production',
  datasetOf: (raw) => `gitlab.${kindOf(raw) ?? 'production'}`,
  sniff: (json) => kindOf(json) !== undefined,
  time: ['time', 'created_at', 'timestamp'],
  message: ['message', 'custom_message', 'msg'],
  rows: ROWS,
  own: (key, dataset) => `${dataset}.${key}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    setUrl(fields, stringOf(raw, ['path', 'uri']));
    const peers = stringOf(raw, 'remote_ip') ?? '';
    if (peers.includes(',')) setClientList(fields, 'gitlab.api.remote_ip', splitAddresses(peers));
    fields['source.address'] = undefined;
    fields['user.name'] ??= loginOf(raw);
    setLogin(fields, stringOf(raw, 'message') ?? '');
    const kind = kindOf(raw);
    if (kind === 'audit' || kind === 'auth') fields['client.ip'] = fields['source.ip'];
    if (kind === 'audit') {
      fields['client.address'] = fields['source.address'] = stringOf(raw, PEER);
      setTarget(fields, raw);
    }
    if (kind === 'sidekiq') setRows(fields, raw, JOB);
    if (kind === 'pages') setRows(fields, raw, PAGES);
    setSeverity(fields, kind ?? '', stringOf(raw, 'severity') ?? '');
  },
});

const GRADED = new Set(['auth', 'application', 'sidekiq']);

function setSeverity(fields: Fields, kind: string, severity: string): void {
  const levels = kind === 'audit' ? AUDIT_SEVERITIES : GRADED.has(kind) ? SEVERITIES : [];
  const index = levels.indexOf(severity.toUpperCase().replace('WARNING', 'WARN'));
  if (index >= 0) fields['event.severity'] = index;
}

/** GitLab's logs, in the order in which their keys are looked at. */
const KINDS: readonly (readonly [kind: string, tells: (json: JsonObject) => boolean])[] = [
  ['production', (json) => has(json, 'controller', 'status') && hasAny(json, 'correlation_id', 'remote_ip')],
  ['audit', (json) => has(json, 'author_id', 'entity_type')],
  // A request to the API, or (GitLab Workhorse) any request with its route.
  ['api', (json) => has(json, 'route', 'status') && hasAny(json, 'correlation_id', 'db_duration_s')],
  ['sidekiq', (json) => has(json, 'jid', 'queue', 'class')],
  ['pages', (json) => has(json, 'pages_domain', 'status')],
  ['shell', (json) => has(json, 'gl_key_type', 'command')],
  ['auth', (json) => has(json, 'correlation_id') && (has(json, 'matched') || json['message'] === 'Rack_Attack')],
  [
    'application',
    (json) => has(json, 'severity') && (has(json, 'correlation_id') || LOGIN.test(textOf(json['message']))),
  ],
];

/** Whether an object has all of some keys; those that only documents like it have are undefined. */
function has(json: JsonObject, ...keys: readonly string[]): boolean {
  return keys.every((key) => json[key] !== undefined);
}

function hasAny(json: JsonObject, ...keys: readonly string[]): boolean {
  return keys.some((key) => json[key] !== undefined);
}

function kindOf(json: JsonObject): string | undefined {
  return KINDS.find(([, tells]) => tells(json))?.[0];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 1024) : '';
}

/** The account or the group that an audit event is about. */
function setTarget(fields: Fields, raw: Fields): void {
  if (stringOf(raw, 'target_type') === 'User') {
    fields['user.target.id'] = stringOf(raw, 'target_id');
    fields['user.target.name'] = stringOf(raw, 'target_details');
  }
  if (stringOf(raw, 'entity_type') === 'Group') {
    fields['group.id'] = stringOf(raw, 'entity_id');
    fields['group.name'] = stringOf(raw, 'entity_path');
  }
  const names = ['user.id', 'user.name', 'user.target.id', 'user.target.name'].map((field) => fields[field]);
  fields['related.user'] = [...new Set(names.filter((name) => typeof name === 'string'))];
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
      return auditMeaning(raw);
    case 'auth':
      return { ...WEB, action: stringOf(raw, 'env'), outcome: 'failure' };
    case 'shell':
      return { category: ['web'], type: ['access'], action: stringOf(raw, 'command') };
    case 'sidekiq':
      return WEB;
    case 'application': {
      const login = LOGIN.exec(stringOf(raw, 'message')?.slice(0, 1024) ?? '');
      return login === null ? WEB : signedIn(login[1] === 'Failed' ? 'failure' : 'success');
    }
    default:
      if (!isSignIn(raw)) return requestMeaning(raw, status);
      return signedIn(status === 302 ? 'success' : 'failure');
  }
}

function signedIn(outcome: 'success' | 'failure'): JsonMeaning {
  const action = outcome === 'success' ? 'logged-in' : 'failed-login';
  return { category: ['web', 'authentication'], type: ['info', 'start'], action, outcome };
}

/** A request, with Rails' name of what was done; the API tells its errors by type. */
function requestMeaning(raw: Fields, status: number | undefined): JsonMeaning {
  const isError = kindOf(raw) === 'api' && status !== undefined && (status < 200 || status >= 400);
  return {
    category: ['web'],
    type: isError ? ['info', 'error'] : ['info'],
    action: stringOf(raw, 'action'),
    outcome: byStatus(status),
  };
}

const WEB: JsonMeaning = { category: ['web'], type: ['info'] };
const VERBS: readonly (readonly [string, string])[] = [
  ['change', 'change'],
  ['add', 'creation'],
  ['remove', 'deletion'],
];

/** What was changed, added or removed; of an account or a group's members: identity. */
function auditMeaning(raw: Fields): JsonMeaning {
  const verb = VERBS.find(([name]) => stringOf(raw, name) !== undefined);
  const about = [stringOf(raw, 'target_type'), stringOf(raw, 'entity_type')];
  const isIdentity = about.includes('User') || about[1] === 'Group';
  const action = stringOf(raw, ['event_name', 'change', 'add', 'remove']);
  // Access given or taken is a change of the group.
  const type = action?.endsWith('_access') === true ? 'change' : verb?.[1];
  return {
    category: ['web', isIdentity ? 'iam' : 'configuration'],
    type: type === undefined ? ['info'] : ['info', type],
    action,
  };
}

// `Failed Login: username=bob ip=203.0.113.9`; the address is what GitLab itself wrote last.
const LOGIN =
  /^(Failed|Successful) Login: username=(.*) ip=([0-9a-fA-F.:]{2,45})(?: method=[^=]{0,64} admin=\w{1,8})?$/;

function setLogin(fields: Fields, message: string): void {
  const login = LOGIN.exec(message.slice(0, 1024));
  if (login === null) return;
  fields['user.name'] ??= login[2];
  fields['source.ip'] ??= validIp(login[3] ?? '');
}

/** The name given to a sign-in: `params: [{"key": "user", "value": {"login": "bob"}}]`. */
function loginOf(raw: Fields): string | undefined {
  return isSignIn(raw) && valueOf(raw, 'params') !== undefined
    ? stringOf(raw, ['params.value.login', 'params.value.username'])
    : undefined;
}
