import type { Logsource } from '../../event/index.js';
import type { Taxonomy } from '../meta.js';
import { GENERIC, TAXONOMY, type TaxonomyRow } from './tables.js';

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
  const rows = rowsOf(logsource);
  let known = name.includes('.');
  if (rows.length === 0) return { paths: [name], known };
  const paths: string[] = [];
  for (const row of rows) {
    const { fields } = row;
    const mapped = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (mapped !== undefined) {
      paths.push(...(typeof mapped === 'string' ? [mapped] : mapped));
      known = true;
    }
    paths.push(...ownPaths(name, row, logsource.service ?? ''));
  }
  return { paths: [...new Set([...paths, name])], known };
}

/**
 * The names that the tables map for a log source, the generic ones included. `oneCase`: those that no log writes in another
 * case, as cloud services and the generic names do.
 */
export function knownFields(logsource: Logsource, oneCase = false): readonly string[] {
  const rows = rowsOf(logsource).filter(({ snake, fields }) => !oneCase || (snake !== true && fields !== GENERIC));
  return rows.flatMap(({ fields }) => Object.keys(fields));
}

/** A name among its source's own fields: as it stands, and as the source's parser writes it. */
function ownPaths(name: string, { rest = [], snake = false, trim = [] }: TaxonomyRow, service: string): string[] {
  const outer = trim.find((prefix) => name.startsWith(prefix)) ?? '';
  const inner = name.slice(outer.length);
  const names = snake ? [inner, inner.split('.').map(snakeCase).join('.')] : [inner];
  return rest.flatMap((prefix) => names.map((one) => `${prefix.replace('$service', service)}.${one}`));
}

/** `userIdentity`, `ARNRole` → `user_identity`, `arn_role`: as parsers of cloud services name what they keep. */
function snakeCase(part: string): string {
  return part
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
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
