import type { Logsource } from '../event/index.js';
import type { Taxonomy } from './meta.js';
import { TAXONOMY, type TaxonomyRow } from './taxonomy-tables.js';

/** A known name has a place in a table; an own one is only looked up as it stands, or under its source's prefix. */
export interface FieldMapping {
  readonly paths: readonly string[];
  readonly known: boolean;
}

const rowsBySource = new Map<string, readonly TaxonomyRow[]>();

/**
 * Where events have a field that a rule names: ECS paths, the first that is set counts, the name itself always last.
 *
 * With `taxonomy: ecs` a name is itself. Sigma names go through the table of the rule's log source (see
 * taxonomy-tables), then the source's own prefix (`winlog.event_data.X`). A dotted name that no table knows is ECS as
 * it stands. Source: Sigma taxonomy appendix 2.1 and DESIGN.md section 5.
 */
export function fieldPaths(name: string, logsource: Logsource, taxonomy: Taxonomy): readonly string[] {
  return fieldMapping(name, logsource, taxonomy).paths;
}

/** As `fieldPaths`, telling also whether the taxonomy knows the name: `rules check` lists those it does not. */
export function fieldMapping(name: string, logsource: Logsource, taxonomy: Taxonomy): FieldMapping {
  if (taxonomy === 'ecs') return { paths: [name], known: true };
  const paths: string[] = [];
  let known = name.includes('.');
  for (const { fields, rest } of rowsOf(logsource)) {
    const mapped = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (mapped !== undefined) {
      paths.push(...(typeof mapped === 'string' ? [mapped] : mapped));
      known = true;
    }
    for (const prefix of rest ?? []) paths.push(`${prefix.replace('$service', logsource.service ?? '')}.${name}`);
  }
  return { paths: [...new Set([...paths, name])], known };
}

function rowsOf(logsource: Logsource): readonly TaxonomyRow[] {
  const key = `${logsource.category ?? ''}|${logsource.product ?? ''}|${logsource.service ?? ''}`;
  const found = rowsBySource.get(key);
  if (found !== undefined) return found;
  const rows = TAXONOMY.filter(({ when }) => fits(when, logsource));
  if (rowsBySource.size > 10_000) rowsBySource.clear();
  rowsBySource.set(key, rows);
  return rows;
}

function fits(when: TaxonomyRow['when'], logsource: Logsource): boolean {
  return (['category', 'product', 'service'] as const).every((key) => {
    const wanted = when[key];
    const has = logsource[key];
    if (wanted === undefined) return true;
    return has !== undefined && (typeof wanted === 'string' ? wanted === has : wanted.includes(has));
  });
}
