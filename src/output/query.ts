/** What alerts are asked for; everything given must hold. */
export interface AlertFilter {
  /** Words and "quoted phrases", each of which must occur (a word as a beginning), in any case. */
  readonly query?: string;
  /** `event.severity` at least. */
  readonly severity?: number;
  /** @timestamp at or after, and before; epoch ms. */
  readonly since?: number;
  readonly until?: number;
  /** Rule id, or its whole name in any case. */
  readonly rule?: string;
  /** active, ended, merged or rule-changed. */
  readonly state?: string;
}

/** A WHERE clause with its parameters. */
export interface Where {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

const CONDITIONS: Readonly<Record<keyof AlertFilter, string>> = {
  query: 'alerts.rowid IN (SELECT rowid FROM alerts_text WHERE alerts_text MATCH ?)',
  severity: 'severity >= ?',
  since: 'time >= ?',
  until: 'time < ?',
  rule: '(rule = ? OR lower(rule_name) = lower(?))',
  state: 'state = ?',
};

/** The condition that a filter means; `1` where it asks nothing. */
export function whereOf(filter: AlertFilter): Where {
  const conditions: string[] = [];
  const parameters: (string | number)[] = [];
  for (const key of Object.keys(CONDITIONS) as (keyof AlertFilter)[]) {
    const value = key === 'query' ? fullTextQuery(filter.query ?? '') : filter[key];
    if (value === undefined) continue;
    conditions.push(CONDITIONS[key]);
    parameters.push(...(key === 'rule' ? [value, value] : [value]));
  }
  return { sql: conditions.length === 0 ? '1' : conditions.join(' AND '), parameters };
}

/**
 * The FTS5 query that a person's text means: each word or "quoted phrase" becomes a quoted string, so that nothing in
 * it is syntax; words match as beginnings. Undefined where the text has nothing to look for.
 *
 * Source: SQLite FTS5 documentation, section 3.1, "FTS5 Strings".
 */
export function fullTextQuery(text: string): string | undefined {
  const terms: string[] = [];
  for (const [i, part] of text.split('"').entries()) {
    if (i % 2 === 1) terms.push(quote(part));
    else for (const word of part.split(/\s+/u)) if (word !== '') terms.push(`${quote(word)}*`);
  }
  const searchable = terms.filter((term) => /[\p{L}\p{N}]/u.test(term));
  return searchable.length === 0 ? undefined : searchable.join(' AND ');
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('\0', ' ')}"`;
}
