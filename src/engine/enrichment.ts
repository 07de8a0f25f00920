import type { Failure } from '../event/index.js';
import { Enrichment, type EnrichmentSettings } from '../normalise/enrich/enrichment.js';
import type { Config } from './config.js';

/** What a configuration says about enrichment; undefined where it names no list, asset file or database. */
export function enrichmentSettings({ lists, assets, geoip }: Config): EnrichmentSettings | undefined {
  if (Object.keys(lists).length === 0 && assets === undefined && geoip === undefined) return undefined;
  return { lists, assets, city: geoip?.city, asn: geoip?.asn };
}

/** The operator's data, read; undefined where there are none. Files that can't be read are reported. */
export function openEnrichment(config: Config, report: (failure: Failure) => void): Enrichment | undefined {
  const settings = enrichmentSettings(config);
  return settings === undefined ? undefined : new Enrichment(settings, report);
}
