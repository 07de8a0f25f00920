import type { FieldValue } from '../../event/index.js';
import { isUnsafe, Layout } from './layout.js';
import type { JsonObject } from '../line.js';
import { compileShape, isPlainName } from '../shape.js';
import { Pace } from './template-pace.js';

/** Values of one family. */
const MOST_SLOTS = 180;
/** Keys known besides, none of which has been usual yet. */
const MOST_PENDING = 256;
const MOST_DEPTH = 16;
const LONGEST_KEY = 128;
/** Objects in one list, and values of all lists of one document. */
const MOST_ITEMS = 64;
const MOST_LISTED = 4096;
/** Documents with a key before it is worth a place, and with those that get theirs by the way. */
const USUAL = 24;
const ALMOST_USUAL = 8;
/** Documents learned from, whatever comes of it. */
const FREE = 2000;

/** A key where it stands in documents; what stands below it as object or as list of objects. */
class Member {
  readonly key: string;
  /** The dotted name; undefined: at the top. */
  readonly path: string | undefined;
  below: Map<string, Member> | undefined = undefined;
  /** Which of the family's values it is; -1: none. */
  slot = -1;
  /** Documents that had a value there, before it was given a slot. */
  seen = 0;
  /** The member that came first below it, and that which came behind it, the last time. */
  first: Member | undefined = undefined;
  next: Member | undefined = undefined;

  constructor(key: string, path: string | undefined) {
    this.key = key;
    this.path = path;
  }
}

/**
 * Documents that have most keys in common, each of which may be there or not, in any order: one layout for all of them,
 * the union of their keys, where a layout of `Layouts` for each combination would be too many. What a document doesn't have
 * is undefined among the values.
 *
 * Changes no answer: where a document has a key that is not usual yet, an odd one, or two values under one dotted name,
 * the family doesn't read it. Bounded: 180 values, 256 keys besides, and after the first 2000 documents a pace for what can't
 * be read.
 */
export class Family {
  /** Whether it has read a document since this was set to false. */
  isUsed = true;
  #layout: Layout | undefined = undefined;
  readonly #top = new Member('', undefined);
  readonly #paths: string[] = [];
  /** Names of all members: none has two places. */
  #names = new Set<string>();
  #pending = 0;
  #free = FREE;
  readonly #pace = new Pace();
  #values: (FieldValue | undefined)[] = [];
  #listed = 0;

  /** Whether the next document may be tried. */
  next(): boolean {
    return this.#pace.next();
  }

  /** The layout of a document, its values written over `values`; undefined where the family does not have all its keys. */
  read(document: JsonObject, values: (FieldValue | undefined)[]): Layout | undefined {
    if (this.#layout === undefined) return undefined;
    for (let slot = 0; slot < this.#paths.length; slot++) values[slot] = undefined;
    this.#values = values;
    this.#listed = 0;
    if (!this.#object(this.#top, document, 0)) return undefined;
    this.#pace.gain();
    this.isUsed = true;
    return this.#layout;
  }

  #object(above: Member, object: JsonObject, depth: number): boolean {
    let last: Member | undefined;
    for (const key in object) {
      const member = memberOf(above, last, key);
      if (member === undefined) return false;
      last = member;
      const value = object[key];
      if (typeof value !== 'object' || value === null) {
        if (member.slot < 0) return false;
        this.#values[member.slot] = value;
      } else if (Array.isArray(value)) {
        if (!this.#list(member, value as readonly FieldValue[], depth + 2)) return false;
      } else if (depth === MOST_DEPTH || !this.#object(member, value as JsonObject, depth + 1)) return false;
    }
    return true;
  }

  /** A list, which is a value itself, and what is gathered of the objects in it. */
  #list(member: Member, list: readonly FieldValue[], depth: number): boolean {
    this.#listed += list.length;
    if (member.slot < 0 || this.#listed > MOST_LISTED) return false;
    this.#values[member.slot] = list;
    return this.#items(member, list, depth);
  }

  #items(member: Member, list: readonly FieldValue[], depth: number): boolean {
    for (const item of list) {
      if (typeof item !== 'object' || item === null) continue;
      if (Array.isArray(item) || list.length > MOST_ITEMS || depth > MOST_DEPTH) return false;
      if (!this.#item(member, item as JsonObject, depth)) return false;
    }
    return true;
  }

  #item(above: Member, object: JsonObject, depth: number): boolean {
    let last: Member | undefined;
    for (const key in object) {
      const member = memberOf(above, last, key);
      if (member === undefined) return false;
      last = member;
      const value = object[key];
      if (value === undefined) return false;
      if (isItem(value)) {
        if (depth >= MOST_DEPTH || !this.#item(member, value, depth + 1)) return false;
      } else if (!this.#gather(member, value, depth)) return false;
    }
    return true;
  }

  /** Adds the value of one item, or the items of its list, to those of the items before it. */
  #gather(member: Member, value: FieldValue, depth: number): boolean {
    if (member.slot < 0) return false;
    const gathered = (this.#values[member.slot] ??= []) as FieldValue[];
    if (!Array.isArray(value)) {
      this.#listed++;
      gathered.push(value);
      return this.#listed <= MOST_LISTED;
    }
    const list = value as readonly FieldValue[];
    this.#listed += list.length + 1;
    if (this.#listed > MOST_LISTED) return false;
    for (const item of list) gathered.push(item);
    return this.#items(member, list, depth + 2);
  }

  /** Whether a document belongs here: at least half of its first keys are known, and there is room for others. */
  isHomeOf(document: JsonObject): boolean {
    if (this.#paths.length === MOST_SLOTS) return false;
    let known = 0;
    let all = 0;
    for (const key in document) {
      all++;
      if (this.#top.below?.has(key) === true) known++;
    }
    return known * 2 >= all;
  }

  /** Learns from a document that it did not read. Linear. */
  learn(document: JsonObject): void {
    if (this.#free > 0) this.#free--;
    else this.#pace.tire();
    if (this.#count(this.#top, document, 0)) this.#grow();
  }

  /** Counts the keys that have no slot; whether one is usual by now. */
  #count(above: Member, object: JsonObject, depth: number): boolean {
    if (depth > MOST_DEPTH) return false;
    let isRipe = false;
    for (const key in object) {
      const member = above.below?.get(key) ?? this.#add(above, key);
      const value = object[key];
      if (member === undefined || value === undefined) continue;
      if (isItem(value)) isRipe = this.#count(member, value, depth + 1) || isRipe;
      else {
        if (member.slot < 0 && ++member.seen >= USUAL) isRipe = true;
        if (!Array.isArray(value)) continue;
        for (const item of value.slice(0, MOST_ITEMS) as readonly FieldValue[])
          if (isItem(item)) isRipe = this.#count(member, item, depth + 2) || isRipe;
      }
    }
    return isRipe;
  }

  #add(above: Member, key: string): Member | undefined {
    const path = above.path === undefined ? key : `${above.path}.${key}`;
    if (key.length > LONGEST_KEY || isUnsafe(key) || !isPlainName(path)) return undefined;
    if (this.#pending === MOST_PENDING) this.#tidy();
    if (this.#names.has(path)) return undefined;
    const member = new Member(key, path);
    (above.below ??= new Map<string, Member>()).set(key, member);
    this.#names.add(path);
    this.#pending++;
    return member;
  }

  /** Gives slots to what is usual or will soon be, and makes the layout anew. */
  #grow(): void {
    for (const member of membersOf(this.#top)) {
      if (member.slot >= 0 || member.seen < ALMOST_USUAL || this.#paths.length === MOST_SLOTS) continue;
      member.slot = this.#paths.push(member.path as string) - 1;
      this.#pending--;
    }
    const make = compileShape(this.#paths);
    this.#layout = make === undefined ? undefined : new Layout([...this.#paths], make, false);
  }

  /** Forgets the keys that are not usual. */
  #tidy(): void {
    prune(this.#top);
    this.#pending = 0;
    this.#names = new Set(membersOf(this.#top).map(({ path }) => path as string));
  }
}

/** The member of a key, for which the last one that came there is looked at first. */
function memberOf(above: Member, last: Member | undefined, key: string): Member | undefined {
  const usual = last === undefined ? above.first : last.next;
  if (usual !== undefined && usual.key === key) return usual;
  const member = above.below?.get(key);
  if (last === undefined) above.first = member;
  else last.next = member;
  return member;
}

function membersOf({ below }: Member): readonly Member[] {
  return [...(below?.values() ?? [])].flatMap((member) => [member, ...membersOf(member)]);
}

function prune(member: Member): void {
  member.first = undefined;
  member.next = undefined;
  for (const [key, inner] of member.below ?? []) {
    prune(inner);
    if (inner.slot < 0 && (inner.below === undefined || inner.below.size === 0)) member.below?.delete(key);
  }
}

function isItem(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
