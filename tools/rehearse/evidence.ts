import { setTimeout as delay } from 'node:timers/promises';
import { jaegerSpans } from '../../test/interop/jaeger.api.ts';
import { stored } from '../../test/interop/prometheus.api.ts';
import { increaseOf, resetsOf } from './counters.ts';
import type { Database } from './database.ts';
import type { Attempt } from './load.ts';
import { type Finding, missingFrom } from './verdict.ts';

const LOOK_AGAIN_MILLIS = 2000;
const ORDERS_PLACED =
  '{__name__="http_server_request_duration_seconds_count",job="order",http_route="/orders",http_request_method="POST"}';

function countersOf(job: string): string {
  return `{job="${job}",__name__=~".+_(total|count|sum|bucket)"}`;
}

/** Number of orders by idempotency key. */
export async function ordersByKey(database: Database): Promise<Map<string, number>> {
  const rows = await database.query(
    `SELECT idempotency_key, count(*) FROM orders WHERE tenant = 'rehearsal' GROUP BY 1`,
  );
  return new Map(rows.map(([key = '', count]) => [key, Number(count)]));
}

/** Keys of the orders that the user service has noted. */
export async function notedKeys(database: Database): Promise<Set<string>> {
  const rows = await database.query(
    `SELECT o.idempotency_key FROM customer_orders c JOIN orders o ON o.id = c.order_id WHERE o.tenant = 'rehearsal'`,
  );
  return new Set(rows.map(([key = '']) => key));
}

export interface TraceEvidence {
  readonly attempts: readonly Attempt[];
  readonly noted: ReadonlySet<string>;
  readonly jaegerUrl: string;
  readonly prometheusUrl: string;
  readonly minutes: number;
  /** How long what was kept may take to arrive. */
  readonly withinMillis: number;
  readonly signal: AbortSignal;
}

/** Whether every acknowledged order has its whole trace, or drops were counted that explain it. */
export async function judgeTraces(evidence: TraceEvidence): Promise<Finding> {
  const { attempts, noted, jaegerUrl, withinMillis, signal } = evidence;
  let waiting = attempts.filter(({ status }) => status === 201);
  const { length: all } = waiting;
  const deadline = Date.now() + withinMillis;
  const gone = new Map<string, string[]>();
  for (;;) {
    for (const { key, traceId = '' } of waiting) {
      gone.set(key, missingFrom(await jaegerSpans(jaegerUrl, traceId), noted.has(key)));
    }
    waiting = waiting.filter(({ key }) => gone.get(key)?.length !== 0);
    if (waiting.length === 0 || Date.now() > deadline) break;
    await delay(LOOK_AGAIN_MILLIS, undefined, { signal });
  }
  const dropped = await countedDrops(evidence);
  const [first] = waiting;
  const example =
    first === undefined ? '' : `; the first misses ${gone.get(first.key)?.join(', ')} (${first.traceId})`;
  return {
    promise: 'Every acknowledged order has its whole trace in Jaeger, or drops were counted',
    kept: all > 0 && waiting.length <= dropped,
    seen: `${all - waiting.length} of ${all} whole, ${dropped} records counted as dropped${example}`,
  };
}

async function countedDrops({ prometheusUrl, minutes }: TraceEvidence): Promise<number> {
  const series = await stored(prometheusUrl, '{__name__="nest_telemetry_spool_dropped_total"}', minutes);
  return series.reduce((sum, { samples }) => sum + increaseOf(samples), 0);
}

/** Whether counters went back only as often as their service was started again. */
export async function judgeCounters(
  prometheusUrl: string,
  minutes: number,
  restarts: Readonly<Record<string, number>>,
): Promise<Finding> {
  const lies: string[] = [];
  let checked = 0;
  let back = 0;
  for (const [job, allowed] of Object.entries(restarts)) {
    for (const { labels, samples } of await stored(prometheusUrl, countersOf(job), minutes)) {
      checked += 1;
      const resets = resetsOf(samples);
      back += Math.min(resets, 1);
      if (resets > allowed) lies.push(`${labels['__name__']} of ${job} went back ${resets} times`);
    }
  }
  return {
    promise: 'Counters never went back but for a process that started again',
    kept: checked > 0 && lies.length === 0,
    seen: `${checked} series checked; ${back} began again with their process, ${lies.length} more often${lies.length > 0 ? `: ${lies[0]}` : ''}`,
  };
}

/** Whether the service that was never killed counted what its callers saw. */
export async function judgeCounts(
  prometheusUrl: string,
  minutes: number,
  attempts: readonly Attempt[],
): Promise<Finding> {
  const series = await stored(prometheusUrl, ORDERS_PLACED, minutes);
  const counted = series.reduce((sum, { samples }) => sum + increaseOf(samples), 0);
  const seen = attempts.filter(({ status }) => status !== 0).length;
  return {
    promise: 'The metrics of the order service count every request that was answered',
    kept: counted === seen,
    seen: `${counted} counted, ${seen} answered`,
  };
}
