import { DOORS, DOORS_IN, labelsOf, type Door } from './doors.ts';
import { errorRatio, quantile, QUANTILES, rate } from './promql.ts';
import { familyOf } from './series.ts';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** Windows of the error ratios that the alerts compare with the objective. */
export const RATIO_WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;
export type RatioWindow = (typeof RATIO_WINDOWS)[number];
const WINDOW = '5m';

/** What is promised; whoever runs the rules writes other numbers here. */
export const OBJECTIVES = {
  /** Share of what comes in that is to succeed. */
  availability: { record: 'nest_telemetry:objective:availability_ratio', expr: 'vector(0.999)' },
  /** What 99 of 100 are to be answered in. */
  latency: { record: 'nest_telemetry:objective:latency_seconds', expr: 'vector(1)' },
} as const satisfies Record<string, RecordingRule>;

/** e.g. `job:http_server_request_duration_seconds:error_ratio_5m` */
export function jobRatio(door: Door, window: RatioWindow): RecordingRule {
  return {
    record: `job:${familyOf(door.row)}:error_ratio_${window}`,
    expr: errorRatio(door.row, { by: ['job'], window }),
  };
}

export function jobLatency(door: Door): RecordingRule {
  return {
    record: `job:${familyOf(door.row)}:p99_${WINDOW}`,
    expr: quantile(QUANTILES.p99, door.row, { by: ['job'], window: WINDOW }),
  };
}

/** Rate, errors and duration of what was called, one name for each. */
function calledRules(door: Door): RecordingRule[] {
  const by = ['job', ...labelsOf(door)];
  const scope = { by, window: WINDOW };
  const name = (operation: string) => `${by.join('_')}:${familyOf(door.row)}:${operation}_${WINDOW}`;
  return [
    { record: name('rate'), expr: rate(door.row, scope) },
    { record: name('error_ratio'), expr: errorRatio(door.row, scope) },
    ...Object.entries(QUANTILES).map(([title, q]) => ({
      record: name(title),
      expr: quantile(q, door.row, scope),
    })),
  ];
}

/** Groups of rules by their names. */
export function recordingGroups(): { name: string; rules: readonly RecordingRule[] }[] {
  return [
    ...DOORS.map((door) => ({ name: `nest-telemetry: ${door.title}`, rules: calledRules(door) })),
    ...DOORS_IN.map((door) => ({
      name: `nest-telemetry: ${door.title}, whole service`,
      rules: [...RATIO_WINDOWS.map((window) => jobRatio(door, window)), jobLatency(door)],
    })),
  ];
}

export function objectiveGroups(): { name: string; rules: readonly RecordingRule[] }[] {
  return [{ name: 'nest-telemetry: objectives', rules: Object.values(OBJECTIVES) }];
}
