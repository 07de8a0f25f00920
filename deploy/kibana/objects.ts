/**
 * Kibana's saved objects, as its import takes them: one JSON object a line. The form is that of Kibana 8.9, which 8.9 to
 * 9.x read and bring up to date themselves. Source: Kibana's documentation, "Saved objects", and the objects it exports.
 */
import { DASHBOARD, DATA_VIEW, type Panel, PANELS, type SavedSearch, SEARCHES, TOP } from './panels.js';

/** A saved object. */
export interface SavedObject {
  readonly id: string;
  readonly type: 'index-pattern' | 'search' | 'lens' | 'dashboard';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly id: string; readonly name: string; readonly type: string }[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
  readonly managed: false;
}

/** The versions of the forms written here. */
const CORE = '8.8.0';
const FORMS = { 'index-pattern': '8.0.0', search: '8.0.0', lens: '8.9.0', dashboard: '8.9.0' } as const;
const LAYER = 'alerts';

/** All of the kit, what is referred to first. */
export function kitObjects(): readonly SavedObject[] {
  return [dataView(), ...SEARCHES.map(savedSearch), ...PANELS.map(lens), dashboard()];
}

/** The kit as NDJSON. */
export function kitText(): string {
  return kitObjects()
    .map((object) => `${JSON.stringify(object)}\n`)
    .join('');
}

function saved(
  type: SavedObject['type'],
  id: string,
  attributes: SavedObject['attributes'],
  references: SavedObject['references'] = [],
): SavedObject {
  const typeMigrationVersion = FORMS[type];
  return { id, type, attributes, references, coreMigrationVersion: CORE, typeMigrationVersion, managed: false };
}

function dataView(): SavedObject {
  const { id, title, name, time } = DATA_VIEW;
  return saved('index-pattern', id, { title, name, timeFieldName: time, fields: '[]', fieldFormatMap: '{}' });
}

function savedSearch({ id, title, description, query, columns }: SavedSearch): SavedObject {
  const index = 'kibanaSavedObjectMeta.searchSourceJSON.index';
  const source = { query: { query, language: 'lucene' }, filter: [], indexRefName: index };
  const attributes = {
    title,
    description,
    columns,
    sort: [[DATA_VIEW.time, 'desc']],
    grid: {},
    hideChart: false,
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
  };
  return saved('search', searchId(id), attributes, [{ id: DATA_VIEW.id, name: index, type: 'index-pattern' }]);
}

function lens(panel: Panel): SavedObject {
  const { columns, visualization, visualizationType } = LENS[panel.kind](panel);
  const layer = { columns, columnOrder: Object.keys(columns), incompleteColumns: {}, sampling: 1 };
  const state = {
    visualization,
    query: { query: panel.query, language: 'lucene' },
    filters: [],
    datasourceStates: { formBased: { layers: { [LAYER]: layer } } },
    internalReferences: [],
    adHocDataViews: {},
  };
  const reference = { id: DATA_VIEW.id, name: `indexpattern-datasource-layer-${LAYER}`, type: 'index-pattern' };
  const attributes = { title: `Sekisho: ${panel.title}`, description: '', visualizationType, state };
  return saved('lens', lensId(panel.id), attributes, [reference]);
}

interface LensParts {
  readonly columns: Readonly<Record<string, object>>;
  readonly visualization: object;
  readonly visualizationType: string;
}

const COUNT = {
  label: 'Alerts',
  customLabel: true,
  dataType: 'number',
  operationType: 'count',
  isBucketed: false,
  scale: 'ratio',
  sourceField: '___records___',
  params: { emptyAsNull: false },
};

const LENS: Readonly<Record<Panel['kind'], (panel: Panel) => LensParts>> = {
  count: () => ({
    columns: { count: COUNT },
    visualization: { layerId: LAYER, layerType: 'data', metricAccessor: 'count' },
    visualizationType: 'lnsMetric',
  }),
  'over-time': ({ title, field = '' }) => ({
    columns: { split: termsOf(title, field, 5), time: timeColumn(), count: COUNT },
    visualization: bars('bar_stacked', { xAccessor: 'time', splitAccessor: 'split' }, true),
    visualizationType: 'lnsXY',
  }),
  top: ({ title, field = '' }) => ({
    columns: { value: termsOf(title, field, TOP), count: COUNT },
    visualization: bars('bar_horizontal', { xAccessor: 'value' }, false),
    visualizationType: 'lnsXY',
  }),
};

function timeColumn(): object {
  return {
    label: DATA_VIEW.time,
    dataType: 'date',
    operationType: 'date_histogram',
    sourceField: DATA_VIEW.time,
    isBucketed: true,
    scale: 'interval',
    params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
  };
}

function termsOf(label: string, sourceField: string, size: number): object {
  return {
    label,
    customLabel: true,
    dataType: sourceField.endsWith('.ip') ? 'ip' : 'string',
    operationType: 'terms',
    scale: 'ordinal',
    sourceField,
    isBucketed: true,
    params: {
      size,
      orderBy: { type: 'column', columnId: 'count' },
      orderDirection: 'desc',
      otherBucket: false,
      missingBucket: false,
      parentFormat: { id: 'terms' },
      include: [],
      exclude: [],
      includeIsRegex: false,
      excludeIsRegex: false,
    },
  };
}

function bars(seriesType: string, accessors: object, isVisible: boolean): object {
  const layer = { layerId: LAYER, layerType: 'data', seriesType, accessors: ['count'], position: 'top', ...accessors };
  return {
    legend: { isVisible, position: 'right' },
    valueLabels: 'hide',
    fittingFunction: 'None',
    preferredSeriesType: seriesType,
    layers: [{ ...layer, showGridlines: false }],
  };
}

interface Shown {
  readonly type: 'lens' | 'search';
  readonly id: string;
  readonly place: Panel['place'];
}

function dashboard(): SavedObject {
  const { id, title, description, search } = DASHBOARD;
  const shown: readonly Shown[] = [
    ...PANELS.map((panel): Shown => ({ type: 'lens', id: lensId(panel.id), place: panel.place })),
    { type: 'search', id: searchId(search.id), place: search.place },
  ];
  const panels = shown.map(({ type, place }, i) => ({
    type,
    version: '8.9.0',
    gridData: { ...place, i: String(i) },
    panelIndex: String(i),
    embeddableConfig: { enhancements: {} },
    panelRefName: `panel_${i}`,
  }));
  const options = {
    useMargins: true,
    syncColors: false,
    syncCursor: true,
    syncTooltips: false,
    hidePanelTitles: false,
  };
  const attributes = {
    title,
    description,
    hits: 0,
    version: 1,
    timeRestore: true,
    timeFrom: 'now-7d',
    timeTo: 'now',
    refreshInterval: { pause: false, value: 60_000 },
    optionsJSON: JSON.stringify(options),
    panelsJSON: JSON.stringify(panels),
    kibanaSavedObjectMeta: {
      searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] }),
    },
  };
  const references = shown.map((one, i) => ({ id: one.id, name: `${i}:panel_${i}`, type: one.type }));
  return saved('dashboard', `sekisho-${id}`, attributes, references);
}

function lensId(id: string): string {
  return `sekisho-panel-${id}`;
}

function searchId(id: string): string {
  return `sekisho-search-${id}`;
}
