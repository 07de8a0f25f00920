import { describe, inject } from 'vitest';
import {
  askWarden,
  type ElasticsearchAddress,
  type KafkaAddress,
  missingFor,
  type ServerName,
} from '../../deploy/servers.mjs';

/**
 * `describe` for tests that need real servers. Where one of them can't run (no Java, no Maven) the tests are skipped
 * with the reason in their title; in CI (`CI=true`) they run all the same and fail with that reason.
 */
export function describeWithServers(title: string, names: readonly ServerName[], tests: () => void): void {
  const reasons = names.flatMap((name) => reasonFor(name) ?? []);
  const skip = reasons.length > 0 && process.env['CI'] !== 'true';
  describe.skipIf(skip)(skip ? `${title} (${reasons.join('; ')})` : title, tests);
}

/**
 * This run's Kafka, shared by all test files at once: who wants to kill or restart one starts its own (`startServers` of
 * deploy/servers.mjs). Started by the first that asks; it also has the listener with TLS and SASL.
 */
export async function kafka(): Promise<Required<KafkaAddress>> {
  return (await start('kafka')) as Required<KafkaAddress>;
}

/** This run's Elasticsearch, started by the first that asks: with TLS and a superuser. */
export async function elasticsearch(): Promise<Required<ElasticsearchAddress>> {
  return (await start('elasticsearch')) as Required<ElasticsearchAddress>;
}

async function start(server: ServerName): Promise<unknown> {
  const reason = reasonFor(server);
  if (reason !== undefined) throw new Error(reason);
  return askWarden(inject('servers'), { do: 'start', server, options: { secure: true } });
}

/** Why a server can't run here: what this machine lacks, or that it could not be downloaded before the tests. */
function reasonFor(name: ServerName): string | undefined {
  return inject('notGot')[name] ?? missingFor(name);
}

/** Names made unique, so that tests which share a server don't meet: `logs-7f3a…`. */
export function unique(name: string): string {
  return `${name}-${Math.random().toString(36).slice(2, 10)}`;
}
