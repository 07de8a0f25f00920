import { openClient, siteNames, type SiteSettings } from '../../kafka/index.js';
import type { Config } from '../config/config.js';
import type { KafkaConfig, SiteConfig } from '../config/schema.js';
import { clusterOf } from './input.js';
import type { RoleOptions } from './role-options.js';

/** Whether some output wants every event: then a site has a topic of them. */
export function wantsEvents({ outputs }: Pick<Config, 'outputs'>): boolean {
  return outputs.some(({ events }) => events);
}

/** A site as the configuration describes it, for `siteTopics` and `siteNames`; `events` as `wantsEvents` says. */
export function siteOf(
  { partitions, replication, prefix, group, retention }: SiteConfig,
  events: boolean,
): SiteSettings {
  return {
    partitions,
    replication,
    prefix,
    group,
    retention: {
      detections: retention.detections,
      alerts: retention.alerts,
      deadLetter: retention['dead-letter'],
      ...(events && { events: retention.events }),
    },
  };
}

/** What every role of a configuration with `kafka: site:` works with; nothing is sent yet. Throws as `openClient` does. */
export function openSite(
  config: Config,
): Pick<RoleOptions, 'config' | 'kafka' | 'names' | 'partitions'> & { readonly site: SiteSettings } {
  const kafka = config.kafka as KafkaConfig;
  const site = siteOf(kafka.site as SiteConfig, wantsEvents(config));
  return { config, site, kafka: openClient(clusterOf(kafka)), names: siteNames(site), partitions: site.partitions };
}
