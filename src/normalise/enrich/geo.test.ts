import { describe, expect, it, test } from 'vitest';
import { continentOf } from './continents.js';
import { countryOf } from './geo.js';

describe('the country of an address', () => {
  it.each([
    ['133.242.0.3', { country_iso_code: 'JP', country_name: 'Japan', continent_code: 'AS', continent_name: 'Asia' }],
    ['2001:200::1', { country_iso_code: 'JP', country_name: 'Japan', continent_code: 'AS', continent_name: 'Asia' }],
    ['10.0.0.1', {}],
    ['127.0.0.1', {}],
    ['::1', {}],
    ['fe80::1', {}],
    ['web-1', {}],
    ['', {}],
    ['999.1.1.1', {}],
  ])('%s', (address, place) => expect(countryOf(address)).toEqual(place));
});

test('texts that are no addresses are not remembered', () => {
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 3000; i++) {
    expect(countryOf(`${i}${'x'.repeat(65_536)}`)).toEqual({});
    expect(countryOf(`2001:200::1%${i}${'x'.repeat(65_536)}`)).toEqual({});
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(128 << 20);
});

describe('a continent', () => {
  it.each([
    ['JP', 'Asia'],
    ['CY', 'Europe'],
    ['GL', 'North America'],
    ['EG', 'Africa'],
    ['NZ', 'Oceania'],
    ['BR', 'South America'],
    ['AQ', 'Antarctica'],
    ['ZZ', undefined],
  ])('of %s', (country, name) => expect(continentOf(country)?.name).toBe(name));
});
