import { detach, type EntitySets, type Subject } from '../event/index.js';
import { ENTITY_LIMIT } from './limits.js';

/** Who and where of many detections: bounded sets of addresses, users and hosts. */
export class EntityBag {
  readonly ips = new Set<string>();
  readonly users = new Set<string>();
  readonly hosts = new Set<string>();
  more = false;
  #last: Subject | undefined;

  /** Adds a detection's entities; cheap where they are those of the one before. Keeps no reference to its batch. */
  add(subject: Subject): void {
    const last = this.#last;
    if (subject.ip !== undefined && subject.ip !== last?.ip) this.#put(this.ips, subject.ip);
    if (subject.user !== undefined && subject.user !== last?.user) this.#put(this.users, subject.user);
    if (subject.target !== undefined && subject.target !== last?.target) this.#put(this.users, subject.target);
    if (subject.host !== undefined && subject.host !== last?.host) this.#put(this.hosts, subject.host);
    this.#last = subject;
  }

  /** Lets go of the last subject seen, which may hold on to its batch. */
  settle(): void {
    this.#last = undefined;
  }

  /** Adds everything another bag or a restored set holds. */
  merge(other: { ips: Iterable<string>; users: Iterable<string>; hosts: Iterable<string>; more: boolean }): void {
    for (const ip of other.ips) this.#put(this.ips, ip);
    for (const user of other.users) this.#put(this.users, user);
    for (const host of other.hosts) this.#put(this.hosts, host);
    this.more ||= other.more;
  }

  /** The sets in a canonical order, whatever the order they were filled in. */
  sets(): EntitySets {
    return { ips: sorted(this.ips), users: sorted(this.users), hosts: sorted(this.hosts), more: this.more };
  }

  #put(set: Set<string>, value: string): void {
    if (set.has(value)) return;
    if (set.size >= ENTITY_LIMIT) this.more = true;
    else set.add(detach(value));
  }
}

function sorted(set: ReadonlySet<string>): readonly string[] {
  return [...set].sort();
}
