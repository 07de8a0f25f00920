import { isIP } from 'node:net';
import type { AsnResponse, CityResponse, Reader } from 'mmdb-lib';
import type { FieldValue } from '../../event/index.js';
import { openDatabase } from './mmdb.js';

/** Reads one field of an address; undefined where the database has none. */
export type AddressReader = (address: string) => FieldValue | undefined;

const CITY: Readonly<Record<string, (city: CityResponse) => FieldValue | undefined>> = {
  continent_code: ({ continent }) => continent?.code,
  continent_name: ({ continent }) => continent?.names.en,
  country_iso_code: ({ country }) => country?.iso_code,
  country_name: ({ country }) => country?.names.en,
  region_iso_code: ({ country, subdivisions: [region] = [] }) =>
    region === undefined || country === undefined ? undefined : `${country.iso_code}-${region.iso_code}`,
  region_name: ({ subdivisions: [region] = [] }) => region?.names.en,
  city_name: ({ city }) => city?.names.en,
  postal_code: ({ postal }) => postal?.code,
  timezone: ({ location }) => location?.time_zone,
  location: ({ location }) =>
    location === undefined ? undefined : { lat: location.latitude, lon: location.longitude },
};

const ASN: Readonly<Record<string, (asn: AsnResponse) => FieldValue | undefined>> = {
  number: ({ autonomous_system_number }) => autonomous_system_number,
  'organization.name': ({ autonomous_system_organization }) => autonomous_system_organization,
};

/**
 * The fields below `geo` that a city database gives (MaxMind's GeoIP2 and GeoLite2 City, DB-IP's City: same layout).
 * Source: ECS, "Geo fields".
 *
 * @throws Error where the bytes are no database.
 */
export function cityReaders(bytes: Buffer): ReadonlyMap<string, AddressReader> {
  return readersOf(openDatabase<CityResponse>(bytes), CITY);
}

/** The fields below `as` that an ASN database gives. Source: ECS, "AS fields". @throws Error as `cityReaders`. */
export function asnReaders(bytes: Buffer): ReadonlyMap<string, AddressReader> {
  return readersOf(openDatabase<AsnResponse>(bytes), ASN);
}

/**
 * One look-up for the fields of one address, which are read one after the other. Other vendors' files are laid out
 * otherwise, and a file may be damaged: a record that can't be read gives nothing.
 */
function readersOf<T extends CityResponse | AsnResponse>(
  database: Reader<T>,
  fields: Readonly<Record<string, (found: T) => FieldValue | undefined>>,
): ReadonlyMap<string, AddressReader> {
  let last = '';
  let found: T | null = null;
  const look = (address: string): T | null => {
    if (address !== last) {
      last = address;
      found = isIP(address) === 0 ? null : database.get(address);
    }
    return found;
  };
  return new Map(
    Object.entries(fields).map(([field, read]) => [
      field,
      (address: string): FieldValue | undefined => {
        try {
          const record = look(address);
          return record === null ? undefined : read(record);
        } catch {
          return undefined;
        }
      },
    ]),
  );
}
