import { detach, type EntitySets, type Subject } from '../event/index.js';
import { ENTITY_LIMIT } from './limits.js';

/** Up to so many values a list is smaller and faster than a set. */
const FEW = 8;

/** Distinct texts: nothing, a short list, or a set. Most bags hold one of each, so this is what memory hangs on. */
type Texts = undefined | string[] | Set<string>;

/** Who and where of many detections: bounded sets of addresses, users and hosts. */
export class EntityBag {
  #ips: Texts = undefined;
  #users: Texts = undefined;
  #hosts: Texts = undefined;
  #more = false;
  #last: Subject | undefined = undefined;

  /** Adds a detection's entities; cheap where they are those of the one before. Keeps no reference to its batch. */
  add(subject: Subject): void {
    const last = this.#last;
    const { ip, user, target, host } = subject;
    if (ip !== undefined && ip !== last?.ip) this.#ips = this.#with(this.#ips, ip);
    if (user !== undefined && user !== last?.user) this.#users = this.#with(this.#users, user);
    if (target !== undefined && target !== last?.target) this.#users = this.#with(this.#users, target);
    if (host !== undefined && host !== last?.host) this.#hosts = this.#with(this.#hosts, host);
    this.#last = subject;
  }

  /** Lets go of the last subject seen, which may hold on to its batch. */
  settle(): void {
    this.#last = undefined;
  }

  /** Adds everything another bag holds. */
  merge(other: EntityBag): void {
    for (const ip of other.#ips ?? NONE) this.#ips = this.#with(this.#ips, ip);
    for (const user of other.#users ?? NONE) this.#users = this.#with(this.#users, user);
    for (const host of other.#hosts ?? NONE) this.#hosts = this.#with(this.#hosts, host);
    this.#more ||= other.#more;
  }

  /** The sets in a canonical order, whatever the order they were filled in. */
  sets(): EntitySets {
    return { ips: sorted(this.#ips), users: sorted(this.#users), hosts: sorted(this.#hosts), more: this.#more };
  }

  /** A bag that holds what `sets` told. */
  static of({ ips, users, hosts, more }: EntitySets): EntityBag {
    const bag = new EntityBag();
    for (const ip of ips) bag.#ips = bag.#with(bag.#ips, ip);
    for (const user of users) bag.#users = bag.#with(bag.#users, user);
    for (const host of hosts) bag.#hosts = bag.#with(bag.#hosts, host);
    bag.#more = more;
    return bag;
  }

  #with(texts: Texts, value: string): Texts {
    if (texts === undefined) return [detach(value)];
    if (texts instanceof Set) {
      if (texts.has(value)) return texts;
      if (texts.size >= ENTITY_LIMIT) this.#more = true;
      else texts.add(detach(value));
      return texts;
    }
    if (texts.includes(value)) return texts;
    if (texts.length >= FEW) return new Set(texts).add(detach(value));
    texts.push(detach(value));
    return texts;
  }
}

const NONE: readonly string[] = [];

function sorted(texts: Texts): readonly string[] {
  return texts === undefined ? NONE : [...texts].sort();
}
