import type { Journal } from './journal.js';
import { access, missingFile } from './lines.js';
import { at, SECOND } from './moment.js';
import { nth, seeded } from './random.js';
import { PARTNER_USER, STORY, TEMPTERS } from './story.js';

const MONITOR = 'Mozilla/5.0 (compatible; KansiMonitor/1.3; +https://monitor.example.org/)';
const CRAWLER = 'Mozilla/5.0 (compatible; KaihinBot/2.1; +https://bot.example.org/about)';
const PARTNER = 'NordlysSync/3.4 (it@nordlys.example.net)';

/** The monitor asks every 5 seconds, for a day, each node in turn. nginx answers by itself, so it sees 200 even while the site is down. */
export function monitor(journal: Journal): void {
  const random = seeded('monitor');
  const end = at('2026-03-12T14:00:00Z');
  let index = 0;
  for (let time = at('2026-03-11T14:00:00Z'); time < end; time += 5 * SECOND) {
    access(journal, {
      time: time + random.int(0, 90),
      address: TEMPTERS.monitor,
      target: '/healthz',
      agent: MONITOR,
      version: '1.1',
      bytes: 3,
      node: index % 2 === 0 ? 'web-1' : 'web-2',
    });
    index += 1;
  }
}

const SLUGS = [
  'kyoto',
  'osaka',
  'nagoya',
  'sendai',
  'matsumoto',
  'toyama',
  'fukui',
  'kochi',
  'saga',
  'oita',
  'naha',
  'otaru',
] as const;

/** A crawler walks the site and the pages of the site before the last, for three days: three in ten are gone (404), each another path. */
export function crawler(journal: Journal): void {
  const random = seeded('crawler');
  let page = 0;
  for (let time = STORY.start + 7_000; time < STORY.end; time += random.int(28_000, 66_000)) {
    page += 1;
    const gone = random.chance(0.3);
    const target = gone
      ? `/hotels/${nth(SLUGS, page)}/${1_000 + page}.html`
      : `/tours/${nth(SLUGS, page)}/stay-${page % 480}`;
    const request = {
      time,
      address: TEMPTERS.crawler,
      target,
      agent: CRAWLER,
      version: '1.1',
      status: gone ? 404 : 200,
      bytes: gone ? 1_214 : random.int(9_000, 40_000),
    } as const;
    access(journal, request);
    if (gone) missingFile(journal, request);
  }
}

/** A partner fetches its 3,000 bookings by day one's light: a page of fifty names, then each of them, one every eight seconds. */
export function partner(journal: Journal): void {
  const random = seeded('partner');
  const start = at('2026-03-10T01:00:00Z');
  for (let index = 0; index < 3_000; index += 1) {
    const time = start + index * 8 * SECOND + random.int(0, 2_000);
    const common = { address: TEMPTERS.partner, agent: PARTNER, version: '1.1', user: PARTNER_USER };
    if (index % 50 === 0)
      access(journal, {
        ...common,
        time: time - 900,
        target: `/api/export/bookings?page=${1 + index / 50}&size=50`,
        bytes: random.int(20_000, 24_000),
      });
    access(journal, {
      ...common,
      time,
      target: `/api/bookings/${220_000 + index * 3}`,
      bytes: random.int(18_000, 60_000),
    });
  }
}
