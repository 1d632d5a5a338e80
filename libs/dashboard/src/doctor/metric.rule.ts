import type { JsonAttributes } from '../api/api.types.js';
import { jsonIn, numberIn, textIn } from '../query/row.values.js';
import { count } from './figures.js';
import type { Diagnosis, DoctorRule, Examination } from './doctor.rule.js';
import { grouped } from './grouped.js';

/** The SDKs' own limit is 2000, of which the last is the overflow; half of it is a warning in time. */
const MANY_SERIES = 1000;
const MOST_METRICS = 2000;
const MOST_SERIES_READ = 1000;

/** D14. Instrumentation Score MET-001 and MET-002. */
export const metricRule: DoctorRule = {
  id: 'D14',
  severity: 'warning',
  title: 'Metrics with too many series, or without a unit',
  about:
    'A metric has 1000 or more sets of attributes, of which the one with most values is named, or says no unit at all.',
  fix: "Series: give the metric no ids, addresses or texts as attributes, or leave them out with a view: metrics: { views: [{ instrumentName: '…', attributesProcessors: [createAllowListAttributesProcessor(['http.route'])] }] }. Unit: { unit: 's' }, 'By', or '{order}' for what is counted.",
  // A trace has no metrics.
  examine: (examination) =>
    examination.traceId === undefined ? [...crowded(examination), ...unitless(examination)] : [],
};

function crowded({ store: { database } }: Examination): Diagnosis[] {
  return database
    .prepare(
      `SELECT m.id AS id, m.name AS name, w.text AS service, (SELECT count(DISTINCT s.attributes) FROM series s WHERE s.metric = m.id) AS series
       FROM metric m JOIN word w ON w.id = m.service WHERE series >= ? ORDER BY series DESC LIMIT 20`,
    )
    .all(MANY_SERIES)
    .map((row) => {
      const [service, name] = [textIn(row, 'service'), textIn(row, 'name')];
      const attributes = database
        .prepare('SELECT DISTINCT attributes FROM series WHERE metric = ? LIMIT ?')
        .all(numberIn(row, 'id'), MOST_SERIES_READ)
        .map((series) => jsonIn<JsonAttributes>(series, 'attributes', {}));
      const [worst] = distinctValues(attributes);
      const blame =
        worst === undefined
          ? ''
          : `; ${worst[0]} alone has ${worst[1]} values among ${attributes.length} of them`;
      return {
        key: `series ${service} ${name}`,
        service,
        evidence: `${name} of ${service} has ${numberIn(row, 'series')} series${blame}.`,
        occurrences: numberIn(row, 'series'),
        spans: [],
      };
    });
}

/** How many values each attribute has; the one with most first. */
function distinctValues(series: readonly JsonAttributes[]): [attribute: string, values: number][] {
  const values = new Map<string, Set<string>>();
  for (const attributes of series) {
    for (const [key, value] of Object.entries(attributes)) {
      const set = values.get(key) ?? new Set();
      values.set(key, set);
      set.add(JSON.stringify(value));
    }
  }
  return [...values].map(([key, { size }]): [string, number] => [key, size]).toSorted((a, b) => b[1] - a[1]);
}

function unitless({ store: { database } }: Examination): Diagnosis[] {
  const rows = database
    .prepare(
      `SELECT m.name AS name, w.text AS service FROM (SELECT * FROM metric LIMIT ?) m JOIN word w ON w.id = m.service
       WHERE m.unit = '' ORDER BY m.name`,
    )
    .all(MOST_METRICS);
  return [...grouped(rows, (row) => textIn(row, 'service'))].map(([service, own]) => {
    const names = own.map((row) => textIn(row, 'name'));
    const some = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
    return {
      key: `unit ${service}`,
      service,
      evidence: `${count(names.length, 'metric')} of ${service} without a unit: ${some}.`,
      occurrences: names.length,
      spans: [],
    };
  });
}
