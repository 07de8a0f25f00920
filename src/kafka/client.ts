import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Kafka, type KafkaConfig, type LogEntry, logLevel, type RetryOptions, type SASLOptions } from 'kafkajs';
import { registerCodecs } from './wire/codecs.js';
import { replaceParts } from './wire/replaced.js';

/** How to reach a cluster. Certificates and keys are PEM texts, not paths. */
export interface KafkaSettings {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly clientId?: string;
  /** True: TLS with the system's certificate authorities. */
  readonly tls?: boolean | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** Lets a user name and password travel unencrypted to other machines. */
  readonly allowPlaintextCredentials?: boolean;
}

/** What the client library says while it works; nothing a person has to act upon. */
export type KafkaLog = (message: string) => void;

/** Attempts within one request; what fails beyond them is retried for ever by those who know what it holds up. */
const RETRY: RetryOptions = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 4 };

/**
 * Opens a client of the cluster; nothing is sent yet. Registers the codecs, and what is replaced of kafkajs.
 *
 * Throws, refusing to start, where a user name and password would travel unencrypted to another machine.
 */
export function openClient(settings: KafkaSettings, log?: KafkaLog): Kafka {
  refusePlaintextCredentials(settings);
  registerCodecs();
  replaceParts();
  const config: KafkaConfig = {
    clientId: settings.clientId ?? 'sekisho',
    brokers: [...settings.brokers],
    ssl: tlsOf(settings.tls),
    connectionTimeout: 5_000,
    authenticationTimeout: 10_000,
    retry: RETRY,
    logLevel: log === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: () => (entry: LogEntry) => log?.(`${entry.namespace}: ${entry.log.message}`),
    ...(settings.sasl !== undefined && { sasl: { ...settings.sasl } as SASLOptions }),
  };
  return new Kafka(config);
}

function tlsOf(tls: KafkaSettings['tls']): ConnectionOptions | boolean {
  return typeof tls === 'object' ? { ...tls } : (tls ?? false);
}

function refusePlaintextCredentials({ sasl, tls, brokers, allowPlaintextCredentials }: KafkaSettings): void {
  if (sasl === undefined || (tls !== undefined && tls !== false) || allowPlaintextCredentials === true) return;
  const far = brokers.find((broker) => !isLoopback(broker));
  if (far === undefined) return;
  throw new Error(
    `Kafka: the password of ${sasl.username} would travel unencrypted to ${far}; ` +
      'switch tls on, or set allow-plaintext-credentials if the network between is trusted',
  );
}

/** Whether `host:port` names this machine: localhost, 127.0.0.0/8 or ::1. */
function isLoopback(broker: string): boolean {
  const host = broker.replace(/:\d+$/u, '').replace(/^\[|\]$/gu, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
