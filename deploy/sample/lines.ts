import type { Journal } from './journal.js';
import { bsdTime, errorTime, nginxTime, rsyslogTime } from './moment.js';
import { fnv1a } from './random.js';
import { OFFSET_HOURS, STORY } from './story.js';

/** The hosts with an auth.log. */
export type Host = 'web-1' | 'web-2' | 'bastion';
/** The two web nodes. */
export type Node = 'web-1' | 'web-2';

/** One web request and its answer. `target` is written as it stands, so it must hold no quote, backslash or control byte (nginx would escape them). */
export interface Request {
  readonly time: number;
  readonly address: string;
  readonly target: string;
  readonly agent: string;
  readonly method?: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly referrer?: string;
  readonly version?: string;
  /** The name of HTTP basic authentication. */
  readonly user?: string;
  /** The node that answers; otherwise the load balancer chooses by address. */
  readonly node?: Node;
}

/** The node to which the load balancer sends every request of an address. */
export const nodeOf = (address: string): Node => ((fnv1a(address) >>> 16) % 2 === 0 ? 'web-1' : 'web-2');

const requestLine = (request: Request): string =>
  `${request.method ?? 'GET'} ${request.target} HTTP/${request.version ?? '2.0'}`;

/** Writes a request in nginx's `combined` format. */
export function access(journal: Journal, request: Request): void {
  const node = request.node ?? nodeOf(request.address);
  const stamp = nginxTime(request.time, OFFSET_HOURS[node]);
  const head = `${request.address} - ${request.user ?? '-'} [${stamp}] "${requestLine(request)}"`;
  journal.add(
    `${node}/access.log`,
    request.time,
    `${head} ${request.status ?? 200} ${request.bytes ?? 0} "${request.referrer ?? '-'}" "${request.agent}"`,
  );
}

const UPSTREAMS = { api: 'http://10.20.0.31:8080', login: 'http://10.20.0.33:8081' } as const;
/** Why a request failed, in the words of nginx, and the upstream at which. */
export const FAULTS = {
  refused: ['connect() failed (111: Connection refused) while connecting to upstream', UPSTREAMS.api],
  timeout: [
    'upstream timed out (110: Connection timed out) while reading response header from upstream',
    UPSTREAMS.api,
  ],
  premature: ['upstream prematurely closed connection while reading response header from upstream', UPSTREAMS.api],
  php: [
    'FastCGI sent in stderr: "PHP message: PHP Warning:  imagecreatefromjpeg(): Failed to open stream in /var/www/site/tools/resize.php on line 41" while reading response header from upstream',
    'fastcgi://unix:/run/php/php8.2-fpm.sock:',
  ],
} as const;

/** Writes what nginx's error log says about a request that failed, as the same request's access line tells its status. */
export function fault(journal: Journal, request: Request, why: keyof typeof FAULTS): void {
  const [text, upstream] = FAULTS[why];
  const place = upstream.startsWith('http') ? `${upstream}${request.target}` : upstream;
  errorLine(journal, request, `${text}, ${client(request)}, upstream: "${place}", ${host(request)}`);
}

/** Writes the error log's line about a file that isn't there. */
export function missingFile(journal: Journal, request: Request): void {
  const path = request.target.split('?')[0] ?? '/';
  errorLine(
    journal,
    request,
    `open() "/var/www/site${path}" failed (2: No such file or directory), ${client(request)}, ${host(request)}`,
  );
}

/** Writes the error log's line about a file that nginx's configuration denies to everyone. */
export function forbidden(journal: Journal, request: Request): void {
  errorLine(journal, request, `access forbidden by rule, ${client(request)}, ${host(request)}`);
}

const host = (request: Request): string =>
  `host: "www.example.com"${request.referrer === undefined || request.referrer === '-' ? '' : `, referrer: "${request.referrer}"`}`;
const client = (request: Request): string =>
  `client: ${request.address}, server: www.example.com, request: "${requestLine(request)}"`;

function errorLine(journal: Journal, request: Request, text: string): void {
  const node = request.node ?? nodeOf(request.address);
  const worker = node === 'web-1' ? 812 : 734;
  const connection = 4_100 + Math.floor((request.time - STORY.start) / 700);
  journal.add(
    `${node}/error.log`,
    request.time,
    `${errorTime(request.time, OFFSET_HOURS[node])} [error] ${worker}#${worker}: *${connection} ${text}`,
  );
}

/** A process id that rises with time, as Linux gives them: one for every four seconds. */
export const pidAt = (time: number): number => 1_200 + Math.floor((time - STORY.start) / 4_000);

/**
 * Writes a line to a host's auth.log. web-1 and bastion write RFC 3164 in local time; web-2 has rsyslog's default of
 * Debian 12, RFC 3339. `program` is what stands before the colon, with the process id in brackets where the program writes one.
 */
export function syslog(journal: Journal, host: Host, time: number, program: string, text: string): void {
  const stamp = host === 'web-2' ? rsyslogTime(time) : bsdTime(time, OFFSET_HOURS[host]);
  journal.add(`${host}/auth.log`, time, `${stamp} ${host} ${program}: ${text}`);
}

/** One attempt to log in on the site. */
export interface Attempt {
  readonly time: number;
  readonly user: string;
  readonly address: string;
  readonly agent: string;
  readonly result: 'success' | 'wrong password' | 'unknown user';
}

/** Writes an attempt twice, as the site does: to the log-in service's own log in ECS JSON, and as a POST to the node's access log (302 or 401). */
export function logIn(journal: Journal, attempt: Attempt): void {
  const failed = attempt.result !== 'success';
  const { time, address, agent } = attempt;
  access(journal, {
    time,
    address,
    agent,
    method: 'POST',
    target: '/login',
    status: failed ? 401 : 302,
    bytes: failed ? 1_873 : 0,
    referrer: 'https://www.example.com/login',
  });
  journal.add('login/login.ndjson', time, JSON.stringify(logInEvent(attempt, failed)));
}

function logInEvent(attempt: Attempt, failed: boolean): object {
  const reason = failed ? { reason: attempt.result } : {};
  return {
    '@timestamp': new Date(attempt.time).toISOString(),
    ecs: { version: '8.11.0' },
    log: { level: failed ? 'warn' : 'info', logger: 'login.audit' },
    message: failed ? `log-in refused: ${attempt.result}` : 'log-in accepted',
    event: {
      kind: 'event',
      category: ['authentication'],
      type: ['start'],
      action: 'log-in',
      outcome: failed ? 'failure' : 'success',
      ...reason,
      dataset: 'login.audit',
      module: 'login',
    },
    user: { name: attempt.user },
    source: { ip: attempt.address },
    user_agent: { original: attempt.agent },
    http: { request: { method: 'POST' }, response: { status_code: failed ? 401 : 302 } },
    url: { path: '/login', domain: 'www.example.com' },
    host: { name: 'login-1' },
    service: { name: 'login', type: 'java' },
  };
}
