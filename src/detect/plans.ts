import type { EcsEvent, Fields, Logsource } from '../event/index.js';
import type { EventRule } from '../rule/types.js';
import type { Frame } from './frame.js';
import { Plan } from './plan.js';
import { fold } from './text.js';
import type { Atoms } from './witness.js';

/** The log sources an event has, by dimension. */
export interface EventLogsources {
  readonly products: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

/** The one table that derives an event's log sources (`rule/logsource`). */
export interface LogsourceTable {
  /** Equal for events with the same log sources. */
  keyOf(fields: Fields): string;
  of(key: string): EventLogsources;
}

/** Log source keys remembered; more than this only in a flood of invented ones. */
const KEYS = 4096;
/** Rules that all plans together may hold, as a multiple of the rule set (and at least so many). */
const SHARE = 4;
const AT_LEAST = 2000;

/** The plan for an event; where `allowed` is given, matches of other rules don't count. */
export interface Choice {
  readonly plan: Plan;
  readonly allowed: ReadonlySet<number> | undefined;
}

/** Rules with one log source: they are satisfied together. */
interface LogsourceGroup {
  readonly logsource: Logsource;
  readonly loose: boolean;
  readonly rules: readonly EventRule[];
}

/**
 * Finds the plan for an event by its log sources; builds each plan the first time it is needed.
 *
 * Bounded whatever the events say: where their log sources come in too many combinations for plans of their own, one
 * plan of all rules serves the rest, and its matches are filtered.
 */
export class Plans {
  readonly #rules: readonly EventRule[];
  readonly #groups: readonly LogsourceGroup[];
  readonly #strict: boolean;
  readonly #loose: boolean;
  readonly #byKey = new Map<Logsource | undefined, Map<string, Choice>>();
  readonly #byGroups = new Map<string, Choice>();
  #held = 0;
  #all: Plan | undefined;
  #lastKey: string | undefined;
  #lastTold: Logsource | undefined;
  #last: Choice | undefined;

  constructor(
    rules: readonly EventRule[],
    readonly atoms: Atoms,
    readonly frame: Frame,
    readonly table: LogsourceTable,
  ) {
    this.#rules = rules;
    this.#groups = groupRules(rules);
    this.#strict = this.#groups.some(({ logsource, loose }) => !loose && Object.keys(logsource).length > 0);
    this.#loose = this.#groups.some(({ loose }) => loose);
  }

  /** The plan for an event. Cost: making the key, and a look-up where it differs from the last event's. */
  of(event: EcsEvent): Choice {
    const key = this.#keyOf(event.fields);
    const told = event.source.settings.logsource;
    if (this.#last !== undefined && key === this.#lastKey && told === this.#lastTold) return this.#last;
    this.#last = this.#lookUp(key, told, event.fields);
    this.#lastKey = key;
    this.#lastTold = told;
    return this.#last;
  }

  #keyOf(fields: Fields): string {
    if (!this.#loose) return this.#strict ? this.table.keyOf(fields) : '';
    const own = looseKey(fields);
    return this.#strict ? `${this.table.keyOf(fields)}\u0000${own}` : own;
  }

  #lookUp(key: string, told: Logsource | undefined, fields: Fields): Choice {
    let choices = this.#byKey.get(told);
    if (choices === undefined) this.#byKey.set(told, (choices = new Map<string, Choice>()));
    let choice = choices.get(key);
    if (choice === undefined) {
      if (choices.size >= KEYS) choices.clear();
      choice = this.#choose(fields, told);
      choices.set(key, choice);
    }
    return choice;
  }

  #choose(fields: Fields, told: Logsource | undefined): Choice {
    const has = this.#strict ? this.table.of(this.table.keyOf(fields)) : undefined;
    const groups = this.#groups.filter((group) =>
      group.loose ? !contradicts(group.logsource, fields) : satisfies(group.logsource, has, told),
    );
    const name = groups.map((group) => this.#groups.indexOf(group)).join();
    let choice = this.#byGroups.get(name);
    if (choice === undefined) {
      choice = this.#make(groups.flatMap((group) => group.rules));
      if (choice.allowed === undefined) this.#byGroups.set(name, choice);
    }
    return choice;
  }

  #make(rules: readonly EventRule[]): Choice {
    const all = rules.length === this.#rules.length;
    if (!all && this.#held + rules.length + 1 <= Math.max(AT_LEAST, SHARE * this.#rules.length)) {
      this.#held += rules.length + 1;
      return { plan: new Plan(rules, this.atoms, this.frame), allowed: undefined };
    }
    this.#all ??= new Plan(this.#rules, this.atoms, this.frame);
    return { plan: this.#all, allowed: all ? undefined : new Set(rules.map((rule) => rule.index)) };
  }
}

function groupRules(rules: readonly EventRule[]): readonly LogsourceGroup[] {
  const groups = new Map<string, { logsource: Logsource; loose: boolean; rules: EventRule[] }>();
  for (const rule of rules) {
    const { product = '', category = '', service = '' } = rule.logsource;
    const name = JSON.stringify([rule.looseLogsource, product, category, service]);
    const group = groups.get(name);
    if (group !== undefined) group.rules.push(rule);
    else groups.set(name, { logsource: rule.logsource, loose: rule.looseLogsource, rules: [rule] });
  }
  return [...groups.values()];
}

/** Every dimension the rule sets is one the event has; what the operator told replaces what the table says. */
function satisfies(logsource: Logsource, has: EventLogsources | undefined, told: Logsource | undefined): boolean {
  return (
    satisfiesOne(logsource.product, told?.product, has?.products) &&
    satisfiesOne(logsource.category, told?.category, has?.categories) &&
    satisfiesOne(logsource.service, told?.service, has?.services)
  );
}

function satisfiesOne(
  wanted: string | undefined,
  told: string | undefined,
  has: ReadonlySet<string> | undefined,
): boolean {
  if (wanted === undefined) return true;
  return told === undefined ? has?.has(wanted) === true : told === wanted;
}

const DIMENSIONS = ['product', 'category', 'service'] as const;

/** `--no-mapping`: an event's own field of the dimension's name says otherwise. */
function contradicts(logsource: Logsource, fields: Fields): boolean {
  return DIMENSIONS.some((dimension) => {
    const wanted = logsource[dimension];
    const value = fields[dimension];
    return wanted !== undefined && typeof value === 'string' && fold(value) !== fold(wanted);
  });
}

function looseKey(fields: Fields): string {
  const { product, category, service } = fields;
  if (product === undefined && category === undefined && service === undefined) return '';
  return JSON.stringify([product, category, service].map((value) => (typeof value === 'string' ? value : null)));
}
