import type { AlertRule } from './alert.rule.ts';
import { runbookOf } from './alert.rule.ts';
import { DOORS_IN, type DoorIn } from './doors.ts';
import { jobLatency, jobRatio, OBJECTIVES, type RatioWindow } from './recording.rules.ts';

interface Burn {
  /** How many times as fast as the objective allows the budget of errors is used up. */
  readonly rate: number;
  readonly long: RatioWindow;
  /** Ends the alert soon after the errors have ended. */
  readonly short: RatioWindow;
  readonly severity: 'page' | 'ticket';
  /** Of a budget for 30 days. */
  readonly used: string;
}

/** Those of the SRE workbook, chapter 5, table 5-8, and the rate of 3 that is commonly put between. */
const BURNS: readonly Burn[] = [
  { rate: 14.4, long: '1h', short: '5m', severity: 'page', used: '2 %' },
  { rate: 6, long: '6h', short: '30m', severity: 'page', used: '5 %' },
  { rate: 3, long: '1d', short: '2h', severity: 'ticket', used: '10 %' },
  { rate: 1, long: '3d', short: '6h', severity: 'ticket', used: '10 %' },
];

function burnAlert(door: DoorIn, { rate, long, short, severity, used }: Burn): AlertRule {
  const alert = `${door.alert}ErrorBudgetBurn`;
  // Several Prometheus servers behind one query make several of the same objective.
  const limit = `${rate} * (1 - scalar(min(${OBJECTIVES.availability.record})))`;
  return {
    alert,
    expr: `${jobRatio(door, long).record} > ${limit} and ${jobRatio(door, short).record} > ${limit}`,
    labels: { severity, burn_rate: String(rate), long_window: long },
    annotations: {
      summary: `{{ $labels.job }}: {{ $value | humanizePercentage }} of ${door.noun} fail`,
      description: `Within ${long} {{ $value | humanizePercentage }} of the ${door.noun} failed: more than ${rate === 1 ? '' : `${rate} times `}what the objective allows. At that rate ${used} of the errors of 30 days are used up in ${long}.`,
      runbook: `Look at "${door.title}" of the service overview: which of them fail since when, and what was deployed then; follow an exemplar to a trace that failed.`,
      runbook_url: runbookOf(alert),
    },
  };
}

function latencyAlert(door: DoorIn): AlertRule {
  const alert = `${door.alert}Slow`;
  return {
    alert,
    expr: `${jobLatency(door).record} > scalar(min(${OBJECTIVES.latency.record}))`,
    for: '10m',
    labels: { severity: 'ticket' },
    annotations: {
      summary: `{{ $labels.job }}: 1 of 100 ${door.noun} takes {{ $value | humanizeDuration }} or longer`,
      description: `The 99th percentile of the durations has been above the objective for 10 minutes.`,
      runbook: `Look at "${door.title}" of the service overview for what is slow, follow an exemplar of a slow one to its trace, and compare with database and clients below.`,
      runbook_url: runbookOf(alert),
    },
  };
}

/** Alerts about what is promised to callers. */
export function objectiveAlerts(): AlertRule[] {
  return DOORS_IN.flatMap((door) => [...BURNS.map((burn) => burnAlert(door, burn)), latencyAlert(door)]);
}
