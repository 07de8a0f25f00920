import type { SiteSettings } from '../kafka/index.js';
import type { Config } from './config.js';
import type { SiteConfig } from './config-schema.js';

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
