import type { EcsEvent, Fields, FieldValue, Logsource } from '../event/index.js';
import {
  isKeyedByChannel,
  isKeyedByProgram,
  logsourceContradicted,
  logsourceKey,
  logsourceMatches,
  logsourcesOf,
  overrideLogsources,
} from '../rule/taxonomy/logsource.js';
import type { EventRule } from '../rule/types.js';
import { Plan, type PlanContext } from './plan.js';

/** Log source keys remembered; more than this only in a flood of invented ones. */
const KEYS = 4096;
/** Rules that all plans together may hold, as a multiple of the rule set (and at least so many). */
const SHARE = 4;
const AT_LEAST = 2000;

/** Kinds of events remembered by what decides their log sources. */
const RECENT = 16;

/**
 * An event's plan, by what alone decides it for most formats; `category` and `type` by identity, since formats share
 * theirs. Of Windows' events `program` is their code; `channel` and what follows are undefined for others.
 */
interface Recent {
  readonly dataset: FieldValue | undefined;
  readonly program: FieldValue | undefined;
  readonly category: FieldValue | undefined;
  readonly channel: FieldValue | undefined;
  readonly type: FieldValue | undefined;
  readonly told: Logsource | undefined;
  readonly choice: Choice;
}

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
  readonly #recent: Recent[] = [];
  #next = 0;

  constructor(
    rules: readonly EventRule[],
    readonly context: PlanContext,
  ) {
    this.#rules = rules;
    this.#groups = groupRules(rules);
    this.#strict = this.#groups.some(({ logsource, loose }) => !loose && Object.keys(logsource).length > 0);
    this.#loose = this.#groups.some(({ loose }) => loose);
  }

  /** The plan for an event. Cost: a few comparisons where an event like it came lately, else making its key. */
  of({ fields, source }: EcsEvent): Choice {
    const told = source.settings.logsource;
    return this.#strict
      ? this.#recentOr(fields, told)
      : this.#lookUp(this.#loose ? looseKey(fields) : '', told, fields);
  }

  #recentOr(fields: Fields, told: Logsource | undefined): Choice {
    const channel = fields['winlog.channel'];
    const dataset = fields['event.dataset'];
    const program = channel === undefined ? fields['process.name'] : fields['event.code'];
    const category = fields['event.category'];
    const type = channel === undefined ? undefined : fields['event.type'];
    for (const one of this.#recent) {
      if (one.program === program && one.category === category && one.dataset === dataset && one.told === told) {
        if (one.channel === channel && one.type === type) return one.choice;
      }
    }
    const choice = this.#lookUp(this.#keyOf(fields), told, fields);
    if (
      !this.#loose &&
      (channel === undefined ? isKeyedByProgram(dataset) : isKeyedByChannel(fields)) &&
      (typeof program !== 'string' || program.length < 13)
    ) {
      this.#recent[this.#next] = { dataset, program, category, channel, type, told, choice };
      this.#next = (this.#next + 1) % RECENT;
    }
    return choice;
  }

  #keyOf(fields: Fields): string {
    const key = logsourceKey(fields);
    return this.#loose ? `${key}\u0000${looseKey(fields)}` : key;
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
    const derived = logsourcesOf(logsourceKey(fields));
    const has = told === undefined ? derived : overrideLogsources(derived, told);
    const groups = this.#groups.filter(({ logsource, loose }) =>
      loose ? !logsourceContradicted(logsource, fields) : logsourceMatches(logsource, has),
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
      return { plan: new Plan(rules, this.context), allowed: undefined };
    }
    this.#all ??= new Plan(this.#rules, this.context);
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

/** The fields that can contradict a rule's log source under `--no-mapping`; see `logsourceContradicted`. */
const OWN_FIELDS = ['product', 'category', 'service'].flatMap((name) => [name, `logsource.${name}`]);

function looseKey(fields: Fields): string {
  if (!hasOwn(fields)) return '';
  return JSON.stringify(OWN_FIELDS.map((name) => keyPart(fields[name])));
}

function hasOwn(fields: Fields): boolean {
  for (let i = 0; i < OWN_FIELDS.length; i++) if (fields[OWN_FIELDS[i] as string] !== undefined) return true;
  return false;
}

/** No rule's product, category or service is longer than the part kept: whatever is contradicts them all. */
function keyPart(value: FieldValue | undefined): string | null {
  return typeof value === 'string' ? value.slice(0, 200) : null;
}
