import type { Fields } from '../../../event/index.js';
import { ip, lower, milliseconds, numberOf, stringOf, text, whole } from '../../raw.js';
import { byStatus, type JsonMeaning, mapped, type Row } from '../mapped.js';
import { setUrl } from '../web/url-fields.js';

const ROWS: readonly Row[] = [
  ['log.level', 'level', lower],
  ['log.logger', 'logger', text],
  ['process.pid', 'pid', whole],
  ['source.ip', ['client_ip', 'remote', 'context.http_request.remote'], ip],
  ['event.id', 'pk', text],
  ['user.name', ['context.username', 'identifier', 'user.username', 'username', 'user'], text],
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

/** What an event means, by its action. Source: authentik documentation, "Event actions"; Elastic's authentik.event fields. */
const ACTIONS: Readonly<Record<string, JsonMeaning>> = {
  login: { category: ['authentication'], type: ['start'], outcome: 'success' },
  login_failed: { category: ['authentication'], type: ['start'], outcome: 'failure' },
  logout: { category: ['authentication'], type: ['end'], outcome: 'success' },
  authorize_application: { category: ['authentication'], type: ['info'] },
  suspicious_request: { category: ['intrusion_detection'], type: ['info'] },
  password_set: { category: ['iam'], type: ['change', 'user'] },
  user_write: { category: ['iam'], type: ['change'] },
  secret_view: { category: ['iam'], type: ['info'] },
  secret_rotate: { category: ['iam'], type: ['change'] },
  invitation_used: { category: ['iam'], type: ['info'] },
  configuration_error: { category: ['configuration'], type: ['info'] },
  model_created: { category: ['configuration'], type: ['info', 'creation'] },
  model_updated: { category: ['configuration'], type: ['info', 'change'] },
  model_deleted: { category: ['configuration'], type: ['info', 'deletion'] },
  email_sent: { category: ['email'], type: ['info'] },
  impersonation_started: { category: ['authentication', 'session'], type: ['start', 'admin'], outcome: 'success' },
  impersonation_ended: { category: ['authentication', 'session'], type: ['end', 'admin'], outcome: 'success' },
};

const EVENT = ['pk', 'app', 'action', 'client_ip'];

/**
 * authentik's JSON log: told by `logger: authentik.…`; its events (`action: login`, `login_failed`, …) and its requests. And
 * its events as the API gives them: told by `pk`, `app`, `action` and `client_ip`. Source: authentik documentation, events
 * and logging; Elastic's authentik.event fields.
 */
export const authentik = mapped({
  name: 'authentik.log',
  aliases: ['authentik', 'authentik.event'],
  dataset: 'authentik.log',
  datasetOf: (raw) => (stringOf(raw, 'logger') === undefined ? 'authentik.event' : 'authentik.log'),
  sniff: (json) => {
    const logger = json['logger'];
    if (logger === undefined) return EVENT.every((key) => key in json) && ('context' in json || 'created' in json);
    return typeof logger === 'string' && logger.startsWith('authentik.');
  },
  time: ['timestamp', 'created'],
  message: 'event',
  rows: ROWS,
  own: (key, dataset) => (dataset === 'authentik.event' ? `authentik.event.${key}` : `authentik.${key}`),
  meaning: meaningOf,
  finish,
});

function finish(fields: Fields, raw: Fields): void {
  const isRequest = numberOf(raw, 'status') !== undefined && raw['method'] !== undefined;
  setUrl(fields, stringOf(raw, isRequest ? 'event' : 'context.http_request.path'));
  fields['observer.vendor'] = 'authentik';
  fields['observer.product'] = 'authentik';
  const mail = stringOf(raw, 'user.email');
  if (mail?.includes('@') === true) fields['user.domain'] = mail.slice(mail.indexOf('@') + 1);
  // Whoever failed to log in is not the account that authentik asks in the name of.
  if (stringOf(raw, ['context.username', 'identifier']) !== undefined && isNobody(raw)) fields['user.id'] = undefined;
  fields['user.effective.name'] = stringOf(raw, 'user.on_behalf_of.username');
  fields['user.effective.id'] = text(raw['user.on_behalf_of.pk'] ?? null);
  setModel(fields, raw);
  if (stringOf(raw, 'logger') === undefined) setPeople(fields, raw);
}

/** Whoever an event names, by every name and number it tells. */
const PEOPLE = [
  'context.username',
  ...['email', 'on_behalf_of.email', 'on_behalf_of.pk', 'on_behalf_of.username', 'pk', 'username'].map(
    (name) => `user.${name}`,
  ),
];

function setPeople(fields: Fields, raw: Fields): void {
  const people = PEOPLE.map((name) => text(raw[name] ?? null)).filter((name) => typeof name === 'string');
  if (people.length > 0) fields['related.user'] = [...new Set(people)];
}

function isNobody(raw: Fields): boolean {
  const name = stringOf(raw, 'user.username');
  return name === undefined || name === 'AnonymousUser';
}

/** The account or the group that was made, changed or deleted. */
function setModel(fields: Fields, raw: Fields): void {
  const kind = stringOf(raw, 'context.model.model_name');
  if (kind !== 'user' && kind !== 'group') return;
  const prefix = kind === 'user' ? 'user.target' : 'group';
  fields[`${prefix}.name`] = stringOf(raw, 'context.model.name');
  fields[`${prefix}.id`] = text(raw['context.model.pk'] ?? null);
}

function meaningOf(raw: Fields): JsonMeaning {
  const action = stringOf(raw, 'action');
  if (action !== undefined) return { ...eventOf(raw, action), action: action.toLowerCase().replaceAll('_', '-') };
  if (stringOf(raw, 'event') === 'invalid_login') return { ...ACTIONS['login_failed'], action: 'invalid-login' };
  const status = numberOf(raw, 'status');
  return status === undefined ? {} : { category: ['web'], type: ['access'], outcome: byStatus(status) };
}

function eventOf(raw: Fields, action: string): JsonMeaning {
  const found = Object.hasOwn(ACTIONS, action) ? (ACTIONS[action] ?? {}) : {};
  const kind = action.startsWith('model_') ? stringOf(raw, 'context.model.model_name') : undefined;
  return kind === 'user' || kind === 'group'
    ? { ...found, category: [...(found.category ?? []), 'iam'], type: [...(found.type ?? []), kind] }
    : found;
}
