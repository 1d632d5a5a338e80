import type {
  ExemplarView,
  JsonAttributes,
  MetricInfo,
  MetricPoint,
  MetricSeries,
  MetricSeriesAnswer,
} from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { jsonIn, numberIn, numberOrNull, type Row, textIn } from './row.values.js';
import type { TimeWindow } from './time.window.js';

const INFO = `m.id AS id, w.text AS service, m.scope AS scope, m.name AS name, m.unit AS unit,
  m.description AS description, m.type AS type, m.monotonic AS monotonic,
  (SELECT count(DISTINCT attributes) FROM series WHERE metric = m.id) AS series,
  (SELECT count(*) FROM series s JOIN point p ON p.series = s.id WHERE s.metric = m.id AND p.exemplars IS NOT NULL) AS exemplars`;
const MOST_SERIES = 200;
const MOST_POINTS = 1000;

/** Every metric there is. */
export function listMetrics(store: Store): MetricInfo[] {
  return store.database
    .prepare(`SELECT ${INFO} FROM metric m JOIN word w ON w.id = m.service ORDER BY service, m.name`)
    .all()
    .map(infoOf);
}

/** The series of one metric within a window; undefined when there is no such metric. */
export function readSeries(
  store: Store,
  service: string,
  name: string,
  { fromUs, toUs }: TimeWindow,
): MetricSeriesAnswer | undefined {
  const row = store.database
    .prepare(`SELECT ${INFO} FROM metric m JOIN word w ON w.id = m.service WHERE w.text = ? AND m.name = ?`)
    .get(service, name);
  if (row === undefined) return undefined;
  const points = store.database.prepare(
    'SELECT * FROM (SELECT * FROM point WHERE series = ? AND time_us BETWEEN ? AND ? ORDER BY time_us DESC LIMIT ?) ORDER BY time_us',
  );
  const { rows, isOfSeveral } = shownSeries(store, numberIn(row, 'id'), { fromUs, toUs });
  const series = rows.map((each): MetricSeries => ({
    attributes: {
      ...(isOfSeveral && jsonIn<JsonAttributes>(each, 'instance', {})),
      ...jsonIn<JsonAttributes>(each, 'attributes', {}),
    },
    points: points.all(numberIn(each, 'id'), fromUs, toUs, MOST_POINTS).map(pointOf),
  }));
  return { metric: infoOf(row), series };
}

/**
 * The series of the copies of the service that measured something in the window; those of earlier starts are left out. Where
 * none did, the series of the newest.
 */
function shownSeries(
  store: Store,
  metric: number,
  { fromUs, toUs }: TimeWindow,
): { readonly rows: Row[]; readonly isOfSeveral: boolean } {
  const rows = store.database
    .prepare(
      `SELECT s.id AS id, s.instance AS instance, s.attributes AS attributes,
        EXISTS (SELECT 1 FROM point p WHERE p.series = s.id AND p.time_us BETWEEN ? AND ?) AS measured
       FROM series s WHERE s.metric = ? ORDER BY measured DESC, s.id DESC LIMIT ?`,
    )
    .all(fromUs, toUs, metric, MOST_SERIES);
  const measured = rows.filter((row) => numberIn(row, 'measured') === 1);
  const instances = new Set((measured.length === 0 ? rows.slice(0, 1) : measured).map(instanceIn));
  const shown = rows.filter((row) => instances.has(instanceIn(row)));
  return {
    rows: shown.toSorted((a, b) => numberIn(a, 'id') - numberIn(b, 'id')),
    isOfSeveral: instances.size > 1,
  };
}

function instanceIn(row: Row): string {
  return textIn(row, 'instance');
}

function infoOf(row: Row): MetricInfo {
  return {
    service: textIn(row, 'service'),
    scope: textIn(row, 'scope'),
    name: textIn(row, 'name'),
    unit: textIn(row, 'unit'),
    description: textIn(row, 'description'),
    type: textIn(row, 'type') as MetricInfo['type'],
    monotonic: numberIn(row, 'monotonic') === 1,
    series: numberIn(row, 'series'),
    exemplars: numberIn(row, 'exemplars'),
  };
}

function pointOf(row: Row): MetricPoint {
  const [value, count, sum] = ['value', 'count', 'sum'].map((column) => numberOrNull(row, column));
  const temporality = numberIn(row, 'temporality');
  return {
    timeUs: numberIn(row, 'time_us'),
    ...(value === null || value === undefined ? {} : { value }),
    ...(count === null || count === undefined ? {} : { count }),
    ...(sum === null || sum === undefined ? {} : { sum }),
    ...(row['bounds'] === null ? {} : { bounds: jsonIn<number[]>(row, 'bounds', []) }),
    ...(row['counts'] === null ? {} : { counts: jsonIn<number[]>(row, 'counts', []) }),
    ...(temporality === 0
      ? {}
      : { temporality: temporality === 1 ? ('delta' as const) : ('cumulative' as const) }),
    ...(row['exemplars'] === null ? {} : { exemplars: jsonIn<ExemplarView[]>(row, 'exemplars', []) }),
  };
}
