import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** How to reach Kibana. `ca` is a PEM text. */
export interface KibanaSettings {
  readonly url: string;
  readonly space?: string;
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  /** Lets a key or password travel unencrypted to other machines. */
  readonly allowPlaintextCredentials?: boolean;
}

const LIMIT_MS = 120_000;

/** The kit that comes with Sekisho: data view, saved searches and the dashboard, as NDJSON. */
export function kibanaKit(): string {
  return join(packageRoot(), 'deploy/kibana/sekisho.ndjson');
}

/**
 * Imports the kit into Kibana and returns how many objects that were; what has one of its ids is overwritten, so the
 * same again changes nothing.
 *
 * Source: Kibana API, "Import saved objects" (`POST /api/saved_objects/_import`), the same in 8.x and 9.x. Throws an
 * Error with a `code`: credentials that would travel unencrypted, no answer, a refusal in Kibana's own words.
 */
export async function importKit(settings: KibanaSettings): Promise<number> {
  refusePlaintextCredentials(settings);
  const { status, text } = await post(settings, multipart(readFileSync(kibanaKit())));
  const answer = parsed(text);
  if (status === 200 && answer.success === true) return answer.successCount ?? 0;
  const errors = (answer.errors ?? []).map(({ type, id, error }) => `${type} ${id}: ${error?.type ?? 'refused'}`);
  const said = [answer.message, ...errors].filter((part) => part !== undefined).join('; ');
  const advice = status === 401 || status === 403 ? ' (KIBANA_API_KEY names a key that may manage saved objects)' : '';
  throw expected(`Kibana ${settings.url} answered ${status}: ${said || text.slice(0, 200)}${advice}`);
}

interface Answer {
  readonly success?: boolean;
  readonly successCount?: number;
  readonly message?: string;
  readonly errors?: readonly {
    readonly type: string;
    readonly id: string;
    readonly error?: { readonly type?: string };
  }[];
}

function parsed(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}

interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

/** One part, `file`, as a form sends it (RFC 7578). */
function multipart(file: Buffer): Body {
  const boundary = 'sekisho-kibana-kit-0c7d1f5e';
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="sekisho.ndjson"\r\n` +
    'Content-Type: application/ndjson\r\n\r\n';
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

function post(
  settings: KibanaSettings,
  { type, bytes }: Body,
): Promise<{ readonly status: number; readonly text: string }> {
  const { space, ca } = settings;
  const base = settings.url.replace(/\/+$/u, '') + (space === undefined ? '' : `/s/${encodeURIComponent(space)}`);
  const url = new URL(`${base}/api/saved_objects/_import?overwrite=true`);
  const headers = { 'kbn-xsrf': 'sekisho', 'content-type': type, 'content-length': bytes.length, ...authOf(settings) };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, timeout: LIMIT_MS, ...(ca !== undefined && { ca }) };
    const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', ({ message }) => reject(expected(`Kibana ${settings.url}: ${message}`)));
    request.end(bytes);
  });
}

function authOf({ apiKey, username, password }: KibanaSettings): { readonly authorization?: string } {
  if (apiKey !== undefined) return { authorization: `ApiKey ${apiKey}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}

function refusePlaintextCredentials(settings: KibanaSettings): void {
  const { protocol, hostname, host } = new URL(settings.url);
  if (protocol === 'https:' || authOf(settings).authorization === undefined) return;
  if (settings.allowPlaintextCredentials === true || hostname === 'localhost' || hostname === '[::1]') return;
  if (isIP(hostname) === 4 && hostname.startsWith('127.')) return;
  throw expected(`Kibana: credentials would travel unencrypted to ${host}; use an https address`);
}

/** A failure that a person can mend, told without a stack. */
function expected(message: string): Error {
  return Object.assign(new Error(message), { code: 'output.kibana' });
}
