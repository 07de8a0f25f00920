import type { Fields } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { ip, stringOf, text } from '../../raw.js';
import { type JsonMeaning, mapped, names, type Row } from '../mapped.js';
import { setUrl } from '../web/url-fields.js';

const PEER = ['ipAddress', 'authDetails.ipAddress'];
const REDIRECT = ['details.redirect_uri', 'redirect_uri'];
const ROWS: readonly Row[] = [
  ['log.level', ['level', 'log.level'], text],
  ['log.logger', ['loggerName', 'log.logger']],
  ['process.thread.name', 'threadName'],
  ['host.hostname', 'hostName'],
  ['source.address', PEER],
  ['source.ip', PEER, ip],
  ['user.id', ['userId', 'authDetails.userId'], text],
  ['user.name', ['details.username', 'username', 'authDetails.username'], text],
  ['user.email', ['details.email', 'email'], text],
  ['event.id', 'id', text],
  ['event.code', 'error', text],
  ['keycloak.realm.id', ['realmId', 'authDetails.realmId'], text],
  ['keycloak.client.id', ['clientId', 'authDetails.clientId'], text],
  ['keycloak.login.type', 'type', text],
  ['keycloak.login.auth_method', ['details.auth_method', 'auth_method'], text],
  ['keycloak.login.auth_type', ['details.auth_type', 'auth_type'], text],
  ['keycloak.login.code_id', ['details.code_id', 'code_id'], text],
  ['keycloak.login.redirect_uri', REDIRECT, text],
  ['keycloak.login.auth_session_parent_id', 'authSessionParentId', text],
  ['keycloak.login.auth_session_tab_id', 'authSessionTabId', text],
  ['keycloak.admin.operation', ['operationType'], text],
  ['keycloak.admin.resource.type', ['resourceType'], text],
  ['keycloak.admin.resource.path', ['resourcePath'], text],
];

/** What a log-in's events add to their type. Source: Keycloak, EventType. */
const SESSIONS: Readonly<Record<string, string>> = { LOGIN: 'start', LOGOUT: 'end' };
const OPERATIONS: Readonly<Record<string, string>> = { CREATE: 'creation', UPDATE: 'change', DELETE: 'deletion' };

/**
 * Keycloak's events as JSON: an event or admin event of a listener (`type`, `realmId`, `ipAddress`; `operationType`,
 * `authDetails`), or the server's JSON console log, whose message `type="LOGIN_ERROR", realmId="…", …` is taken apart; that
 * log also in its ECS form (`log-console-json-format=ecs`).
 * Source: Keycloak, server guide (logging) and events; Elastic's keycloak.log fields.
 */
export const keycloakJson = mapped({
  name: 'keycloak.log',
  aliases: ['keycloak'],
  dataset: 'keycloak.log',
  sniff: (json) =>
    isEcsLog(json) ||
    json['loggerName'] === 'org.keycloak.events' ||
    (typeof json['loggerName'] === 'string' && json['loggerName'].startsWith('org.keycloak.')) ||
    ('realmId' in json && ('clientId' in json || 'ipAddress' in json)) ||
    ('operationType' in json && isObject(json['authDetails'])),
  time: ['timestamp', 'time', '@timestamp'],
  message: 'message',
  host: 'hostName',
  rows: [],
  own: (key) => (ECS_LOG.test(key) ? key : `keycloak.${key}`),
  renamed: names('@timestamp ecs.version'),
  meaning: (raw) => meaningOf(eventOf(raw)),
  finish: (fields, raw) => {
    setEvent(fields, eventOf(raw));
  },
});

// What the server's ECS form names as ECS does.
const ECS_LOG = /^(?:log|process|host|service|data_stream|error)\./;

/** An event in the server's log of ECS documents; one that names its data set is somebody's event already. */
function isEcsLog(json: JsonObject): boolean {
  const message = json['message'];
  if (json['log.logger'] !== 'org.keycloak.events' || typeof message !== 'string') return false;
  return isEvent(message) && !('event.dataset' in json) && !('event' in json);
}

/** The fields of an event whose parts stand in `event`; what is set already stays. */
export function setEvent(fields: Fields, event: Fields): void {
  for (const [field, from, convert] of ROWS) {
    const value = stringOf(event, from);
    const read = value === undefined || convert === undefined ? value : convert(value);
    if (read !== undefined) fields[field] ??= read;
  }
  setUrl(fields, stringOf(event, REDIRECT));
  setAdministered(fields, event);
  const ids = [fields['user.id'], fields['user.target.id']].filter((id) => typeof id === 'string');
  if (ids.length > 0) fields['related.user'] = ids;
}

/** What kind of event it is, and which account or group an administrator touched. */
function setAdministered(fields: Fields, event: Fields): void {
  if (event['operationType'] === undefined) {
    if (event['type'] !== undefined) fields['keycloak.event_type'] = 'login';
    return;
  }
  const path = stringOf(event, 'resourcePath')?.slice(0, 512) ?? '';
  fields['keycloak.event_type'] = 'admin';
  fields['event.code'] = actionOf(event);
  fields['user.target.id'] = /(?:^|\/)users\/([^/]{1,64})/.exec(path)?.[1];
  fields['group.id'] = /(?:^|\/)groups\/([^/]{1,64})/.exec(path)?.[1];
}

// `type="LOGIN_ERROR", realmId="x", userId="null"`, the quotes since version 22 (before: none).
const PAIR = /(?:^|, )(\w{1,64})=(?:"((?:[^"\\]|\\.)*)"|([^",]*))/g;

/** The event a record carries: itself, or the pairs of its message. */
function eventOf(raw: Fields): Fields {
  const message = stringOf(raw, 'message');
  if (message === undefined || !isEvent(message)) return raw;
  const event = pairsOf(message.slice(0, 16_384));
  for (const key of ['loggerName', 'level', 'threadName', 'hostName', 'log.level', 'log.logger']) event[key] = raw[key];
  return event;
}

/** Whether a message is an event's pairs. */
export function isEvent(message: string): boolean {
  return /^(?:type|operationType)=/.test(message);
}

/** The pairs of a message. Unquoted values may hold further pairs: a name told twice is told by nobody. */
export function pairsOf(message: string): Fields {
  const event: Fields = {};
  const twice = new Set<string>();
  for (const [, name = '', quoted, bare] of message.matchAll(PAIR)) {
    const value = quoted ?? bare ?? '';
    if (value === 'null' || value === '' || name === '__proto__') continue;
    if (quoted === undefined && event[name] !== undefined && event[name] !== value) twice.add(name);
    event[name] ??= value;
  }
  for (const name of twice) event[name] = undefined;
  return event;
}

function actionOf(event: Fields): string | undefined {
  const operation = stringOf(event, 'operationType');
  return operation === undefined ? stringOf(event, 'type') : `${operation}-${stringOf(event, 'resourceType') ?? ''}`;
}

/** What an event means: a log-in's, or an administrator's. */
export function meaningOf(event: Fields): JsonMeaning {
  const operation = stringOf(event, 'operationType');
  const action = actionOf(event);
  if (operation !== undefined) {
    const change = Object.hasOwn(OPERATIONS, operation) ? [OPERATIONS[operation] as string] : [];
    const outcome = stringOf(event, 'error') === undefined ? 'success' : 'failure';
    return { category: ['iam'], type: ['info', 'admin', ...change], action, outcome };
  }
  if (action === undefined) return {};
  const session = Object.hasOwn(SESSIONS, action) ? [SESSIONS[action] as string] : [];
  const outcome = action.endsWith('_ERROR') ? 'failure' : 'success';
  return { category: ['authentication'], type: ['info', ...session], action, outcome };
}
