import type { Fields, FieldValue } from '../event/index.js';
import { firstPublic, validIp } from './text/scan.js';

/**
 * The addresses a web server told for one request, where its line had only one: Elastic's `nginx.access.remote_ip_list`
 * and `apache.access.remote_addresses` hold it too. Undefined for other data sets.
 */
export function addressesOf(fields: Fields, dataset: string): FieldValue | undefined {
  const address = fields['source.address'];
  if (fields['event.dataset'] !== dataset || typeof address !== 'string') return undefined;
  return dataset === 'apache.access' || validIp(address) !== undefined || /^\w{1,64}$/.test(address)
    ? [address]
    : undefined;
}

/**
 * Sets the source of a request that came through proxies: the first public address of those told, else the first, and
 * the whole list under the module's name.
 */
export function setClientList(fields: Fields, field: string, addresses: readonly string[]): void {
  const source = firstPublic(addresses) ?? addresses[0];
  fields['source.address'] = source;
  fields['source.ip'] = source === undefined ? undefined : validIp(source);
  fields[field] = addresses;
}

/** The addresses of `a, b, c` or `a b c`; at most 64. */
export function splitAddresses(text: string): readonly string[] {
  return text.split(/[, ]+/, 64).filter((address) => address !== '' && address !== '-');
}
