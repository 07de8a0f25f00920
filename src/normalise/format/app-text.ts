import type { Fields } from '../../event/index.js';
import { eventFields, lower, number, put, readShape, request, type Shape, status, text } from '../capture.js';
import type { Line, TextFormat } from '../line.js';
import { client, LOGGED_IN, LOGIN_FAILED } from '../program/service.js';
import { endpoint, unescapeQuoted } from '../scan.js';

const USER = text('user.name');
const IP = '([0-9a-fA-F.:]{1,44}[0-9a-fA-F:])';

/** Messages of Vaultwarden; the address stands before the name the client gave. Source: Vaultwarden's identity.rs. */
const VAULTWARDEN: readonly Shape[] = [
  {
    pattern: new RegExp(
      `^(?:Username or password is incorrect\\. Try again|Invalid (?:admin token|TOTP code)[^:]{0,64}?|2FA token not provided|This user has been disabled|[^.]{1,128})\\.? IP: ${IP}\\.?(?: Username: (.{1,256}?)\\.?)?$`,
    ),
    to: [client, USER],
    also: LOGIN_FAILED,
  },
  { pattern: new RegExp(`^User (.{1,256}) logged in successfully\\. IP: ${IP}$`), to: [USER, client], also: LOGGED_IN },
];

/** Vaultwarden's log: `[TIME][MODULE][LEVEL] text`. Source: Vaultwarden wiki, "Logging". */
export const vaultwarden: TextFormat = {
  reads: 'text',
  name: 'vaultwarden.log',
  aliases: ['vaultwarden', 'bitwarden_rs'],
  dataset: 'vaultwarden.log',
  sniff: (line) => /^\[\d{4}-\d\d-\d\d [\d:.]{8,15}\]\[[\w:]{1,64}\]\[\w{1,8} {0,2}\]/.test(line.slice(0, 128)),
  parse: (line, at) => {
    const head = /^\[(\d{4}-\d\d-\d\d [\d:.]{8,15})\]\[([\w:]{1,64})\]\[(\w{1,8}) {0,2}\] /.exec(line.slice(0, 160));
    if (head === null) return undefined;
    const fields = eventFields(at, 'vaultwarden.log', line.slice(head[0].length), {});
    at.time = at.clock.iso(line, 1);
    put(fields, text('log.logger'), head[2]);
    put(fields, lower('log.level'), head[3]);
    readShape(VAULTWARDEN, line.slice(head[0].length, head[0].length + 1024), fields);
    return fields;
  },
};

/** Gitea and Forgejo: `2026/11/23 06:39:04 FILE:LINE:FUNCTION() [L] text`. Source: Gitea documentation, "Logging". */
export const gitea: TextFormat = {
  reads: 'text',
  name: 'gitea.log',
  aliases: ['gitea', 'forgejo', 'gogs'],
  dataset: 'gitea.log',
  sniff: (line) => line.charCodeAt(4) === 47 && line.charCodeAt(20) !== 91 && GITEA.test(line.slice(0, 256)),
  parse: parseGitea,
};

const GITEA = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:([^ [\]]{1,160}) )?\[([TDIWECF])\] (?:\[[^\]]{1,64}\] )?/;
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
];

function host(fields: Fields, value: string): void {
  const found = endpoint(value);
  put(fields, client, found.ip);
  put(fields, number('source.port'), found.port === undefined ? undefined : String(found.port));
}

function parseGitea(line: string, at: Line): Fields | undefined {
  const head = GITEA.exec(line.slice(0, 320));
  const time = at.clock.slashed(line, 0);
  if (head === null || Number.isNaN(time)) return undefined;
  const message = line.slice(head[0].length);
  const fields = eventFields(at, 'gitea.log', message, {});
  at.time = time;
  put(fields, text('log.logger'), head[1]);
  fields['log.level'] = LEVELS[head[2] ?? ''];
  if (message.startsWith('Failed authentication attempt')) setFailure(fields, message, at);
  else readShape(ROUTER, message.slice(0, 8400), fields);
  return fields;
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

const AUTHELIA = [
  {
    pattern: /^Unsuccessful (\w{1,16}) authentication attempt by user '(.{0,256})'/,
    to: [text('authelia.method'), USER],
    also: LOGIN_FAILED,
  },
  {
    pattern: /^Successful (\w{1,16}) authentication attempt made by user '(.{0,256})'/,
    to: [text('authelia.method'), USER],
    also: LOGGED_IN,
  },
];

/** Authelia's log as text (logfmt); quotes inside its values are escaped. Source: Authelia documentation, "Logging". */
export const autheliaText: TextFormat = {
  reads: 'text',
  name: 'authelia.log',
  aliases: ['authelia'],
  dataset: 'authelia.log',
  sniff: isAuthelia,
  parse: parseAuthelia,
};

/** Many programs write logrus' `time="…" level=info msg="…"`: Authelia's says what it is, or whom a request came from. */
function isAuthelia(line: string): boolean {
  if (!line.startsWith('time="')) return false;
  const head = /^time="[^"]{19,40}" level=\w{1,16} msg="?/.exec(line.slice(0, 96));
  if (head === null) return false;
  return AUTHELIA_SAYS.test(line.slice(head[0].length, head[0].length + 96)) || / remote_ip=/.test(line.slice(0, 8192));
}

const AUTHELIA_SAYS = /^(?:Authelia |(?:Uns|S)uccessful \S{1,32} authentication attempt )/;

function parseAuthelia(line: string, at: Line): Fields | undefined {
  const head =
    /^time="([^"]{19,40})" level=(\w{1,16}) msg=("[^"\\]{0,4096}(?:\\.[^"\\]{0,4096}){0,256}"|[^ ]{1,4096})/.exec(line);
  if (head === null) return undefined;
  const quoted = head[3] ?? '';
  const message = unescapeQuoted(quoted.startsWith('"') ? quoted.slice(1, -1) : quoted);
  const fields = eventFields(at, 'authelia.log', message, {});
  at.time = at.clock.iso(head[1] ?? '', 0);
  put(fields, lower('log.level'), head[2]);
  const rest = line.slice(head[0].length);
  put(
    fields,
    client,
    /(?:^| )remote_ip="?([0-9a-fA-F.:]{2,45})"?$/.exec(rest)?.[1] ??
      / remote_ip=([0-9a-fA-F.:]{2,45}) /.exec(rest)?.[1],
  );
  put(fields, text('http.request.method'), / method=([A-Z]{1,16})(?= |$)/.exec(rest)?.[1]);
  put(fields, text('url.path'), / path="?(\/[^ "]{0,4096})/.exec(rest)?.[1]);
  readShape(AUTHELIA, message.slice(0, 1024), fields);
  return fields;
}
