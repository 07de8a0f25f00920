import { isIP } from 'node:net';
import { Client } from '@elastic/elasticsearch';

/** How to reach Elasticsearch. `ca` is a PEM text, not a path. */
export interface ElasticsearchSettings {
  /** URLs; requests go to one after the other. */
  readonly nodes: readonly string[];
  /** The key as Kibana shows it ("encoded"). */
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  /** Lets a key or password travel unencrypted to other machines. */
  readonly allowPlaintextCredentials?: boolean;
}

/**
 * Opens a client; nothing is sent yet. It does not retry by itself: who asks knows what may be repeated.
 *
 * Throws, refusing to start, where credentials would travel unencrypted to another machine.
 */
export function openClient(settings: ElasticsearchSettings): Client {
  const { nodes, apiKey, username, password, ca } = settings;
  refusePlaintextCredentials(settings);
  const options: ConstructorParameters<typeof Client>[0] = {
    nodes: [...nodes],
    maxRetries: 0,
    requestTimeout: 60_000,
    sniffOnStart: false,
    ...(apiKey !== undefined && { auth: { apiKey } }),
    ...(apiKey === undefined && username !== undefined && { auth: { username, password: password ?? '' } }),
    ...(ca !== undefined && { tls: { ca } }),
  };
  return new Client(options);
}

function refusePlaintextCredentials(settings: ElasticsearchSettings): void {
  const { nodes, apiKey, username, allowPlaintextCredentials } = settings;
  if ((apiKey === undefined && username === undefined) || allowPlaintextCredentials === true) return;
  const far = nodes.find((node) => isPlain(node) && !isLoopback(node));
  if (far === undefined) return;
  throw new Error(
    `Elasticsearch: credentials would travel unencrypted to ${new URL(far).host}; use an https address, ` +
      'or set allow-plaintext-credentials if the network between is trusted',
  );
}

function isPlain(node: string): boolean {
  return new URL(node).protocol !== 'https:';
}

function isLoopback(node: string): boolean {
  const host = new URL(node).hostname.replace(/^\[|\]$/gu, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
