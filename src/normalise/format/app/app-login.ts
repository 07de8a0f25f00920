import type { FieldValue, Fields } from '../../../event/index.js';
import { isObject } from '../../json/json.js';
import type { JsonObject } from '../../line.js';
import { ip, lower, says, stringOf, text } from '../../raw.js';
import { validIp } from '../../text/scan.js';
import { type JsonMeaning, mapped, type Row } from '../mapped.js';
import { phraseOf } from './app-phrases.js';
import { resultOf } from './app-result.js';

/** The usual names, best first. */
const USER =
  'username user_name userName user.name user.username login login_name account accountName principal email user.email user uid'.split(
    ' ',
  );
const ADDRESS =
  'remote_ip client_ip source_ip src_ip ip_address ipAddress clientIp clientIP remote_addr remoteAddr remote_address remoteAddress client_address ip client.ip source.ip request.ip http.remote_addr addr'.split(
    ' ',
  );
const AGENT = 'user_agent userAgent useragent ua http_user_agent agent user-agent request.user_agent'.split(' ');
const RESULT = 'outcome result status success authenticated login_status loginStatus auth_result'.split(' ');
const EVENT = 'event action event_type eventType event_name eventName activity type operation msg message'.split(' ');
const REASON = 'reason failure_reason error error_message'.split(' ');

const ROWS: readonly Row[] = [
  ['user.name', USER, text],
  ['user.id', ['user_id', 'userId', 'user.id', 'account_id'], text],
  ['user.email', ['email', 'user.email'], text],
  ['source.address', ADDRESS, text],
  ['source.ip', ADDRESS, ip],
  ['user_agent.original', AGENT, text],
  ['event.reason', REASON, text],
  ['log.level', ['level', 'severity'], lower],
  ['service.name', ['service', 'app', 'application', 'service.name'], text],
];

const LOG_IN =
  /log[-_ .]?(?:in|on|ged[-_ ]?in)|sign[-_ .]?(?:ed[-_ .]?)?in|authenticat|auth[-_.](?:fail|success|ok|error|attempt)|(?:bad|wrong|invalid)[-_ ](?:password|credential)|mfa|2fa/i;
const LOG_OUT = /(?:log|sign)(?:ged|ed)?[-_ .]?(?:out|off)/i;

/**
 * The log-ins of any application, by the usual names of user, address, agent and result. Taken as one only where an
 * address, a user and a word of logging in or out stand under such names; a known phrase (`app-phrases.ts`) is enough by
 * itself. Its values are kept under `app.*`. The mapping of an input's settings says what this table can't guess.
 */
export const appLogin = mapped({
  name: 'app.login',
  aliases: ['login', 'app-login'],
  dataset: 'app.login',
  sniff: isLogin,
  time: ['@timestamp', 'timestamp', 'time', 'ts', 'datetime', 'date', 'created_at', 'asctime', 'eventTime'],
  message: ['message', 'msg', 'event'],
  host: ['hostname', 'host', 'host.name'],
  rows: ROWS,
  own: (key) => `app.${key}`,
  meaning: meaningOf,
  finish: (fields, raw) => {
    const phrase = phraseOf(stringOf(raw, ['message', 'msg']));
    if (phrase === undefined) return;
    fields['user.name'] = phrase.user ?? fields['user.name'];
    fields['source.address'] = phrase.address;
    fields['source.ip'] = phrase.address === undefined ? undefined : ip(phrase.address);
  },
});

function isLogin(json: JsonObject): boolean {
  if (phraseOf(textAt(json, 'message') ?? textAt(json, 'msg')) !== undefined) return true;
  if (isObject(json['ecs']) || isObject(json['source']) || isObject(json['event'])) return false;
  return (
    ADDRESS.some((key) => isAddress(json[key])) && USER.some((key) => hasUser(json[key])) && LOGGING.test(wordsOf(json))
  );
}

const LOGGING = new RegExp(`${LOG_IN.source}|${LOG_OUT.source}`, 'i');

function isAddress(value: FieldValue | undefined): boolean {
  return typeof value === 'string' && validIp(value) !== undefined;
}

function hasUser(value: FieldValue | undefined): boolean {
  return (typeof value === 'string' && value !== '') || (isObject(value) && ('name' in value || 'username' in value));
}

function textAt(json: JsonObject, key: string): string | undefined {
  const value = json[key];
  return typeof value === 'string' ? value : undefined;
}

function wordsOf(json: JsonObject): string {
  return EVENT.map((key) => textAt(json, key)?.slice(0, 256) ?? '').join(' ');
}

function meaningOf(raw: Fields): JsonMeaning {
  const words = EVENT.map((key) => stringOf(raw, key)?.slice(0, 256) ?? '').join(' ');
  const isEnd = LOG_OUT.test(words);
  const phrase = phraseOf(stringOf(raw, ['message', 'msg']));
  return {
    category: isEnd ? ['authentication', 'session'] : ['authentication'],
    type: [isEnd ? 'end' : 'start'],
    action: actionOf(raw),
    outcome: phrase?.outcome ?? outcomeOf(raw, words, isEnd),
  };
}

/** A short name of the event, as it stands; a sentence is none. */
function actionOf(raw: Fields): string | undefined {
  const name = stringOf(raw, EVENT.slice(0, -2));
  return name !== undefined && name.length <= 64 && !name.includes(' ') ? name : undefined;
}

/** What the result says, by its words or as a truth value or an HTTP status; else what the event's words say. */
function outcomeOf(raw: Fields, words: string, isEnd: boolean): string | undefined {
  for (const key of RESULT) {
    const value = raw[key];
    if (!says(value)) continue;
    if (typeof value === 'number' && value >= 100) return value < 400 ? 'success' : 'failure';
    const told = resultOf(stringOf(raw, key) ?? '');
    if (told !== undefined) return told;
  }
  return resultOf(words) ?? (isEnd ? 'success' : undefined);
}
