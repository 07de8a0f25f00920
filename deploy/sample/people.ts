import { nth } from './random.js';

const FIRST = [
  'anna',
  'bram',
  'chiara',
  'declan',
  'elif',
  'farid',
  'greta',
  'hana',
  'ivo',
  'joana',
  'kenji',
  'lucia',
  'mats',
  'noor',
  'oscar',
  'pia',
  'quentin',
  'rosa',
  'sean',
  'tessa',
  'ugo',
  'vera',
  'willem',
  'yara',
] as const;
const LAST = [
  "o'brien",
  'aldridge',
  'bergman',
  'castellan',
  "d'angelo",
  'eriksen',
  'fontana',
  'galloway',
  'hartig',
  'ishii',
  'jansen',
  'kowal',
  'lindgren',
  'marchetti',
  'novak',
  "o'neill",
  'pereira',
  'quist',
  'rasmus',
  'salonen',
  'tanabe',
  'ullmann',
  'verhoef',
  'wexler',
  "d'souza",
  'yamane',
  'zeller',
  'almeida',
  'brandt',
  'corrigan',
  'dufour',
  'engel',
  'farkas',
  'grimaldi',
  'hollis',
  'ivarsen',
  'joubert',
  'keller',
  'laurent',
  'moriyama',
  'nagel',
  "o'connor",
  'pavlik',
  'renner',
  'sandoval',
  'tremblay',
  'urbina',
  'vance',
] as const;
const LISTED = [
  'dragon',
  'sunny',
  'kevbo',
  'bluecar',
  'mrwhiskers',
  'gamerjoe',
  'pinky',
  'rockstar',
  'tigerlily',
  'shadowfox',
  'coolcat',
  'maverick',
] as const;

/** One user name `first.last`; distinct for every index below 1,152. */
const userName = (index: number): string => {
  const first = index % FIRST.length;
  return `${nth(FIRST, first)}.${nth(LAST, Math.floor(index / FIRST.length) + 5 * first)}`;
};
const names = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => userName(from + index));

/** The 200 people of the office that shares one address. */
export const OFFICE_PEOPLE = names(0, 200);
/** Customers who visit and log in from home. */
export const CUSTOMERS = names(200, 900);
/** Customers whose names stand on the password list with a password that no longer works; they do nothing else in these days. */
export const TRIED_ACCOUNTS = names(900, 960);
/** Names on the password list that have no account here. Distinct for every index below 1,080. */
export const listedName = (index: number): string => `${nth(LISTED, index)}${10 + Math.floor(index / LISTED.length)}`;

const range = (prefix: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);

/** Addresses of visitors: 180 of IPv4, 520 of IPv6. No attacker uses any of them. */
export const VISITOR_ADDRESSES: readonly string[] = [
  ...range('198.51.100.', 32, 63),
  ...range('198.51.100.', 80, 127),
  ...range('203.0.113.', 70, 169),
  ...Array.from(
    { length: 520 },
    (_, index) =>
      `2001:db8:${(0xa0 + (index % 13)).toString(16)}:${(index * 37 + 17).toString(16)}::${(index * 101 + 2).toString(16)}`,
  ),
];
/** Addresses of the internet's background noise: a few tries each, below any threshold. */
export const NOISE_ADDRESSES = range('192.0.2.', 1, 40);

/** The browsers that visitors, office people and admins use. */
export const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:148.0) Gecko/20100101 Firefox/148.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36 Edg/145.0.0.0',
] as const;
