import { hostname } from 'node:os';
import type { InputSettings } from '../../event/index.js';

const LOOPBACK = /^(?:127\.|::1$)/u;

/** The identity of a listener as a source; that of a peer of it is this, a colon and the peer's address. */
export function syslogId({ protocol, host, port }: { protocol: string; host: string; port: number }): string {
  return `syslog:${protocol}:${host}:${port}`;
}

/**
 * What the messages of one peer are: its address is `log.source.address`, and `host.name` where neither message nor
 * settings name one (this machine's own name for peers on it).
 */
export function peerSettings(settings: InputSettings, address: string): InputSettings {
  const host = settings.host ?? (LOOPBACK.test(address) ? hostname() : address);
  return { ...settings, host, fields: { 'log.source.address': address, ...settings.fields } };
}
