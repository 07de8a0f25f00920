import { at } from './moment.js';
import { CUSTOMERS, NOISE_ADDRESSES, OFFICE_PEOPLE, VISITOR_ADDRESSES } from './people.js';

/** The three days of the sample: start included, end excluded. */
export const STORY = { start: at('2026-03-10T00:00:00Z'), end: at('2026-03-13T00:00:00Z') } as const;

/**
 * Zone of each folder of the sample. web-1 keeps Japanese time: its access log says so (+0900), its error log and
 * auth log don't, so a configuration must. Read as UTC, the stolen root shell would come after everything it led to.
 */
export const ZONES = { 'web-1': 'Asia/Tokyo', 'web-2': 'UTC', bastion: 'UTC', login: 'UTC' } as const;
/** Hours ahead of UTC of the folders with local time. */
export const OFFSET_HOURS = { 'web-1': 9, 'web-2': 0, bastion: 0, login: 0 } as const;
/** The file that is copied once an hour and so arrives late: its modification time is its last line's time and this much. */
export const LATE = { file: 'web-2/access.log', by: 3_600_000 } as const;
/** When web-1's access log was rotated (06:25 in Tokyo): older lines are in access.log.1.gz. */
export const ROTATED_AT = at('2026-03-11T21:25:00Z');

/** One stage of the break-in: what an alert about it must overlap in time, and whom it may name. */
export interface Stage {
  readonly name: 'scan' | 'exploit' | 'root' | 'stuffing' | 'takeover' | 'retrieval' | 'outage';
  readonly start: number;
  readonly end: number;
  /** Folders of the logs that show the stage. */
  readonly seenOn: readonly string[];
  readonly addresses: readonly string[];
}

const list = (prefix: string, from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${from + index}`);

/** The 40 addresses that play the password list, in the order in which they take turns. */
export const STUFFING_ADDRESSES: readonly string[] = [
  ...list('192.0.2.', 101, 14),
  ...list('198.51.100.', 131, 13),
  ...list('203.0.113.', 171, 13),
];

/** An account that falls: `turn` counts the rounds through the 40 addresses (0 to 11) at which its password is right; the six rounds before fail. */
export interface Fallen {
  readonly user: string;
  readonly address: number;
  readonly turn: number;
}
const fallen = (user: string, address: number, turn: number): Fallen => ({ user, address, turn });
/** The seven accounts to reset, by the index of the address that gets in. */
export const FALLEN: readonly Fallen[] = [
  fallen('ingrid.solberg', 4, 6),
  fallen('tomas.vrba', 31, 6),
  fallen('leila.haddad', 12, 7),
  fallen('marco.ferri', 22, 8),
  fallen('aoife.kearney', 37, 9),
  fallen('jun.okabe', 9, 10),
  fallen('petra.lindqvist', 17, 11),
];
/** The names of the seven accounts to reset. */
export const FALLEN_USERS: readonly string[] = FALLEN.map((account) => account.user);
const fallenFrom = FALLEN.map((account) => STUFFING_ADDRESSES[account.address] ?? '');

/** The account that the attacker makes on web-1, and the service account through which. */
export const INTRUDER = { made: 'svc-sync', through: 'www-data' } as const;

const stage = (
  name: Stage['name'],
  from: string,
  to: string,
  seenOn: readonly string[],
  addresses: readonly string[],
): Stage => ({ name, start: at(from), end: at(to), seenOn, addresses });

/** The break-in, in the order in which it happens; no two stages but `stuffing` and `takeover` overlap or share an address. */
export const STAGES: readonly Stage[] = [
  stage('scan', '2026-03-11T20:12:00Z', '2026-03-11T20:27:00Z', ['web-1'], ['198.51.100.23']),
  stage('exploit', '2026-03-11T23:41:00Z', '2026-03-12T00:13:00Z', ['web-1'], ['203.0.113.66']),
  stage('root', '2026-03-12T00:31:00Z', '2026-03-12T00:53:00Z', ['web-1'], ['192.0.2.201']),
  stage('stuffing', '2026-03-12T02:05:00Z', '2026-03-12T02:48:00Z', ['login', 'web-1', 'web-2'], STUFFING_ADDRESSES),
  stage('takeover', '2026-03-12T02:25:00Z', '2026-03-12T02:48:00Z', ['login', 'web-1', 'web-2'], fallenFrom),
  stage(
    'retrieval',
    '2026-03-12T04:10:00Z',
    '2026-03-12T04:46:00Z',
    ['web-1', 'web-2'],
    ['198.51.100.77', '2001:db8:51:7::3a'],
  ),
  stage(
    'outage',
    '2026-03-12T06:20:00Z',
    '2026-03-12T06:32:00Z',
    ['web-2', 'web-1'],
    ['203.0.113.210', '192.0.2.233', '2001:db8:51:9::c4'],
  ),
];
/** The stage of a name. */
export function stageOf(name: Stage['name']): Stage {
  const found = STAGES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`stageOf: no stage ${name}`);
  return found;
}
/** Every address an attacker uses. */
export const ATTACKERS: readonly string[] = [...new Set(STAGES.flatMap((each) => each.addresses))];

/** Those who tempt: each has one address, and none may be named by an alert. */
export const TEMPTERS = {
  office: '192.0.2.80',
  crawler: '198.51.100.9',
  monitor: '203.0.113.5',
  partner: '198.51.100.200',
  bastion: '10.20.0.10',
} as const;
/** The admins, and the addresses from which they work. */
export const ADMINS = [
  { user: 'yuna', uid: 1001, address: '203.0.113.30' },
  { user: 'ole', uid: 1002, address: '203.0.113.31' },
  { user: 'mirela', uid: 1003, address: '2001:db8:30::7' },
] as const;
/** The new colleague whose account an admin makes on the bastion, without any privilege. */
export const NEW_COLLEAGUE = 'hdekker';
/** The minute in which a deploy restarts the booking service and visitors get 502. */
export const DEPLOY = { start: at('2026-03-11T13:30:00Z'), end: at('2026-03-11T13:31:00Z') } as const;
/** The partner's own name at the API (HTTP basic authentication). */
export const PARTNER_USER = 'nordlys';

/** Every address that no alert may name. */
export const BENIGN_ADDRESSES: readonly string[] = [
  ...Object.values(TEMPTERS),
  ...ADMINS.map((admin) => admin.address),
  ...VISITOR_ADDRESSES,
  ...NOISE_ADDRESSES,
];
/** Every user that no alert may name. (Names on the password list are neither benign nor fallen.) */
export const BENIGN_USERS: readonly string[] = [
  ...OFFICE_PEOPLE,
  ...CUSTOMERS,
  ...ADMINS.map((admin) => admin.user),
  'backup',
  'deploy',
  NEW_COLLEAGUE,
  PARTNER_USER,
];
/** What the final test asks of the alerts. */
export const EXPECTED = {
  alertsAtMost: 12,
  fallen: FALLEN.length,
  retrievedBytesAtLeast: 400_000_000,
  stages: STAGES.length,
} as const;
