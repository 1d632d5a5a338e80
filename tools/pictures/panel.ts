import type { MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';

/** One line of questions to Prometheus, and what its answers are called. */
export interface Target {
  readonly expr: string;
  /** e.g. `{{http_route}}` */
  readonly legend: string;
  /** Whether dots lead from the line to traces. */
  readonly exemplars?: boolean;
}

/** A panel before it has a place. */
export interface Panel {
  readonly kind: 'timeseries' | 'stat';
  readonly title: string;
  readonly description: string;
  /** As Grafana calls it. */
  readonly unit: string;
  readonly targets: readonly Target[];
  /** Rows of the catalogue that can be seen in it. */
  readonly shows: readonly MetricRow[];
  /** Of 24 columns. */
  readonly width: number;
  readonly stacked?: boolean;
  /** Where the axis ends. */
  readonly max?: number;
}

const HEIGHT = 8;
const STAT_HEIGHT = 4;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

export function heightOf({ kind }: Panel): number {
  return kind === 'stat' ? STAT_HEIGHT : HEIGHT;
}

/** The panel as Grafana reads it, at a place. */
export function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { kind, title, description, targets } = panel;
  return {
    id,
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: fieldDefaults(panel), overrides: [] },
    options: kind === 'stat' ? STAT_OPTIONS : SERIES_OPTIONS,
    targets: targets.map(targetJson),
  };
}

const STAT_OPTIONS = {
  colorMode: 'none',
  graphMode: 'area',
  reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
};
const SERIES_OPTIONS = {
  legend: {
    displayMode: 'table',
    placement: 'bottom',
    showLegend: true,
    calcs: ['mean', 'max', 'lastNotNull'],
  },
  tooltip: { mode: 'multi', sort: 'desc' },
};

function fieldDefaults({ kind, unit, stacked = false, max }: Panel): object {
  const limits = { unit, min: 0, ...(max !== undefined && { max }) };
  if (kind === 'stat') return limits;
  const stacking = { mode: stacked ? 'normal' : 'none', group: 'A' };
  return {
    ...limits,
    color: { mode: 'palette-classic' },
    custom: {
      drawStyle: 'line',
      lineWidth: 1,
      fillOpacity: stacked ? 20 : 0,
      showPoints: 'never',
      spanNulls: false,
      stacking,
    },
  };
}

function targetJson({ expr, legend, exemplars = false }: Target, index: number): object {
  return {
    refId: String.fromCodePoint(65 + index),
    datasource: DATASOURCE,
    editorMode: 'code',
    range: true,
    expr,
    legendFormat: legend,
    exemplar: exemplars,
  };
}
