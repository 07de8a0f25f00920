import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { requiredLiterals } from './literals.js';

/** What an expression of uap-core makes of a text: a name and up to four parts of a version. */
export interface Named {
  readonly name: string;
  /** The parts joined by dots, up to the first that is missing; undefined where there is none. */
  readonly version: string | undefined;
}

/** uap-core's three lists, in their order: the first expression that matches and gives a name wins. */
export interface Definitions {
  readonly userAgents: readonly Expression[];
  readonly systems: readonly Expression[];
  readonly devices: readonly Expression[];
}

/** The keys that each list uses for its replacements: of the name, and of the parts of the version. */
const LISTS = {
  userAgents: ['user_agent_parsers', 'family_replacement', 'v'],
  systems: ['os_parsers', 'os_replacement', 'os_v'],
  devices: ['device_parsers', 'device_replacement', ''],
} as const;

let loaded: Definitions | undefined;

/**
 * The expressions of the package uap-core (Apache-2.0), which Elasticsearch's user agent processor uses too. Read once,
 * when first asked for (some milliseconds); each expression is compiled when a text first calls for it.
 *
 * @throws Error where the package's file is missing or not of the form it has.
 */
export function definitions(): Definitions {
  if (loaded !== undefined) return loaded;
  const file = createRequire(import.meta.url).resolve('uap-core/regexes.yaml');
  const lists = readLists(readFileSync(file, 'utf8'));
  const of = ([list, name, version]: (typeof LISTS)[keyof typeof LISTS]): readonly Expression[] =>
    (lists.get(list) ?? []).map((entry) => new Expression(entry, name, version));
  loaded = { userAgents: of(LISTS.userAgents), systems: of(LISTS.systems), devices: of(LISTS.devices) };
  return loaded;
}

/** One expression with what replaces its groups. */
export class Expression {
  readonly #entry: Entry;
  readonly #name: string | undefined;
  readonly #parts: readonly (string | undefined)[];
  readonly #literals: readonly string[];
  #compiled: RegExp | undefined;

  constructor(entry: Entry, nameKey: string, versionKey: string) {
    this.#entry = entry;
    this.#name = entry[nameKey];
    this.#parts = versionKey === '' ? [] : [1, 2, 3, 4].map((part) => entry[`${versionKey}${part}_replacement`]);
    const literals = requiredLiterals(entry['regex'] ?? '');
    this.#literals = entry['regex_flag'] === 'i' ? literals.map((text) => text.toLowerCase()) : literals;
  }

  /** undefined where the text does not match, or matches without a name. `lower` is the text in lower case. */
  match(text: string, lower: string): Named | undefined {
    if (!this.#mayMatch(this.#entry['regex_flag'] === 'i' ? lower : text)) return undefined;
    return this.run(text);
  }

  /** As `match`, without looking for the literals first: what `match` is held to by a test. */
  run(text: string): Named | undefined {
    this.#compiled ??= new RegExp(this.#entry['regex'] ?? '', this.#entry['regex_flag']);
    const groups = this.#compiled.exec(text);
    if (groups === null) return undefined;
    const name = this.#name === undefined ? groups[1] : filled(this.#name, groups);
    return name === undefined ? undefined : { name, version: this.#version(groups) };
  }

  #mayMatch(text: string): boolean {
    if (this.#literals.length === 0) return true;
    for (const literal of this.#literals) if (text.includes(literal)) return true;
    return false;
  }

  #version(groups: readonly (string | undefined)[]): string | undefined {
    const parts: string[] = [];
    for (let part = 0; part < this.#parts.length; part++) {
      const told = this.#parts[part];
      const value = told === undefined ? groups[part + 2] : filled(told, groups);
      if (value === undefined) break;
      parts.push(value);
    }
    return parts.length === 0 ? undefined : parts.join('.');
  }
}

/** A replacement with its `$1` to `$9` filled in; a group that took no part is nothing. */
function filled(replacement: string, groups: readonly (string | undefined)[]): string {
  if (!replacement.includes('$')) return replacement;
  return replacement.replace(/\$([1-9])/g, (_, group: string) => groups[Number(group)] ?? '').trim();
}

/** One entry of a list: its keys and their texts. */
export interface Entry {
  readonly [key: string]: string | undefined;
}

const HEADING = /^(\w+):\s*$/;
const KEY = /^ +(- )?(\w+): *(?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"|([^'"#][^#]*?)) *(?:#.*)?$/;

/**
 * Reads lists of flat maps in the narrow YAML that uap-core's file is written in (a heading, `- key: 'text'` lines),
 * 300 times faster than a whole YAML parser; a test compares the two on the package's file.
 *
 * @throws Error that names a line of another form.
 */
export function readLists(text: string): ReadonlyMap<string, readonly Entry[]> {
  const lists = new Map<string, Record<string, string>[]>();
  let list: Record<string, string>[] | undefined;
  text.split('\n').forEach((line, index) => {
    const heading = HEADING.exec(line)?.[1];
    const key = KEY.exec(line);
    if (heading !== undefined) lists.set(heading, (list = []));
    else if (key !== null) {
      if (key[1] !== undefined) list?.push({});
      const [, , name = '', single, double, plain = ''] = key;
      const entry = list?.at(-1);
      if (entry === undefined) throw new Error(`uap-core: line ${index + 1} stands before any list`);
      entry[name] = single?.replaceAll("''", "'") ?? (double === undefined ? plain : unescaped(double));
    } else if (line.trim() !== '' && !line.trimStart().startsWith('#')) {
      throw new Error(`uap-core: line ${index + 1} is of an unknown form: ${line}`);
    }
  });
  return lists;
}

function unescaped(text: string): string {
  return JSON.parse(`"${text}"`) as string;
}
