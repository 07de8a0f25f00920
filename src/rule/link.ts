import { ENTITY_FIELDS } from '../event/index.js';
import type { Condition } from './condition.js';
import { strayAliases, type CorrelationDraft } from './correlation.js';
import { fieldReader } from './event-rule.js';
import { nearest, quote } from './problem.js';
import type { Taxonomy } from './meta.js';
import { holdsOnNothing, namesIn, orderedCases, parseRoles, toRoles } from './roles.js';
import type { CorrelationRef, EventRule, FieldRef, RoleCondition } from './types.js';

/** What a correlation can refer to by one name or id. */
export type Target =
  | { readonly kind: 'rule'; readonly index: number; readonly rule: EventRule; readonly taxonomy: Taxonomy }
  | { readonly kind: 'correlation'; readonly draft: CorrelationDraft };

/** Names and ids of everything that was read; `refused` and `disabled` ones too, so that a reference to them can say so. */
export interface Directory {
  readonly targets: ReadonlyMap<string, Target>;
  readonly refused: ReadonlySet<string>;
  readonly disabled: ReadonlySet<string>;
  readonly mapping: boolean;
}

/** A correlation whose names are resolved. */
export interface Linked {
  readonly draft: CorrelationDraft;
  readonly targets: readonly Target[];
  readonly refs: readonly CorrelationRef[];
  readonly roles: RoleCondition | undefined;
  readonly level: number;
  readonly index: number;
}

/**
 * Resolves the correlations' rules, fields and conditions, lowest level first, so that each finds what it refers to.
 *
 * What refers to something refused, disabled, unknown, or (through others) to itself is refused with a reason that
 * names it. `first` is the index of the first correlation. Linear in correlations and references.
 */
export function linkCorrelations(
  drafts: readonly CorrelationDraft[],
  directory: Directory,
  first: number,
): readonly Linked[] {
  const linker = new Linker(directory, first);
  for (const draft of drafts) linker.link(draft);
  return linker.linked;
}

const DEPTH_LIMIT = 50;

class Linker {
  readonly linked: Linked[] = [];
  readonly #done = new Map<CorrelationDraft, Linked | undefined>();
  readonly #open: CorrelationDraft[] = [];

  constructor(
    private readonly directory: Directory,
    private readonly first: number,
  ) {}

  link(draft: CorrelationDraft): Linked | undefined {
    if (this.#done.has(draft)) return this.#done.get(draft);
    if (this.#open.includes(draft)) return this.#cycle(draft);
    if (this.#open.length >= DEPTH_LIMIT)
      return fail(
        draft,
        draft.at,
        `correlations refer to each other more than ${DEPTH_LIMIT} deep`,
        'shorten the chain',
      );
    this.#open.push(draft);
    const linked = this.#resolve(draft);
    this.#open.pop();
    this.#done.set(draft, linked);
    if (linked !== undefined) this.linked.push(linked);
    return linked;
  }

  #cycle(draft: CorrelationDraft): undefined {
    const ring = [...this.#open.slice(this.#open.indexOf(draft)), draft].map((one) => one.meta.name ?? one.meta.id);
    return fail(
      draft,
      draft.at,
      `the correlations refer to each other in a circle: ${ring.join(' → ')}`,
      'remove one of the references',
    );
  }

  #resolve(draft: CorrelationDraft): Linked | undefined {
    const parsed = parseRoles(draft);
    if (parsed === undefined && draft.text !== undefined) return undefined;
    const names =
      draft.rules.length > 0 ? draft.rules.map(({ text, at }) => ({ name: text.trim(), at })) : namesIn(parsed, draft);
    const targets: Target[] = [];
    const levels: number[] = [];
    for (const { name, at } of names) {
      const target = this.#target(draft, name, at);
      if (target === undefined) continue;
      targets.push(target);
      if (target.kind === 'correlation') levels.push(this.#done.get(target.draft)?.level ?? 0);
    }
    if (draft.report.failed || targets.length !== names.length) return undefined;
    const known = names.map(({ name }) => name);
    const roles = parsed === undefined ? undefined : this.#roles(parsed, known, targets, draft);
    this.#checkAliases(draft, known, targets);
    const refs = known.map((name, role) => this.#ref(draft, name, targets[role] as Target));
    if (draft.report.failed) return undefined;
    const level = levels.length === 0 ? 0 : 1 + Math.max(...levels);
    return { draft, targets, refs, roles, level, index: this.first + this.linked.length };
  }

  #target(draft: CorrelationDraft, name: string, at: number): Target | undefined {
    const { targets, refused, disabled } = this.directory;
    const target = targets.get(name);
    if (target === undefined) {
      if (disabled.has(name))
        return fail(
          draft,
          at,
          `it refers to ${quote(name)}, which the configuration disables`,
          'disable this correlation too, or enable that rule',
        );
      if (refused.has(name))
        return fail(
          draft,
          at,
          `it refers to ${quote(name)}, which was refused`,
          'mend that rule first: its own error says how',
        );
      const near = nearest(name, targets.keys());
      return fail(
        draft,
        at,
        `it refers to ${quote(name)}, which is not loaded`,
        near === undefined
          ? 'load the file of that rule too; rules are found by id or name'
          : `did you mean \`${near}\`?`,
      );
    }
    if (target.kind === 'rule' || this.link(target.draft) !== undefined) return target;
    // A cycle reports itself on the correlation that closes it.
    if (draft.report.failed) return undefined;
    return fail(
      draft,
      at,
      `it refers to ${quote(name)}, which was refused`,
      'mend that rule first: its own error says how',
    );
  }

  #roles(
    parsed: Condition,
    known: readonly string[],
    targets: readonly Target[],
    draft: CorrelationDraft,
  ): RoleCondition | undefined {
    const roles = toRoles(parsed, known, targets, draft, this.directory);
    if (roles === undefined) return undefined;
    const at = draft.text?.at ?? draft.at;
    if (holdsOnNothing(roles)) {
      const fix = 'name at least one rule that must be present: `a and not b`';
      return fail(draft, at, 'the condition holds where nothing happened', fix);
    }
    if (draft.type !== 'temporal_ordered' || orderedCases(roles) !== undefined) return roles;
    return fail(draft, at, 'the condition comes to too many orders of rules', 'use fewer `or`, or the type temporal');
  }

  #checkAliases(draft: CorrelationDraft, known: readonly string[], targets: readonly Target[]): void {
    const names = [...known, ...targets.flatMap(aliasesOf)];
    for (const { alias, meant } of strayAliases(draft, names)) {
      const fix = meant === undefined ? `use one of ${known.join(', ')}` : `did you mean \`${meant}\`?`;
      draft.report.error(
        'rule.correlation.alias',
        alias.at,
        'correlation.aliases',
        `the correlation does not refer to ${quote(alias.rule)}`,
        fix,
      );
    }
  }

  #ref(draft: CorrelationDraft, name: string, target: Target): CorrelationRef {
    const keys = new Set([name, ...aliasesOf(target)]);
    const field = (written: string, path: string): FieldRef => this.#field(draft, keys, target, written, path);
    const groupBy = draft.groupBy.map((one) => field(one, 'correlation.group-by'));
    const value = draft.fields.map((one) => field(one, 'correlation.condition.field'));
    const at = target.kind === 'rule' ? target.index : (this.#done.get(target.draft)?.index ?? 0);
    return { name, target: { kind: target.kind, index: at }, groupBy, value };
  }

  /** A field or alias as one referred rule's events have it. */
  #field(draft: CorrelationDraft, keys: ReadonlySet<string>, target: Target, written: string, path: string): FieldRef {
    const alias = draft.aliases.get(written);
    const aliased = alias?.find(({ rule }) => keys.has(rule))?.field;
    const name = aliased ?? written;
    if (target.kind === 'rule') {
      if (alias !== undefined && aliased === undefined) {
        const reason = `the alias ${quote(written)} names no field for ${quote([...keys][0] ?? '')}; the field of that name is read`;
        draft.report.warn('rule.correlation.alias', draft.at, path, reason, 'add the rule to the alias');
      }
      return fieldReader(target.rule.logsource, target.taxonomy, this.directory.mapping)(name);
    }
    const found = this.#groupName(target.draft, name);
    if (found !== undefined) return { name: found, paths: [found] };
    const groups = target.draft.groupBy.join(', ');
    const fix =
      groups === ''
        ? `add ${quote(name)} to its group-by`
        : `group by one of ${groups}, or add ${quote(name)} to its group-by`;
    fail(draft, draft.at, `the episodes of ${quote([...keys][0] ?? '')} carry no ${quote(name)}`, fix, path);
    return { name, paths: [name] };
  }

  /** The group-by name of a correlation that a name means there, by name or by what it is read from; or an entity field. */
  #groupName(draft: CorrelationDraft, name: string): string | undefined {
    if (draft.groupBy.includes(name)) return name;
    const linked = this.#done.get(draft);
    const paths = new Set([name, ...this.#pathsBelow(linked, name)]);
    const index = draft.groupBy.findIndex(
      (_, i) => linked?.refs.some((ref) => paths.has(ref.groupBy[i]?.paths[0] ?? '')) ?? false,
    );
    return index >= 0 ? draft.groupBy[index] : ENTITY_FIELDS.find((field) => paths.has(field) && CARRIED.has(field));
  }

  /** Where the events at the bottom of a correlation have a field. */
  #pathsBelow(linked: Linked | undefined, name: string): readonly string[] {
    const [target] = linked?.targets ?? [];
    if (target === undefined) return [];
    if (target.kind === 'correlation') return this.#pathsBelow(this.#done.get(target.draft), name);
    return fieldReader(target.rule.logsource, target.taxonomy, this.directory.mapping)(name).paths.slice(0, 1);
  }
}

/** Entities an episode carries as sets (see EntitySets): a chain may group by them. */
const CARRIED: ReadonlySet<string> = new Set(['source.ip', 'user.name', 'host.name']);

function fail(draft: CorrelationDraft, at: number, reason: string, fix: string, path = 'correlation.rules'): undefined {
  return draft.report.error('rule.correlation.reference', at, path, reason, fix);
}

/** Every name a target goes by. */
function aliasesOf(target: Target): readonly string[] {
  const { id, name, uuid } = target.kind === 'rule' ? target.rule.meta : target.draft.meta;
  return [id, name, uuid].filter((one) => one !== undefined);
}
