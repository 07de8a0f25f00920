import type { Fields } from '../../../event/index.js';
import { eventFields, lower, put, readShape, request, type Shape, status, text } from '../../capture.js';
import type { Line, TextFormat } from '../../line.js';
import { client, LOGGED_IN, LOGIN_FAILED } from '../../program/service.js';
import { unescapeQuoted } from '../../text/scan.js';
import { autheliaSays, setAuthelia } from './authelia.js';

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
  {
    // The answer to a request: `(login) POST /identity/connect/token => 400 Bad Request`.
    pattern: /^\(\w{1,64}\) (\w{1,16} [^ ]{1,8192}) => (\d{3}) /,
    to: [request, status],
    also: { 'event.category': ['web'], 'event.type': ['access'] },
  },
];

const VAULTWARDEN_HEAD =
  /^\[(\d{4}-\d\d-\d\d [\d:.]{8,15}(?: ?[+-]\d\d:?\d\d)?)\]\[([\w:]{1,64})\]\[(\w{1,8}) {0,2}\] /;

/** Vaultwarden's log: `[TIME][MODULE][LEVEL] text`. Source: Vaultwarden wiki, "Logging". */
export const vaultwarden: TextFormat = {
  reads: 'text',
  name: 'vaultwarden.log',
  aliases: ['vaultwarden', 'bitwarden_rs'],
  dataset: 'vaultwarden.log',
  sniff: (line) =>
    /^\[\d{4}-\d\d-\d\d [\d:.]{8,15}(?: ?[+-]\d\d:?\d\d)?\]\[[\w:]{1,64}\]\[\w{1,8} {0,2}\]/.test(line.slice(0, 128)),
  parse: (line, at) => {
    const head = VAULTWARDEN_HEAD.exec(line.slice(0, 160));
    if (head === null) return undefined;
    const fields = eventFields(at, 'vaultwarden.log', line.slice(head[0].length), {});
    at.time = at.clock.iso((head[1] ?? '').replace(/ (?=[+-])/, ''), 0);
    put(fields, text('log.logger'), head[2]);
    put(fields, lower('log.level'), head[3]);
    readShape(VAULTWARDEN, line.slice(head[0].length, head[0].length + 8400), fields);
    return fields;
  },
};

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
  const said = autheliaSays(message);
  const { category, type, action, outcome } = said?.meaning ?? {};
  const fields = eventFields(at, 'authelia.log', message, { category, type, action, outcome });
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
  const error = / error=("[^"\\]{0,1024}(?:\\.[^"\\]{0,1024}){0,64}"|[^ "]{1,1024})/.exec(rest)?.[1];
  put(
    fields,
    text('error.message'),
    error === undefined ? undefined : unescapeQuoted(error.replace(/^"(.*)"$/s, '$1')),
  );
  setAuthelia(fields, said, / path="?(\/[^ "]{0,4096})/.exec(rest)?.[1]);
  return fields;
}
