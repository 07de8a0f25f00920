import type { EcsEvent } from '../event/index.js';

const MINUTE = 60_000;
/** Zones lie whole quarters of an hour apart, at most 26 hours. */
const QUARTER = 15 * MINUTE;
const MOST_QUARTERS = 26 * 4;
/** How far from a whole quarter an event's way here may bring it. */
const NEAR = MINUTE;
/** So many events and so long in a row before it is told. */
const ENOUGH = 20;
const SPAN = 10 * MINUTE;
/** Hosts that are looked at. */
const MAX_HOSTS = 1000;

interface Run {
  quarters: number;
  events: number;
  since: number;
  told: boolean;
}

/**
 * Notices hosts whose events are steadily whole quarters of an hour off the time of their receipt, as where their zone is
 * another than was told: their windows are of a wrong time, and late ones are missed. Each is told once, after 20 events
 * in a row over 10 minutes of receipt (a backlog that is read has no such steady delay). Keeps a row a host, 1,000 at most.
 */
export class Skews {
  readonly #tell: (message: string) => void;
  readonly #hosts = new Map<string, Run>();

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  /** Takes an event of now and then. */
  saw({ fields, time, receiveTime, source: { label } }: EcsEvent): void {
    const late = receiveTime - time;
    const host = fields['host.name'];
    if (late === 0 || typeof host !== 'string') return; // the first as where it tells no time of its own
    const nearest = Math.round(late / QUARTER);
    const isOff = Math.abs(late - nearest * QUARTER) <= NEAR && Math.abs(nearest) <= MOST_QUARTERS;
    const quarters = isOff ? nearest : 0;
    const key = `${label}\n${host}`;
    const run = this.#hosts.get(key);
    if (run === undefined) {
      if (quarters !== 0 && this.#hosts.size < MAX_HOSTS)
        this.#hosts.set(key, { quarters, events: 1, since: receiveTime, told: false });
      return;
    }
    if (run.quarters !== quarters) Object.assign(run, { quarters, events: 0, since: receiveTime });
    run.events++;
    if (quarters === 0 || run.told || run.events < ENOUGH || receiveTime - run.since < SPAN) return;
    run.told = true;
    this.#tell(
      `${label}: the times of ${host} are steadily ${spanOf(Math.abs(quarters))} ${quarters > 0 ? 'behind' : 'ahead of'} ` +
        'the time of receipt, as where their zone is another than `timezone` says; name it there, or windows look at a wrong time',
    );
  }
}

function spanOf(quarters: number): string {
  const hours = Math.floor(quarters / 4);
  const minutes = (quarters % 4) * 15;
  return [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : ''].filter((part) => part !== '').join(' ');
}
