/** What the Kibana kit shows, as data: objects.ts makes Kibana's objects of it, a test runs it on Elasticsearch. */

/** A query in Lucene's syntax, which Kibana and Elasticsearch's `query_string` read alike. */
export type LuceneQuery = string;

/** One visualisation: alerts counted over time, by the values of a field, or at all. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly query: LuceneQuery;
  readonly kind: 'count' | 'over-time' | 'top';
  /** `over-time`: what the bars are split by; `top`: whose values are counted. */
  readonly field?: string;
  /** Columns and rows of the dashboard, which is 48 columns wide. */
  readonly place: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

/** One saved search, newest first. */
export interface SavedSearch {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly query: LuceneQuery;
  readonly columns: readonly string[];
}

/** The data view's index pattern and time field. */
export const DATA_VIEW = {
  id: 'sekisho-alerts',
  title: 'sekisho-alerts-*',
  name: 'Sekisho alerts',
  time: '@timestamp',
};

/** A merged alert is told of by the one it was merged into. */
const ALL = 'NOT sekisho.alert.state:merged';
/** `event.severity` of high and critical. */
const GRAVE = `event.severity:>=73 AND ${ALL}`;

/** The values shown of a field. */
export const TOP = 10;

/** What the dashboard shows. */
export const PANELS: readonly Panel[] = [
  { id: 'alerts', title: 'Alerts', query: ALL, kind: 'count', place: { x: 0, y: 0, w: 8, h: 6 } },
  { id: 'grave', title: 'High and critical', query: GRAVE, kind: 'count', place: { x: 0, y: 6, w: 8, h: 6 } },
  {
    id: 'severity-over-time',
    title: 'Alerts over time by severity',
    query: ALL,
    kind: 'over-time',
    field: 'sekisho.alert.severity',
    place: { x: 8, y: 0, w: 40, h: 12 },
  },
  top('rules', 'Top rules', 'rule.name', 0),
  top('sources', 'Top sources', 'source.ip', 12),
  top('users', 'Top users', 'user.name', 24),
  top('tactics', 'ATT&CK tactics', 'threat.tactic.name', 36),
];

function top(id: string, title: string, field: string, x: number): Panel {
  return { id: `top-${id}`, title, query: ALL, kind: 'top', field, place: { x, y: 12, w: 12, h: 14 } };
}

const COLUMNS = [
  'sekisho.alert.severity',
  'message',
  'rule.name',
  'source.ip',
  'user.name',
  'host.name',
  'sekisho.alert.count',
  'sekisho.alert.state',
];

/** The saved searches. */
export const SEARCHES: readonly SavedSearch[] = [
  {
    id: 'all',
    title: 'Sekisho: alerts',
    description: 'Every alert but those merged into another.',
    query: ALL,
    columns: COLUMNS,
  },
  {
    id: 'grave',
    title: 'Sekisho: high and critical alerts',
    description: 'What to look at first.',
    query: GRAVE,
    columns: COLUMNS,
  },
  {
    id: 'active',
    title: 'Sekisho: alerts still growing',
    description: 'Episodes that have not ended yet.',
    query: 'sekisho.alert.state:active',
    columns: COLUMNS,
  },
  {
    id: 'chains',
    title: 'Sekisho: attack chains',
    description: 'Alerts that join other alerts into stages of one attack.',
    query: `_exists_:sekisho.alert.stages.rule AND ${ALL}`,
    columns: [
      'sekisho.alert.severity',
      'message',
      'sekisho.alert.stages.name',
      'related.ip',
      'related.user',
      'related.hosts',
    ],
  },
];

/** Below the panels: the search that the dashboard shows. */
export const DASHBOARD = {
  id: 'overview',
  title: 'Sekisho: overview',
  description: 'Alerts over time by severity; the rules, sources, users and ATT&CK tactics that most of them name.',
  search: { id: 'all', place: { x: 0, y: 26, w: 48, h: 20 } },
} as const;
