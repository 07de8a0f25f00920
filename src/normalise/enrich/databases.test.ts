import { expect, test } from 'vitest';
import { asnReaders, cityReaders } from './databases.js';

type Value = string | number | { readonly [key: string]: Value };

/** A value of MaxMind's data section. Source: MaxMind DB File Format Specification 2.0, "Data Section". */
function valueOf(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([Buffer.of((2 << 5) | value.length), Buffer.from(value)]);
  if (typeof value === 'number') return Buffer.of((6 << 5) | 2, value >> 8, value & 0xff);
  const entries = Object.entries(value);
  return Buffer.concat([
    Buffer.of((7 << 5) | entries.length),
    ...entries.flatMap(([key, item]) => [valueOf(key), valueOf(item)]),
  ]);
}

/** A database of one node, both sides of which lead to one record: every IPv4 address has it. */
function databaseOf(record: Value): Buffer {
  const metadata = { node_count: 1, record_size: 24, ip_version: 4, binary_format_major_version: 2 };
  const node = [0, 0, 17, 0, 0, 17];
  const marker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
  return Buffer.concat([Buffer.from([...node, ...Buffer.alloc(16)]), valueOf(record), marker, valueOf(metadata)]);
}

const read = (readers: ReturnType<typeof cityReaders>, address = '192.0.2.1'): unknown =>
  Object.fromEntries(
    [...readers].map(([field, of]) => [field, of(address)]).filter(([, value]) => value !== undefined),
  );

test('a city and a system are read as MaxMind lays them out', () => {
  const city = databaseOf({ country: { iso_code: 'JP', names: { en: 'Japan' } }, city: { names: { en: 'Osaka' } } });
  expect(read(cityReaders(city))).toEqual({ country_iso_code: 'JP', country_name: 'Japan', city_name: 'Osaka' });
  expect(read(cityReaders(city), 'web-1')).toEqual({});
  const asn = databaseOf({ autonomous_system_number: 64_496 });
  expect(read(asnReaders(asn))).toEqual({ number: 64_496 });
});

test('a database laid out otherwise gives nothing, and stops nothing', () => {
  const flat = databaseOf({ country: 'JP', continent: 'AS', city: { geoname_id: 1 }, subdivisions: { a: 'b' } });
  expect(read(cityReaders(flat))).toEqual({});
  const broken = databaseOf('a text in place of a map');
  expect(read(cityReaders(broken))).toEqual({});
});
