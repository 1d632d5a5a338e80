import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { DashboardProgram, temporaryFolder } from '../../e2e/dashboard/dashboard.program.js';
import { isLong } from '../producer.js';
import { logBatch, metricBatch, SPANS_PER_BATCH, TraceBatches } from './batches.js';

const MEGABYTE = 2 ** 20;
/** Eight hours of a busy machine; `DASHBOARD_SPANS` takes another number. */
const SPANS = Number(process.env['DASHBOARD_SPANS'] ?? (isLong ? 20_000_000 : 200_000));
const MAX_BYTES = (isLong ? 64 : 16) * MEGABYTE;
/** Rows of the first batches beyond the limit, and the log of what is not yet in the file. */
const MOST_BYTES = MAX_BYTES * 1.125 + 24 * MEGABYTE;
const LANES = 4;
const LOOKS = 200;
const LOGS_EVERY = 20;
/** What is there before the store is full once is not compared. */
const WARM = 0.2;
/** A share of what there is, and garbage that is collected later. */
const SLACK = 1.1;
const GARBAGE = 32 * MEGABYTE;
const MOST_MINUTES = 60;

interface Look {
  readonly share: number;
  readonly memory: number;
  readonly bytes: number;
  readonly millis: number;
}

it(
  `A dashboard that is sent ${SPANS.toLocaleString('en')} spans stays as large as it was, and counts every one`,
  { timeout: MOST_MINUTES * 60_000 },
  async () => {
    using folder = temporaryFolder();
    const data = join(folder.path, 'data');
    await using dashboard = await DashboardProgram.start(
      data,
      '--max-bytes',
      String(MAX_BYTES),
      '--insecure',
    );
    const batches = new TraceBatches();
    const count = Math.ceil(SPANS / SPANS_PER_BATCH);
    const looks: Look[] = [];
    const logs = logBatch(100);
    let next = 1;
    const lane = async (): Promise<void> => {
      for (let number = next++; number <= count; number = next++) {
        await send(dashboard, 'traces', 'application/x-protobuf', batches.batch(number));
        if (number % LOGS_EVERY === 0) {
          await send(dashboard, 'logs', 'application/json', logs);
          await send(dashboard, 'metrics', 'application/json', metricBatch(50, number));
        }
        if (number % Math.ceil(count / LOOKS) === 0) looks.push(await look(dashboard, data, number / count));
      }
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: LANES }, lane));
    const seconds = (performance.now() - began) / 1000;

    const { totals, storeRestarts } = await dashboard.json<{
      totals: { spans: number; evictedSpans: number; refused: number; bytes: number };
      storeRestarts: { count: number };
    }>('/api/settings');
    const warm = looks.filter(({ share }) => share > WARM);
    const [earlier, later] = [halfOf(warm, false), halfOf(warm, true)];
    console.log(
      `${count * SPANS_PER_BATCH} spans in ${seconds.toFixed(0)} s (${Math.round((count * SPANS_PER_BATCH) / seconds)}/s); memory ${mb(earlier.memory)}, then ${mb(later.memory)} MB; files ${mb(earlier.bytes)}, then ${mb(later.bytes)} MB; slowest list ${Math.max(...looks.map(({ millis }) => millis)).toFixed(0)} ms; ${totals.spans} spans left`,
    );
    expect(totals.spans + totals.evictedSpans).toBe(count * SPANS_PER_BATCH);
    expect([totals.refused, storeRestarts.count]).toEqual([0, 0]);
    expect(totals.evictedSpans).toBeGreaterThan(0);
    expect(later.memory).toBeLessThanOrEqual(earlier.memory * SLACK + GARBAGE);
    expect(later.bytes).toBeLessThanOrEqual(earlier.bytes * SLACK);
    expect(Math.max(...looks.map(({ bytes }) => bytes))).toBeLessThanOrEqual(MOST_BYTES);
  },
);

/** Sends until it is taken; whoever is too fast is told so. */
async function send(
  dashboard: DashboardProgram,
  signal: string,
  type: string,
  body: string | Buffer<ArrayBuffer>,
): Promise<void> {
  for (;;) {
    const request = { method: 'POST', headers: { 'content-type': type }, body };
    const response = await fetch(`${dashboard.otlpHttp}/v1/${signal}`, request);
    await response.arrayBuffer();
    if (response.status === 200) return;
    expect(response.status).toBe(429);
    await delay(Number(response.headers.get('retry-after') ?? 1) * 1000);
  }
}

async function look(dashboard: DashboardProgram, directory: string, share: number): Promise<Look> {
  const began = performance.now();
  const { traces } = await dashboard.json<{ traces: unknown[] }>('/api/traces');
  expect(traces.length).toBeGreaterThan(0);
  const millis = performance.now() - began;
  const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { share, memory: await dashboard.memory(), bytes, millis };
}

/** The most there was in one half of the time. */
function halfOf(looks: readonly Look[], isLater: boolean): Pick<Look, 'memory' | 'bytes'> {
  const half = looks.filter(({ share }) => share > (1 + WARM) / 2 === isLater);
  return {
    memory: Math.max(...half.map(({ memory }) => memory)),
    bytes: Math.max(...half.map(({ bytes }) => bytes)),
  };
}

function mb(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}
