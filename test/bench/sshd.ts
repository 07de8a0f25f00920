import { seeded } from '../../deploy/sample/random.js';
import { DAY, DAY_START, TimedLines } from './write.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const GUESSED = ['root', 'admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'deploy'];

/** What was planted in a generated file. */
export interface Planted {
  readonly file: string;
  readonly lines: number;
  readonly bytes: number;
  readonly attackers: readonly string[];
}

/**
 * A day of sshd lines: `attackers` addresses that guess fast (12 to 40 failures in under five minutes, two bursts)
 * among `benign` ones whose people mistype now and then and log in.
 */
export function writeSshd(file: string, size: { lines: number; attackers: number; benign: number }): Planted {
  const random = seeded(`bench sshd ${size.lines}`);
  const slots = new TimedLines(size.lines);
  const failing = new Uint8Array(size.attackers + size.benign);
  for (let actor = 0; actor < size.attackers; actor++) {
    for (let burst = 0; burst < 2; burst++) {
      const start = DAY_START + random.int(0, DAY - 400_000);
      for (let n = random.int(12, 40); n > 0; n--) slots.add(start + random.int(0, 280_000), actor);
    }
  }
  for (
    let actor = size.attackers;
    slots.room > 0;
    actor = size.attackers + ((actor + 1 - size.attackers) % size.benign)
  ) {
    slots.add(DAY_START + random.int(0, DAY - 1), actor);
  }
  const bytes = slots.write(file, (time, actor) => {
    const n = (failing[actor] = ((failing[actor] ?? 0) + 1) & 0xff);
    return actor < size.attackers ? guess(time, actor, n) : ordinary(time, actor, n);
  });
  const attackers = Array.from({ length: size.attackers }, (_, actor) => addressOf(actor));
  return { file, lines: size.lines, bytes, attackers };
}

/** The `n`th line of an attacker: a password refused. */
export function guess(time: number, actor: number, n: number): string {
  const user = GUESSED[n % GUESSED.length] as string;
  const invalid = user === 'root' ? '' : 'invalid user ';
  return `${head(time, actor)}Failed password for ${invalid}${user} from ${addressOf(actor)} port ${20_000 + n} ssh2`;
}

/** The `n`th line of a person: every twelfth is a mistyped password, the rest log-ins and what goes with them. */
export function ordinary(time: number, actor: number, n: number): string {
  const user = `user${actor % 997}`;
  const from = `${addressOf(actor)} port ${30_000 + n}`;
  switch (n % 12) {
    case 0:
      return `${head(time, actor)}Failed password for ${user} from ${from} ssh2`;
    case 1:
    case 5:
    case 9:
      return `${head(time, actor)}Accepted publickey for ${user} from ${from} ssh2: ED25519 SHA256:q1uVnN2p0KfTd7mYb3sXw5cJh8rLz6eGaUoIy4PkRvM`;
    case 2:
    case 6:
    case 10:
      return `${head(time, actor)}pam_unix(sshd:session): session opened for user ${user}(uid=1${actor % 997}) by (uid=0)`;
    case 3:
    case 7:
      return `${head(time, actor)}Received disconnect from ${from}:11: disconnected by user`;
    default:
      return `${head(time, actor)}Disconnected from user ${user} ${from}`;
  }
}

function head(time: number, actor: number): string {
  const date = new Date(time);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)} bastion sshd[${1000 + (actor % 30_000)}]: `;
}

/** Addresses of actors: distinct, in 10.0.0.0/8. */
export function addressOf(actor: number): string {
  return `10.${100 + (actor >> 16)}.${(actor >> 8) & 0xff}.${actor & 0xff}`;
}

/** 50 addresses that each fail once every ten minutes for a day: slow guessing, never fast. */
export function writeSlowSshd(file: string): Planted {
  const slots = new TimedLines(50 * 144);
  for (let actor = 0; actor < 50; actor++) {
    for (let n = 0; n < 144; n++) slots.add(DAY_START + n * 600_000 + actor * 11_000, actor);
  }
  const bytes = slots.write(file, (time, actor) => guess(time, actor, Math.floor((time - DAY_START) / 600_000)));
  return { file, lines: 50 * 144, bytes, attackers: Array.from({ length: 50 }, (_, actor) => addressOf(actor)) };
}
