import type { Journal } from './journal.js';
import { access, missingFile, pidAt, syslog } from './lines.js';
import { NOISE_ADDRESSES } from './people.js';
import { nth, seeded } from './random.js';
import { STORY } from './story.js';

/** The internet's noise on the web: a stray request or three for what other sites have. */
export function webNoise(journal: Journal): void {
  const random = seeded('web noise');
  for (const address of NOISE_ADDRESSES) {
    let time = random.int(STORY.start, STORY.end - 600_000);
    for (let count = random.int(1, 3); count > 0; count -= 1) {
      time += random.int(800, 9_000);
      const target = random.pick([
        '/wp-login.php',
        '/xmlrpc.php',
        '/robots.txt',
        '/sitemap.xml.gz',
        '/HNAP1',
        '/owa/',
        '/ads.txt',
      ]);
      const request = {
        time,
        address,
        target,
        agent: random.pick(['Go-http-client/1.1', 'Mozilla/5.0 zgrab/0.x', '-']),
        version: '1.1',
        status: 404,
        bytes: 1_214,
      } as const;
      access(journal, request);
      missingFile(journal, request);
    }
  }
}

const sshd = (time: number): string => `sshd[${pidAt(time)}]`;
const GUESSES = ['admin', 'test', 'ubuntu', 'oracle', 'postgres', 'git', 'pi', 'user', 'ftpuser'] as const;

/** The internet's noise on the bastion's sshd: forty addresses look in a few times in three days, with one to three tries each time. */
export function sshNoise(journal: Journal): void {
  const random = seeded('ssh noise');
  for (const [index, address] of NOISE_ADDRESSES.entries()) {
    for (let call = random.int(1, 4); call > 0; call -= 1) {
      const time = random.int(STORY.start, STORY.end - 600_000);
      const port = random.int(32_768, 60_999);
      if (index % 8 === 7) silent(journal, time, address, port);
      else if (random.chance(0.25)) knownUser(journal, time, address, port, random.chance(0.4));
      else unknownUser(journal, time, address, port, nth(GUESSES, index + call));
    }
  }
}

function silent(journal: Journal, time: number, address: string, port: number): void {
  syslog(journal, 'bastion', time, sshd(time), 'error: kex_exchange_identification: Connection closed by remote host');
  syslog(journal, 'bastion', time, sshd(time), `Connection closed by ${address} port ${port}`);
}

function unknownUser(journal: Journal, time: number, address: string, port: number, user: string): void {
  const say = (after: number, text: string): void => syslog(journal, 'bastion', time + after, sshd(time), text);
  say(0, `Invalid user ${user} from ${address} port ${port}`);
  say(200, 'pam_unix(sshd:auth): check pass; user unknown');
  say(200, `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address} `);
  say(2_300, `Failed password for invalid user ${user} from ${address} port ${port} ssh2`);
  say(3_900, `Connection closed by invalid user ${user} ${address} port ${port} [preauth]`);
}

function knownUser(journal: Journal, time: number, address: string, port: number, again: boolean): void {
  const say = (after: number, text: string): void => syslog(journal, 'bastion', time + after, sshd(time), text);
  say(
    0,
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}  user=root`,
  );
  say(2_100, `Failed password for root from ${address} port ${port} ssh2`);
  if (again) say(6_400, `message repeated 2 times: [ Failed password for root from ${address} port ${port} ssh2]`);
  say(8_000, `Connection closed by authenticating user root ${address} port ${port} [preauth]`);
  if (again)
    say(8_000, `PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}  user=root`);
}
