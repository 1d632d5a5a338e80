import type { MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';
import { ERROR_TYPE } from '../../libs/telemetry/src/semconv.ts';
import type { Panel } from './panel.ts';
import { errorRatio, quantile, QUANTILES, rate, select, sumBy } from './promql.ts';
import { familyOf, labelOf, typeOf } from './series.ts';
import { WINDOW } from './variables.ts';

/** Third of a line. */
const THIRD = 8;
/** As Grafana calls the units of the catalogue; others are plain numbers. */
const UNITS: Readonly<Record<string, string>> = { s: 's', By: 'bytes', '1': 'percentunit' };

/** What a panel is about. */
export interface Subject {
  readonly where: readonly string[];
  /** Labels that stay apart. */
  readonly by: readonly string[];
}

export interface Words {
  readonly title: string;
  readonly description: string;
}

/** Rate, errors and duration, side by side. */
export function redPanels(row: MetricRow, { where, by }: Subject): Panel[] {
  const scope = { where, by, window: WINDOW };
  const common = { kind: 'timeseries', width: THIRD, shows: [row] } as const;
  const legend = legendOf(by);
  return [
    {
      ...common,
      title: 'Rate',
      description: `How many a second. ${row.description}`,
      unit: 'ops',
      stacked: true,
      targets: [{ expr: rate(row, scope), legend }],
    },
    {
      ...common,
      title: 'Errors',
      description: 'Share of those with an error type.',
      unit: 'percentunit',
      max: 1,
      targets: [{ expr: errorRatio(row, scope), legend }],
    },
    quantilePanel(row, where, { title: 'Duration', description: row.description }),
  ];
}

/** How a histogram is spread; dots are single measurements, which lead to their traces. */
export function quantilePanel(row: MetricRow, where: readonly string[], words: Words): Panel {
  return {
    ...words,
    kind: 'timeseries',
    width: THIRD,
    unit: unitOf(row),
    shows: [row],
    targets: Object.entries(QUANTILES).map(([legend, q]) => ({
      expr: quantile(q, row, { where, by: [], window: WINDOW }),
      legend,
      exemplars: true,
    })),
  };
}

/** What a counter counts a second. */
export function ratePanel(row: MetricRow, { where, by }: Subject, words: Words): Panel {
  return {
    ...words,
    kind: 'timeseries',
    width: THIRD,
    // Seconds of a second are a share.
    unit: row.unit === 's' ? 'percentunit' : 'ops',
    shows: [row],
    targets: [{ expr: rate(row, { where, by, window: WINDOW }), legend: legendOf(by) }],
  };
}

/** The values of gauges, each with a name of its own. */
export function valuePanel(
  rows: Readonly<Record<string, MetricRow>>,
  { where, by }: Subject,
  words: Words,
): Panel {
  const named = Object.entries(rows);
  const [first] = Object.values(rows);
  if (first === undefined) throw new Error(`${words.title} has nothing to show`);
  return {
    ...words,
    kind: 'timeseries',
    width: THIRD,
    unit: unitOf(first),
    shows: Object.values(rows),
    targets: named.map(([name, row]) => ({
      expr: sumBy(by, select(familyOf(row), where)),
      legend: `${name} ${legendOf(by)}`.trim(),
    })),
  };
}

/** Panels for a row that nobody has thought of yet. */
export function panelsOf(row: MetricRow, { where, by }: Subject): Panel[] {
  const words = { title: row.name, description: row.description };
  const known = row.attributes.filter((attribute) => attribute !== ERROR_TYPE);
  const subject = { where, by: [...by, ...known.map((attribute) => labelOf(row, attribute))] };
  if (typeOf(row) === 'counter') return [ratePanel(row, subject, words)];
  if (typeOf(row) === 'gauge') return [valuePanel({ '': row }, subject, words)];
  const quantiles = quantilePanel(row, where, words);
  if (!row.attributes.includes(ERROR_TYPE)) return [quantiles];
  const [rates, errors] = redPanels(row, subject) as [Panel, Panel, Panel];
  return [
    { ...rates, title: `${row.name}: rate` },
    { ...errors, title: `${row.name}: errors` },
    { ...quantiles, title: `${row.name}: spread` },
  ];
}

function unitOf({ unit }: MetricRow): string {
  return UNITS[unit] ?? 'short';
}

function legendOf(by: readonly string[]): string {
  return by.map((label) => `{{${label}}}`).join(' ');
}
