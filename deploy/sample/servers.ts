import { createHash } from 'node:crypto';
import type { Journal } from './journal.js';
import { pidAt, syslog, type Host } from './lines.js';
import { at, HOUR, MINUTE, SECOND } from './moment.js';
import { seeded, type Random } from './random.js';
import { ADMINS, DEPLOY, NEW_COLLEAGUE, STORY, TEMPTERS } from './story.js';

const HOSTS = ['web-1', 'web-2', 'bastion'] as const;
const fingerprint = (user: string): string => createHash('sha256').update(user).digest('base64').slice(0, 43);
const sshd = (time: number): string => `sshd[${pidAt(time)}]`;

/** The jobs of cron on every host: PAM says when each begins and ends. */
export function cron(journal: Journal): void {
  const random = seeded('cron');
  for (const host of HOSTS) {
    for (let time = STORY.start + SECOND; time < STORY.end; time += 10 * MINUTE)
      job(journal, host, time + random.int(5, 800), 'root', 0, random.int(0, 3_000));
    for (let time = STORY.start + 17 * MINUTE + SECOND; time < STORY.end; time += HOUR)
      job(journal, host, time + random.int(5, 800), 'root', 0, random.int(0, 900));
  }
}

function job(journal: Journal, host: Host, time: number, user: string, uid: number, lasts: number): void {
  const program = `CRON[${pidAt(time) + 1}]`;
  syslog(
    journal,
    host,
    time,
    program,
    `pam_unix(cron:session): session opened for user ${user}(uid=${uid}) by (uid=0)`,
  );
  syslog(journal, host, time + lasts, program, `pam_unix(cron:session): session closed for user ${user}`);
}

interface Sudo {
  readonly host: Host;
  readonly user: string;
  readonly uid: number;
  readonly tty: string;
  readonly folder: string;
}

function sudo(journal: Journal, who: Sudo, time: number, command: string, lasts = 2 * SECOND): void {
  const by = who.tty === 'unknown' ? '' : who.user;
  syslog(
    journal,
    who.host,
    time,
    'sudo',
    `${who.user.padStart(8)} : TTY=${who.tty} ; PWD=${who.folder} ; USER=root ; COMMAND=${command}`,
  );
  syslog(
    journal,
    who.host,
    time,
    'sudo',
    `pam_unix(sudo:session): session opened for user root(uid=0) by ${by}(uid=${who.uid})`,
  );
  syslog(journal, who.host, time + lasts, 'sudo', 'pam_unix(sudo:session): session closed for user root');
}

/** The nightly backup: cron starts it, and it reads as root through sudo on every host. */
export function backup(journal: Journal): void {
  for (const [index, host] of HOSTS.entries()) {
    const who: Sudo = { host, user: 'backup', uid: 34, tty: 'unknown', folder: '/var/backups' };
    for (let time = STORY.start + 2 * HOUR + (10 + 5 * index) * MINUTE + SECOND; time < STORY.end; time += 24 * HOUR) {
      job(journal, host, time, 'backup', 34, 6 * MINUTE);
      sudo(
        journal,
        who,
        time + SECOND,
        '/usr/bin/tar --create --zstd --file=/var/backups/etc.tar.zst /etc',
        9 * SECOND,
      );
      sudo(journal, who, time + 11 * SECOND, '/usr/bin/rsync -a --delete /var/www/ /var/backups/www/', 5 * MINUTE);
    }
  }
}

interface Person {
  readonly user: string;
  readonly uid: number;
}
interface Sitting {
  readonly host: Host;
  readonly person: Person;
  readonly address: string;
  readonly port: number;
  readonly start: number;
  readonly end: number;
  readonly number: number;
}

function opened(
  journal: Journal,
  { host, person, address, port, start, number }: Sitting,
  how: 'password' | 'publickey',
): void {
  const key = how === 'publickey' ? `: ED25519 SHA256:${fingerprint(person.user)}` : '';
  syslog(
    journal,
    host,
    start,
    sshd(start),
    `Accepted ${how} for ${person.user} from ${address} port ${port} ssh2${key}`,
  );
  syslog(
    journal,
    host,
    start,
    sshd(start),
    `pam_unix(sshd:session): session opened for user ${person.user}(uid=${person.uid}) by (uid=0)`,
  );
  syslog(journal, host, start, 'systemd-logind[602]', `New session ${number} of user ${person.user}.`);
  syslog(
    journal,
    host,
    start,
    `systemd[${pidAt(start) + 3}]`,
    `pam_unix(systemd-user:session): session opened for user ${person.user}(uid=${person.uid}) by (uid=0)`,
  );
}

function closed(journal: Journal, { host, person, address, port, start, end, number }: Sitting): void {
  const child = `sshd[${pidAt(start) + 6}]`;
  syslog(journal, host, end, child, `Received disconnect from ${address} port ${port}:11: disconnected by user`);
  syslog(journal, host, end, child, `Disconnected from user ${person.user} ${address} port ${port}`);
  syslog(journal, host, end, sshd(start), `pam_unix(sshd:session): session closed for user ${person.user}`);
  syslog(journal, host, end, 'systemd-logind[602]', `Session ${number} logged out. Waiting for processes to exit.`);
  syslog(journal, host, end, 'systemd-logind[602]', `Removed session ${number}.`);
}

function mistyped(journal: Journal, { host, person, address, port, start }: Sitting, before: number): void {
  const time = start - before;
  syslog(
    journal,
    host,
    time - 2 * SECOND,
    sshd(start),
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${address}  user=${person.user}`,
  );
  syslog(journal, host, time, sshd(start), `Failed password for ${person.user} from ${address} port ${port} ssh2`);
}

const ERRANDS = [
  '/usr/bin/apt update',
  '/usr/bin/apt upgrade',
  '/usr/bin/systemctl status nginx',
  '/usr/bin/journalctl -u nginx --since today',
  '/usr/sbin/nginx -t',
  '/usr/bin/systemctl reload nginx',
  '/usr/bin/less /var/log/auth.log',
  '/usr/bin/du -sh /var/log',
  '/usr/bin/cat /var/log/nginx/error.log',
] as const;

/** The admins: in the morning they come to the bastion (now and then with a mistyped password), go on to a web node, and do errands through sudo. */
export function admins(journal: Journal): void {
  const random = seeded('admins');
  for (let day = 0; day < 3; day += 1) {
    for (const [index, admin] of ADMINS.entries()) {
      const start = STORY.start + day * 24 * HOUR + (8 + index) * HOUR + random.int(0, 50 * MINUTE);
      const sitting = {
        host: 'bastion',
        person: admin,
        address: admin.address,
        port: random.int(40_000, 60_000),
        start,
        end: start + random.int(2, 5) * HOUR,
        number: 40 + day * 10 + index,
      } as const;
      const slips =
        [
          [0, 1, 0],
          [2, 0, 1],
          [0, 0, 3],
        ][day]?.[index] ?? 0;
      for (let slip = slips; slip > 0; slip -= 1) mistyped(journal, sitting, slip * 5 * SECOND);
      opened(journal, sitting, slips > 0 || random.chance(0.3) ? 'password' : 'publickey');
      onward(journal, random, sitting, index + day);
      closed(journal, sitting);
    }
  }
}

function onward(journal: Journal, random: Random, from: Sitting, turn: number): void {
  const host = turn % 2 === 0 ? 'web-1' : 'web-2';
  const start = from.start + random.int(20, 400) * SECOND;
  const sitting = {
    ...from,
    host,
    address: TEMPTERS.bastion,
    port: random.int(40_000, 60_000),
    start,
    end: start + random.int(20, 90) * MINUTE,
  } as const;
  opened(journal, sitting, 'publickey');
  const who: Sudo = {
    host,
    user: from.person.user,
    uid: from.person.uid,
    tty: 'pts/0',
    folder: `/home/${from.person.user}`,
  };
  for (let count = random.int(2, 5); count > 0; count -= 1)
    sudo(journal, who, start + count * 3 * MINUTE + random.int(0, 90_000), random.pick(ERRANDS));
  closed(journal, sitting);
}

/** What an admin does once: takes a root shell to mend a disk, and makes an ordinary account for a new colleague on the bastion. */
export function housekeeping(journal: Journal): void {
  const [yuna] = ADMINS;
  const shell = at('2026-03-10T15:20:00Z');
  sudo(
    journal,
    { host: 'web-2', user: yuna.user, uid: yuna.uid, tty: 'pts/1', folder: '/home/yuna' },
    shell,
    '/bin/bash',
    14 * MINUTE,
  );
  const time = at('2026-03-10T12:40:00Z');
  const who = { host: 'bastion', user: yuna.user, uid: yuna.uid, tty: 'pts/0', folder: '/home/yuna' } as const;
  sudo(journal, who, time, `/usr/sbin/useradd -m -s /bin/bash ${NEW_COLLEAGUE}`);
  syslog(journal, 'bastion', time, `useradd[${pidAt(time) + 1}]`, `new group: name=${NEW_COLLEAGUE}, GID=1007`);
  syslog(
    journal,
    'bastion',
    time,
    `useradd[${pidAt(time) + 1}]`,
    `new user: name=${NEW_COLLEAGUE}, UID=1007, GID=1007, home=/home/${NEW_COLLEAGUE}, shell=/bin/bash, from=/dev/pts/0`,
  );
  sudo(journal, who, time + 40 * SECOND, `/usr/sbin/usermod -aG readers ${NEW_COLLEAGUE}`);
  syslog(
    journal,
    'bastion',
    time + 40 * SECOND,
    `usermod[${pidAt(time + 40 * SECOND) + 1}]`,
    `add '${NEW_COLLEAGUE}' to group 'readers'`,
  );
  syslog(
    journal,
    'bastion',
    time + 40 * SECOND,
    `usermod[${pidAt(time + 40 * SECOND) + 1}]`,
    `add '${NEW_COLLEAGUE}' to shadow group 'readers'`,
  );
}

/** The deploy: on both nodes the deploy account restarts the booking service through sudo. */
export function deploy(journal: Journal): void {
  for (const [index, host] of (['web-1', 'web-2'] as const).entries()) {
    const person = { user: 'deploy', uid: 998 };
    const start = DEPLOY.start - 40 * SECOND + index * 9 * SECOND;
    const sitting = {
      host,
      person,
      address: TEMPTERS.bastion,
      port: 47_110 + index,
      start,
      end: DEPLOY.end + 20 * SECOND,
      number: 77,
    } as const;
    opened(journal, sitting, 'publickey');
    sudo(
      journal,
      { host, user: 'deploy', uid: 998, tty: 'unknown', folder: '/srv/booking' },
      DEPLOY.start - 2 * SECOND + index * 500,
      '/usr/bin/systemctl restart booking-api',
      58 * SECOND,
    );
    closed(journal, sitting);
  }
}
