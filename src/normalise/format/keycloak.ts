import type { Fields } from '../../event/index.js';
import { isObject } from '../json.js';
import { ip, stringOf, text } from '../raw.js';
import { type JsonMeaning, mapped, type Row } from './mapped.js';

const ROWS: readonly Row[] = [
  ['log.level', ['level'], text],
  ['log.logger', 'loggerName'],
  ['process.thread.name', 'threadName'],
  ['host.hostname', 'hostName'],
  ['source.address', ['ipAddress', 'authDetails.ipAddress']],
  ['source.ip', ['ipAddress', 'authDetails.ipAddress'], ip],
  ['user.id', ['userId', 'authDetails.userId'], text],
  ['user.name', ['details.username', 'username', 'authDetails.username'], text],
  ['user.email', ['details.email', 'email'], text],
  ['url.original', ['details.redirect_uri', 'redirect_uri'], text],
  ['event.id', 'id', text],
  ['event.reason', 'error', text],
  ['keycloak.realm.id', ['realmId', 'authDetails.realmId'], text],
  ['keycloak.client.id', ['clientId', 'authDetails.clientId'], text],
  ['keycloak.login.type', 'type', text],
  ['keycloak.login.auth_method', ['details.auth_method', 'auth_method'], text],
  ['keycloak.login.auth_type', ['details.auth_type', 'auth_type'], text],
  ['keycloak.login.code_id', ['details.code_id', 'code_id'], text],
  ['keycloak.login.redirect_uri', ['details.redirect_uri', 'redirect_uri'], text],
  ['keycloak.admin.operation', ['operationType'], text],
  ['keycloak.admin.resource.type', ['resourceType'], text],
  ['keycloak.admin.resource.path', ['resourcePath'], text],
];

const LOGIN: JsonMeaning = { category: ['authentication', 'session'], type: ['start'] };
const LOGOUT: JsonMeaning = { category: ['authentication', 'session'], type: ['end'] };
const AUTH: JsonMeaning = { category: ['authentication'], type: ['info'] };
const USER_CHANGE: JsonMeaning = { category: ['iam'], type: ['user', 'change'] };

/** User events by type; the same with `_ERROR` is its failure. Source: Keycloak, EventType. */
const TYPES: Readonly<Record<string, JsonMeaning>> = {
  LOGIN,
  LOGOUT,
  REGISTER: { category: ['iam'], type: ['user', 'creation'] },
  DELETE_ACCOUNT: { category: ['iam'], type: ['user', 'deletion'] },
  UPDATE_PASSWORD: USER_CHANGE,
  UPDATE_PROFILE: USER_CHANGE,
  UPDATE_EMAIL: USER_CHANGE,
  UPDATE_TOTP: USER_CHANGE,
  REMOVE_TOTP: USER_CHANGE,
  RESET_PASSWORD: USER_CHANGE,
};
const OPERATIONS: Readonly<Record<string, string>> = { CREATE: 'creation', UPDATE: 'change', DELETE: 'deletion' };

/**
 * Keycloak's events as JSON: an event or admin event of a listener (`type`, `realmId`, `ipAddress`; `operationType`,
 * `authDetails`), or the server's JSON console log, whose message `type="LOGIN_ERROR", realmId="…", …` is taken apart.
 * Source: Keycloak, server guide (logging) and events; Elastic's keycloak.log fields.
 */
export const keycloakJson = mapped({
  name: 'keycloak.log',
  aliases: ['keycloak'],
  dataset: 'keycloak.log',
  sniff: (json) =>
    json['loggerName'] === 'org.keycloak.events' ||
    (typeof json['loggerName'] === 'string' && json['loggerName'].startsWith('org.keycloak.')) ||
    ('realmId' in json && ('clientId' in json || 'ipAddress' in json)) ||
    ('operationType' in json && isObject(json['authDetails'])),
  time: ['timestamp', 'time', '@timestamp'],
  message: 'message',
  host: 'hostName',
  rows: [],
  own: (key) => `keycloak.${key}`,
  meaning: (raw) => meaningOf(eventOf(raw)),
  finish: (fields, raw) => {
    const event = eventOf(raw);
    for (const [field, from, convert] of ROWS) {
      const value = stringOf(event, from);
      const read = value === undefined || convert === undefined ? value : convert(value);
      if (read !== undefined) fields[field] ??= read;
    }
    fields['keycloak.event_type'] = 'operationType' in event ? 'admin' : 'type' in event ? 'login' : undefined;
    const target = /^users\/([^/]{1,64})/.exec(stringOf(event, 'resourcePath') ?? '')?.[1];
    if (target !== undefined) fields['user.target.id'] = target;
  },
});

// `type="LOGIN_ERROR", realmId="x", userId="null"`, the quotes since version 22 (before: none).
const PAIR = /(?:^|, )(\w{1,64})=(?:"((?:[^"\\]|\\.)*)"|([^",]*))/g;

/** The event a record carries: itself, or the pairs of its message. */
function eventOf(raw: Fields): Fields {
  const message = stringOf(raw, 'message');
  if (message === undefined || !/^(?:type|operationType)=/.test(message)) return raw;
  const event = pairsOf(message.slice(0, 16_384));
  for (const key of ['loggerName', 'level', 'threadName', 'hostName']) event[key] = raw[key];
  return event;
}

/** The pairs of a message. Unquoted values may hold further pairs: a name told twice is told by nobody. */
function pairsOf(message: string): Fields {
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

function meaningOf(event: Fields): JsonMeaning {
  const operation = stringOf(event, 'operationType');
  if (operation !== undefined) {
    const resource = stringOf(event, 'resourceType') ?? '';
    const about = resource.startsWith('GROUP') ? 'group' : 'user';
    const outcome = stringOf(event, 'error') === undefined ? 'success' : 'failure';
    return {
      category: ['iam'],
      type: [about, OPERATIONS[operation] ?? 'change'],
      action: `${operation}-${resource}`.toLowerCase(),
      outcome,
    };
  }
  const type = stringOf(event, 'type');
  if (type === undefined) return {};
  const failed = type.endsWith('_ERROR');
  const meaning = TYPES[failed ? type.slice(0, -6) : type] ?? AUTH;
  return { ...meaning, action: type.toLowerCase(), outcome: failed ? 'failure' : 'success' };
}
