import {
  CHANNEL_CATEGORIES,
  CHANNELS,
  DATASETS,
  ECS_CATEGORIES,
  PROGRAMS,
  W3C_CATEGORIES,
  type LogsourceRow,
} from './logsource-tables.js';

/** The words that events can have in each dimension of a log source, sorted. */
export interface LogsourceNames {
  readonly products: readonly string[];
  readonly categories: readonly string[];
  readonly services: readonly string[];
}

/**
 * Every product, category and service that the tables of log sources give to some event, for completion and for
 * `did you mean`. Other words are allowed in rules: datasets that no table lists are `product.service` by their own name.
 */
export function knownLogsources(): LogsourceNames {
  const rows: readonly LogsourceRow[] = Object.values(DATASETS);
  const words = (tables: readonly Readonly<Record<string, readonly string[]>>[]): readonly string[] =>
    tables.flatMap((table) => Object.values(table).flat());
  return {
    products: sorted([...rows.flatMap(({ products = [] }) => products), 'windows', 'macos', 'linux']),
    categories: sorted([
      ...rows.flatMap(({ categories = [] }) => categories),
      ...words([...Object.values(CHANNEL_CATEGORIES), ECS_CATEGORIES, W3C_CATEGORIES]),
    ]),
    services: sorted([...rows.flatMap(({ services = [] }) => services), ...words([CHANNELS, PROGRAMS])]),
  };
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}
