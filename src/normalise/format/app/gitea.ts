import type { Fields } from '../../../event/index.js';
import { eventFields, number, put, readShape, request, status, text } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { client, LOGIN_FAILED } from '../../program/service.js';
import { endpoint } from '../../text/scan.js';
import { looksLikeAccess } from '../web/access.js';

/**
 * Gitea and Forgejo: `2026/11/23 06:39:04 FILE:LINE:FUNCTION() [L] text`, its caller perhaps left out (`FLAGS`); the router's
 * requests, failed log-ins, and lines of the access log that the same writer was given. Older ones and Gogs, whose router wrote
 * `Started POST /user/login for 203.0.113.9`, behind `[Macaron]` too. They have no JSON of their own. Source: Gitea documentation,
 * "Logging Configuration"; Forgejo, "Logging"; Macaron's logger.
 */
export const gitea: TextFormat = {
  reads: 'text',
  name: 'gitea.log',
  aliases: ['gitea', 'forgejo', 'gogs'],
  dataset: 'gitea.log',
  sniff: (line) =>
    line.charCodeAt(4) === SLASH
      ? GITEA.test(line.slice(0, 256)) || BARE.test(line.slice(0, 64))
      : line.startsWith(MACARON) && ROUTED.test(line.slice(MACARON.length, 64)),
  parse: (line, at) => (line.startsWith(MACARON) ? parseMacaron(line, at) : parseGitea(line, at)),
};

const SLASH = 47;
const MACARON = '[Macaron] ';
const USER = text('user.name');
const GITEA =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:\[[0-9a-f-]{6,16}\] (?:([^ [\]]{1,160}) )?|([^ [\]]{1,160}) )\[([TDIWECF])\] (?:\[[^\]]{1,64}\] )?/;
/** Without a caller any program of Go may have written the head: the words behind it tell. */
const BARE =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:\[([TDIWECF])\] (?=router: |Failed authentication attempt)|(?=(?:Started|Completed) [A-Z]{3,8} \/))/;
const ROUTED = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: (?:Started|Completed) /;
const LEVELS: Readonly<Record<string, string>> = {
  T: 'trace',
  D: 'debug',
  I: 'info',
  W: 'warning',
  E: 'error',
  C: 'critical',
  F: 'fatal',
};
const ROUTER = [
  {
    pattern: new RegExp(
      String.raw`^router: (?:completed|slow {0,8}|failed {0,4}) (\w{1,16} [^ ]{1,8192}) for ([^ ,]{3,60}), (\d{3}) `,
    ),
    to: [request, host, status],
    also: { 'event.category': ['web'], 'event.type': ['access'] },
  },
  {
    pattern: /^router: failed {1,4}(\w{1,16} [^ ]{1,8192}) for ([^ ,]{3,60}), panic /,
    to: [request, host],
    also: { 'event.category': ['web'], 'event.type': ['access', 'error'], 'event.outcome': 'failure' },
  },
  {
    // Before version 1.16, and Gogs; the line of the end names no client.
    pattern: /^Started ([A-Z]{3,8} [^ ]{1,8192}) for ([^ ,]{3,60})$/,
    to: [request, host],
    also: { 'event.category': ['web'], 'event.type': ['access'] },
  },
  { pattern: /^Completed ([A-Z]{3,8} [^ ]{1,8192}) (\d{3}) /, to: [request, status] },
];

function host(fields: Fields, value: string): void {
  const found = endpoint(value);
  put(fields, client, found.ip);
  put(fields, number('source.port'), found.port === undefined ? undefined : String(found.port));
}

function parseGitea(line: string, at: Line): Fields | undefined {
  const start = line.slice(0, 320);
  const head = GITEA.exec(start);
  const bare = head === null ? BARE.exec(start) : null;
  const time = at.clock.slashed(line, 0);
  const length = head?.[0].length ?? bare?.[0].length;
  if (length === undefined || Number.isNaN(time)) return undefined;
  const message = line.slice(length);
  at.time = time;
  if (isAccess(message)) {
    at.inner = { text: message, hints: [], time, host: undefined, fields: {}, carried: true };
    return undefined;
  }
  const fields = said(message, at);
  put(fields, text('log.logger'), head?.[1] ?? head?.[2]);
  fields['log.level'] = LEVELS[head?.[3] ?? bare?.[1] ?? ''];
  return fields;
}

/** Whether a line of the access log is all there is: what begins with no address may hold one that a client wrote as its name. */
function isAccess(message: string): boolean {
  return looksLikeAccess(message) && endpoint(message.slice(0, message.indexOf(' ')).slice(0, 64)).ip !== undefined;
}

function said(message: string, at: Line): Fields {
  const fields = eventFields(at, 'gitea.log', message, {});
  if (message.startsWith('Failed authentication attempt')) setFailure(fields, message, at);
  else readShape(ROUTER, message.slice(0, 8400), fields);
  return fields;
}

function parseMacaron(line: string, at: Line): Fields | undefined {
  const start = MACARON.length;
  at.time = at.clock.iso(line, start);
  return Number.isNaN(at.time) ? undefined : said(line.slice(start + 21), at);
}

const PEERS =
  / from (\[[0-9a-fA-F.:]{3,45}\](?::\d{1,5})?|[\d.]{7,15}(?::\d{1,5})?|[0-9a-fA-F:]{2,44}[0-9a-fA-F])(?=: |$| )/g;

/** The name is the client's own text and comes twice: where it holds an address itself, none is believed. */
function setFailure(fields: Fields, message: string, at: Line): void {
  Object.assign(fields, LOGIN_FAILED);
  const peers = [...message.slice(0, 2048).matchAll(PEERS)];
  const [only] = peers;
  if (peers.length !== 1 || only === undefined) return at.tag('sekisho.ambiguous');
  host(fields, only[1] ?? '');
  const user = message.slice('Failed authentication attempt'.length, only.index);
  if (user.startsWith(' for ')) put(fields, USER, user.slice(5));
}
