import type { Journal } from './journal.js';
import { access, fault, forbidden, logIn, missingFile, pidAt, syslog, type Request } from './lines.js';
import { MINUTE, SECOND } from './moment.js';
import { COMMANDS, FILES, FOLDERS, INJECTIONS, SECRETS, SHELL } from './payloads.js';
import { listedName, TRIED_ACCOUNTS } from './people.js';
import { nth, seeded } from './random.js';
import { FALLEN, INTRUDER, stageOf, STUFFING_ADDRESSES, type Stage } from './story.js';

const SCANNER = 'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:map_codes)';
const CURL = 'curl/8.5.0';
/** The password list's tool passes itself off as one browser, six years old. */
const STUFFER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.130 Safari/537.36';
const READER = 'python-requests/2.31.0';

const only = (stage: Stage): string => nth(stage.addresses, 0);

/** Stage 1: a vulnerability scanner walks 720 paths that aren't there and asks for secret files, in a quarter of an hour. */
export function scan(journal: Journal): void {
  const stage = stageOf('scan');
  const random = seeded('scan');
  const paths = FOLDERS.flatMap((folder) => FILES.map((file) => `/${folder}/${file}`));
  const step = (stage.end - stage.start) / (paths.length + 1);
  for (const [index, path] of paths.entries()) {
    const time = Math.floor(stage.start + index * step + random.int(0, 400));
    probe(journal, {
      time,
      address: only(stage),
      target: path,
      agent: SCANNER,
      version: '1.1',
      status: 404,
      bytes: 1_214,
      node: 'web-1',
    });
    const secret = index % 50 === 20 ? SECRETS[Math.floor(index / 50)] : undefined;
    if (secret !== undefined)
      probe(journal, {
        time: time + 300,
        address: only(stage),
        target: secret,
        agent: SCANNER,
        version: '1.1',
        status: secret.includes('.ht') ? 403 : 404,
        bytes: 1_214,
        node: 'web-1',
      });
  }
}

function probe(journal: Journal, request: Request): void {
  access(journal, request);
  if (request.status === 404) missingFile(journal, request);
  else forbidden(journal, request);
}

/** Stage 2: commands slipped into a URL, at first answered 5xx; then POSTs to a new script below the uploads, answered 200. */
export function exploit(journal: Journal): void {
  const stage = stageOf('exploit');
  const random = seeded('exploit');
  for (const [index, [status, source]] of INJECTIONS.entries()) {
    const request = {
      time: stage.start + index * 52 * SECOND + random.int(0, 9_000),
      address: only(stage),
      target: `/tools/resize.php?w=320&src=${source}`,
      agent: CURL,
      version: '1.1',
      status,
      bytes: random.int(180, 2_400),
      node: 'web-1',
    } as const;
    access(journal, request);
    if (status >= 500) fault(journal, request, 'php');
  }
  for (const [index, command] of COMMANDS.entries()) {
    const time = stage.start + 19 * MINUTE + index * 61 * SECOND + random.int(0, 9_000);
    access(journal, {
      time,
      address: only(stage),
      method: 'POST',
      target: `${SHELL}?cmd=${command}`,
      agent: CURL,
      version: '1.1',
      bytes: random.int(40, 6_000),
      node: 'web-1',
    });
  }
}

const SUDO = `${INTRUDER.through} : TTY=unknown ; PWD=/var/www/site/uploads/tours ; USER=root ; COMMAND=`;

/** Stage 3, on web-1: the web server's account becomes root through sudo, and makes an account that may do everything. */
export function root(journal: Journal): void {
  const stage = stageOf('root');
  const { made } = INTRUDER;
  const line = (seconds: number, program: string, text: string): void => {
    const time = stage.start + seconds * SECOND;
    syslog(journal, 'web-1', time, program.endsWith('[]') ? `${program.slice(0, -1)}${pidAt(time)}]` : program, text);
  };
  line(10, 'sudo', `${SUDO}list`);
  for (const [second, command] of [
    [41, '/usr/bin/id'],
    [122, '/bin/bash'],
  ] as const) {
    line(second, 'sudo', `${SUDO}${command}`);
    line(second, 'sudo', 'pam_unix(sudo:session): session opened for user root(uid=0) by (uid=33)');
    line(second === 41 ? 41 : 1_290, 'sudo', 'pam_unix(sudo:session): session closed for user root');
  }
  line(200, 'useradd[]', `new group: name=${made}, GID=1004`);
  line(200, 'useradd[]', `new user: name=${made}, UID=1004, GID=1004, home=/home/${made}, shell=/bin/bash, from=none`);
  line(221, 'chpasswd[]', `pam_unix(chpasswd:chauthtok): password changed for ${made}`);
  line(245, 'usermod[]', `add '${made}' to group 'sudo'`);
  line(245, 'usermod[]', `add '${made}' to shadow group 'sudo'`);
  intruderLogsIn(stage, line);
}

function intruderLogsIn(stage: Stage, line: (seconds: number, program: string, text: string) => void): void {
  const { made } = INTRUDER;
  const sshd = `sshd[${pidAt(stage.start + 410 * SECOND)}]`;
  line(410, sshd, `Accepted password for ${made} from ${only(stage)} port 51844 ssh2`);
  line(410, sshd, `pam_unix(sshd:session): session opened for user ${made}(uid=1004) by (uid=0)`);
  line(410, 'systemd-logind[602]', `New session 118 of user ${made}.`);
  line(1_270, sshd, `Received disconnect from ${only(stage)} port 51844:11: disconnected by user`);
  line(1_270, sshd, `Disconnected from user ${made} ${only(stage)} port 51844`);
  line(1_270, sshd, `pam_unix(sshd:session): session closed for user ${made}`);
  line(1_270, 'systemd-logind[602]', 'Session 118 logged out. Waiting for processes to exit.');
  line(1_270, 'systemd-logind[602]', 'Removed session 118.');
}

const ROUNDS = 12;
/** Wrong passwords of an account before the right one: more than any person of the story needs. */
const WRONG_BEFORE = 6;

/**
 * Stages 4 and 5: 40 addresses take turns, one try every five seconds, twelve tries an address; most names have no
 * account here, some do, and seven of those fall, each at the seventh try from the same address.
 */
export function stuffing(journal: Journal): void {
  const stage = stageOf('stuffing');
  const random = seeded('stuffing');
  const tries = ROUNDS * STUFFING_ADDRESSES.length;
  const step = (stage.end - stage.start - MINUTE) / tries;
  for (let index = 0; index < tries; index += 1) {
    const turn = Math.floor(index / STUFFING_ADDRESSES.length);
    const address = index % STUFFING_ADDRESSES.length;
    const time = Math.floor(stage.start + index * step + random.int(0, 3_000));
    logIn(journal, {
      time,
      address: nth(STUFFING_ADDRESSES, address),
      agent: STUFFER,
      ...listEntry(index, turn, address),
    });
  }
}

function listEntry(
  index: number,
  turn: number,
  address: number,
): { readonly user: string; readonly result: 'success' | 'wrong password' | 'unknown user' } {
  const account = FALLEN.find(
    (each) => each.address === address && turn >= each.turn - WRONG_BEFORE && turn <= each.turn,
  );
  if (account !== undefined)
    return { user: account.user, result: account.turn === turn ? 'success' : 'wrong password' };
  if ((index + turn) % 8 === 3) return { user: nth(TRIED_ACCOUNTS, Math.floor(index / 8)), result: 'wrong password' };
  return { user: listedName(index), result: 'unknown user' };
}

const RECORDS_EACH = 1_200;

/** Stage 6: two addresses with the stolen sessions read bookings one after the other, 2,400 of them and somewhat over 400 MB. */
export function retrieval(journal: Journal): void {
  const stage = stageOf('retrieval');
  const random = seeded('retrieval');
  const step = (stage.end - stage.start - MINUTE) / RECORDS_EACH;
  for (const [reader, address] of stage.addresses.entries()) {
    for (let index = 0; index < RECORDS_EACH; index += 1) {
      const time = Math.floor(stage.start + index * step + random.int(0, 1_200));
      const target = `/api/bookings/${100_001 + reader * RECORDS_EACH + index}`;
      access(journal, {
        time,
        address,
        target,
        agent: READER,
        version: '1.1',
        bytes: random.int(152_000, 186_000),
        node: reader === 0 ? 'web-1' : 'web-2',
      });
    }
  }
}

/** Stage 7: three addresses ask for the dearest report until the booking service fails; two of them reach web-2, one web-1 at a seventh of the rate. */
export function outage(journal: Journal): void {
  const stage = stageOf('outage');
  const random = seeded('outage');
  for (let time = stage.start; time < stage.end - SECOND; time += random.int(500, 1_000)) {
    const address = nth(stage.addresses, random.chance(1 / 8) ? 2 : random.int(0, 1));
    const late = time - stage.start > 70 * SECOND;
    const status = late ? random.pick([502, 504, 502, 503]) : 200;
    const request = {
      time,
      address,
      target: '/api/search?from=1990-01-01&to=2030-12-31&all=1&sort=price',
      agent: READER,
      version: '1.1',
      status,
      bytes: late ? 494 : random.int(300_000, 900_000),
      node: address === stage.addresses[2] ? 'web-1' : 'web-2',
    } as const;
    access(journal, request);
    if (late) fault(journal, request, status === 504 ? 'timeout' : random.chance(0.7) ? 'refused' : 'premature');
  }
}
