import type { SiteSettings } from '../kafka/index.js';
import type { SiteConfig } from './config-schema.js';

/** A site as the configuration describes it, for `siteTopics` and `siteNames`. */
export function siteOf({ partitions, replication, prefix, group, retention }: SiteConfig): SiteSettings {
  return {
    partitions,
    replication,
    prefix,
    group,
    retention: {
      detections: retention.detections,
      alerts: retention.alerts,
      deadLetter: retention['dead-letter'],
    },
  };
}
