import type { Journal } from './journal.js';
import { access, fault, logIn, missingFile, type Attempt } from './lines.js';
import { at, HOUR, MINUTE, SECOND } from './moment.js';
import { BROWSERS, CUSTOMERS, OFFICE_PEOPLE, VISITOR_ADDRESSES } from './people.js';
import { fnv1a, nth, seeded, type Random } from './random.js';
import { DEPLOY, FALLEN_USERS, stageOf, STORY, TEMPTERS } from './story.js';

const SITE = 'https://www.example.com';
const SESSIONS = 1_560;
/** How many sessions begin in each hour of the day (UTC), in proportion. */
const BY_HOUR = [3, 2, 1, 1, 1, 1, 2, 4, 6, 7, 8, 8, 9, 9, 9, 9, 9, 10, 11, 12, 12, 10, 7, 4] as const;
const HOURS: readonly number[] = BY_HOUR.flatMap((weight, hour) => Array.from({ length: weight }, () => hour));

const PLACES = [
  'kyoto',
  'nara',
  'hakone',
  'takayama',
  'kanazawa',
  'nikko',
  'matsue',
  'onomichi',
  'beppu',
  'kinosaki',
  'shikoku-88',
  'yakushima',
] as const;
const KINDS = [
  'ryokan-week',
  'cycling',
  'garden-walks',
  'hot-springs',
  'food-tour',
  'autumn-leaves',
  'family',
  'night-train',
] as const;
const ASSETS = [
  '/assets/site-4f1c.css',
  '/assets/app-91be.js',
  '/assets/logo.svg',
  '/assets/fonts/mplus-2.woff2',
  '/uploads/tours/kyoto.jpg',
  '/uploads/tours/nara-deer.jpg',
] as const;
/** Searches that look like attacks to a rule that looks at single words, beside ordinary ones. */
const SEARCHES = [
  'kyoto+in+april',
  'ryokan+with+private+bath',
  'hakone+open+air',
  'cat+cafe',
  'fish+%26+chips+osaka',
  'rock+garden',
  'family+of+5',
  'tour+for+2+or+3+nights',
  "O'Brien",
  'O%27Brien',
  'o%27neill+and+d%27angelo+family',
  'D%27Souza%2C+party+of+four',
  'select+seats+from+western+union',
  'select+a+table+where+you+sit+on+the+floor',
  'union+station+select+hotels',
  'drop+off+at+airport',
  '%22onsen+town%22',
  'what+to+order+by+phone',
  'sleep+in+a+temple',
  'passwd+forgotten',
  'script+museum',
  'exec+lounge+haneda',
  'whose+id+do+i+need',
  '50%25+off+%28spring%29',
] as const;

interface Visit {
  readonly journal: Journal;
  readonly random: Random;
  readonly address: string;
  readonly agent: string;
  time: number;
}
interface Look {
  readonly method?: string;
  readonly status?: number;
  readonly bytes?: number;
  readonly referrer?: string;
  /** Answered by the booking service, not from nginx's own files and cache. */
  readonly live?: boolean;
}

const within = (time: number, span: { readonly start: number; readonly end: number }): boolean =>
  time >= span.start && time < span.end;

/** One request of a visit. While a deploy restarts the service it gets 502; while the service is down nobody gets so far. */
function look(visit: Visit, target: string, { live = false, ...rest }: Look = {}): void {
  visit.time += visit.random.int(300, live ? 25_000 : 4_000);
  const { journal, random, time, address, agent } = visit;
  if (live && within(time, stageOf('outage'))) return;
  const request = { time, address, agent, target, referrer: `${SITE}/`, bytes: random.int(900, 48_000), ...rest };
  const broken = live && within(time, DEPLOY);
  access(journal, broken ? { ...request, status: 502, bytes: 494 } : request);
  if (broken) fault(journal, request, 'refused');
}

function enter(visit: Visit, attempt: Pick<Attempt, 'user' | 'result'>): void {
  visit.time += visit.random.int(4_000, 30_000);
  if (within(visit.time, stageOf('outage')) || within(visit.time, DEPLOY)) return;
  logIn(visit.journal, { time: visit.time, address: visit.address, agent: visit.agent, ...attempt });
}

function browse(visit: Visit): void {
  const { random } = visit;
  look(visit, '/', { referrer: random.chance(0.4) ? 'https://search.example.net/' : '-' });
  for (let count = random.int(2, 4); count > 0; count -= 1)
    look(visit, random.pick(ASSETS), random.chance(0.2) ? { status: 304, bytes: 0 } : {});
  if (random.chance(0.12))
    missing(
      visit,
      random.pick(['/favicon.ico', '/apple-touch-icon.png', '/apple-touch-icon-precomposed.png', '/tours/kyoto-2019/']),
    );
  for (let count = random.int(0, 2); count > 0; count -= 1)
    look(visit, `/search?q=${random.pick(SEARCHES)}&from=2026-0${random.int(4, 9)}-1${random.int(0, 9)}`, {
      live: true,
    });
  for (let count = random.int(1, 4); count > 0; count -= 1) {
    const tour = `${random.pick(PLACES)}/${random.pick(KINDS)}`;
    look(visit, `/tours/${tour}`);
    if (random.chance(0.5))
      look(visit, `/api/availability?tour=${tour.replace('/', '%2F')}&id=${random.int(1, 480)}`, {
        live: true,
        bytes: random.int(300, 2_000),
      });
  }
}

function missing(visit: Visit, target: string): void {
  look(visit, target, { status: 404, bytes: 1_214 });
  missingFile(visit.journal, { ...visit, target, referrer: `${SITE}/` });
}

function account(visit: Visit, user: string): void {
  const { random } = visit;
  const failures = random.chance(0.1) ? random.int(1, 3) : 0;
  for (let count = 0; count < failures; count += 1) enter(visit, { user, result: 'wrong password' });
  enter(visit, { user, result: 'success' });
  look(visit, '/account', { live: true });
  for (let count = random.int(0, 2); count > 0; count -= 1)
    look(visit, `/api/bookings/${300_000 + (fnv1a(user) % 40_000) + count}`, {
      live: true,
      bytes: random.int(30_000, 190_000),
    });
  if (random.chance(0.3)) look(visit, '/api/bookings', { method: 'POST', status: 201, live: true });
  if (random.chance(0.15)) look(visit, '/account/upload.php', { method: 'POST', live: true });
}

/** Visitors of three days: each comes from one address, many log in, some mistype. Three fallen customers are among them, a day before. */
export function visitors(journal: Journal): void {
  const random = seeded('visitors');
  for (let session = 0; session < SESSIONS; session += 1) {
    const day = session % 3;
    const time = STORY.start + day * 24 * HOUR + random.pick(HOURS) * HOUR + random.int(0, HOUR - 1);
    const customer = random.int(0, CUSTOMERS.length - 1);
    const visit = { journal, random, time, address: nth(VISITOR_ADDRESSES, customer), agent: nth(BROWSERS, customer) };
    browse(visit);
    if (random.chance(0.45)) account(visit, nth(CUSTOMERS, customer));
  }
  for (const [index, user] of FALLEN_USERS.slice(0, 3).entries()) {
    account(
      {
        journal,
        random,
        time: at('2026-03-10T09:10:00Z') + index * 3 * HOUR,
        address: nth(VISITOR_ADDRESSES, 700 - 11 * (index + 1)),
        agent: nth(BROWSERS, index),
      },
      user,
    );
  }
  nightOwls(journal, random);
}

/** Two customers mistype their passwords at the very time when the password list is played. */
function nightOwls(journal: Journal, random: Random): void {
  for (const [customer, start] of [
    [41, '2026-03-12T02:17:00Z'],
    [388, '2026-03-12T02:31:00Z'],
  ] as const) {
    const visit = {
      journal,
      random,
      time: at(start),
      address: nth(VISITOR_ADDRESSES, customer),
      agent: nth(BROWSERS, customer),
    };
    enter(visit, { user: nth(CUSTOMERS, customer), result: 'wrong password' });
    enter(visit, { user: nth(CUSTOMERS, customer), result: 'success' });
  }
}

/** The deploy's minute: the pages that are open at 25 visitors ask again and again, and are answered 502. */
export function deployMinute(journal: Journal): void {
  const random = seeded('deploy');
  for (let browser = 0; browser < 25; browser += 1) {
    const visit: Visit = {
      journal,
      random,
      time: DEPLOY.start + random.int(0, 20_000),
      address: nth(VISITOR_ADDRESSES, browser * 23 + 5),
      agent: nth(BROWSERS, browser),
    };
    while (visit.time < DEPLOY.end + 4 * SECOND)
      look(visit, `/api/availability?tour=${nth(PLACES, browser)}%2F${nth(KINDS, browser)}&id=${browser + 17}`, {
        live: true,
      });
  }
}

const OFFICE_DAYS = [
  [80, '2026-03-10T07:55:00Z'],
  [60, '2026-03-11T07:55:00Z'],
  [60, '2026-03-12T07:55:00Z'],
] as const;

/**
 * The office: 200 people behind one address. Each of them forgets a password on one of the three mornings, fails one to four
 * times (now and then by a mistyped name) and gets in; on the other days two thirds simply log in.
 */
export function office(journal: Journal): void {
  const random = seeded('office');
  let first = 0;
  for (const [forgetful, start] of OFFICE_DAYS) {
    for (const [index, user] of OFFICE_PEOPLE.entries()) {
      const forgets = index >= first && index < first + forgetful;
      if (!forgets && !random.chance(2 / 3)) continue;
      const spread = forgets
        ? ((index - first) * 190 * MINUTE) / forgetful + random.int(0, 4 * MINUTE)
        : random.int(0, 8 * HOUR);
      officeLogIn(
        {
          journal,
          random,
          time: Math.floor(at(start) + spread),
          address: TEMPTERS.office,
          agent: nth(BROWSERS, index % 2),
        },
        user,
        forgets,
      );
    }
    first += forgetful;
  }
}

function officeLogIn(visit: Visit, user: string, forgets: boolean): void {
  look(visit, '/login');
  if (forgets && visit.random.chance(0.08)) enter(visit, { user: user.replace('.', ''), result: 'unknown user' });
  const failures = forgets ? visit.random.int(1, 4) : 0;
  for (let count = 0; count < failures; count += 1) enter(visit, { user, result: 'wrong password' });
  enter(visit, { user, result: 'success' });
  look(visit, '/account', { live: true });
  if (visit.random.chance(0.3))
    look(visit, `/api/bookings/${360_000 + (fnv1a(user) % 20_000)}`, {
      live: true,
      bytes: visit.random.int(30_000, 190_000),
    });
}
