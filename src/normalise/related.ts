import type { Fields, FieldValue } from '../event/index.js';

const IPS = ['source.ip', 'destination.ip', 'client.ip', 'server.ip', 'network.forwarded_ip', 'dns.resolved_ip'];
const USERS = [
  'user.name',
  'user.effective.name',
  'user.target.name',
  'user.changes.name',
  'user.audit.name',
  'user.filesystem.name',
  'user.saved.name',
  'user.owner.name',
  'source.user.name',
  'destination.user.name',
];
const HOSTS = ['host.hostname', 'url.domain', 'source.domain', 'destination.domain', 'tls.client.server_name'];
const HASHES = [
  ...['process.hash', 'file.hash', 'dll.hash'].flatMap((prefix) =>
    ['md5', 'sha1', 'sha256'].map((kind) => `${prefix}.${kind}`),
  ),
  'process.pe.imphash',
  'file.pe.imphash',
  'tls.server.hash.sha1',
  'tls.server.ja3s',
  'tls.client.ja3',
];

/** The fields each `related.*` gathers. Source: ECS, "Related fields". */
export const RELATED: Readonly<Record<string, readonly string[]>> = {
  'related.ip': IPS,
  'related.user': USERS,
  'related.hosts': HOSTS,
  'related.hash': HASHES,
};

/** The distinct values of some fields, in their order, those the event already gathered first; undefined for none. */
export function gathered(fields: Fields, own: string): FieldValue | undefined {
  const found = new Set<string>();
  for (const field of [own, ...(RELATED[own] ?? [])]) {
    const value = fields[field];
    if (typeof value === 'string') found.add(value);
    else if (Array.isArray(value)) for (const item of value) if (typeof item === 'string') found.add(item);
  }
  return found.size === 0 ? undefined : [...found];
}
