import type { Failure } from '../event/index.js';
import { Enrichment } from '../normalise/enrich/enrichment.js';
import type { Config } from './config/config.js';

/** The operator's data, read; undefined where the configuration names none. Files that can't be read are reported. */
export function openEnrichment(
  { lists, assets, geoip }: Config,
  report: (failure: Failure) => void,
): Enrichment | undefined {
  if (Object.keys(lists).length === 0 && assets === undefined && geoip === undefined) return undefined;
  return new Enrichment({ lists, assets, city: geoip?.city, asn: geoip?.asn }, report);
}
