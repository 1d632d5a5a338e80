// Prints what the dashboard takes in and how fast it answers: `node test/bench/micro/dashboard.ts [spans in store]` after
// `npm run build:lib`. CPU time is what to look at on a machine that does other things, too.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Dashboard, startDashboard } from '@nest-telemetry/dashboard';
import { encodeTracesData, type KeyValue, type SpanData } from '@nest-telemetry/otlp';

const STORED = Number(process.argv[2] ?? 1_000_000);
const SENT = 200_000;
const BATCH = 512;
const SPANS_PER_TRACE = 11;
const LONG_TRACE = 1000;
const CONNECTIONS = 4;
/** Of the store that is written to while it makes room. */
const CAPPED_BYTES = 64 * 2 ** 20;
const CAPPED_SPANS = Math.min(600_000, STORED);

const source = new URL('../../../libs/dashboard/dist/', import.meta.url);
const built = async <Module>(file: string): Promise<Module> =>
  (await import(new URL(file, source).href)) as Module;

function attributes(values: Readonly<Record<string, string | number>>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: BigInt(value) } : { stringValue: value },
  }));
}

/** One request of a busy shop: traces of a server span, its layers, two databases and a call of another service. */
function batch(first: number, spansPerTrace = SPANS_PER_TRACE, size = BATCH): Uint8Array {
  const spans: SpanData[] = [];
  for (let index = first; index < first + size; index += 1) {
    const trace = Math.floor(index / spansPerTrace) + 1 + (spansPerTrace === SPANS_PER_TRACE ? 0 : 2 ** 40);
    const place = index % spansPerTrace;
    const kind = place === 0 ? 2 : place % 4 === 3 ? 3 : 1;
    const start = 1_790_000_000_000_000_000n + BigInt(index) * 100_000n;
    spans.push({
      traceId: trace.toString(16).padStart(32, '0'),
      spanId: (index + 1).toString(16).padStart(16, '0'),
      parentSpanId:
        place === 0 ? '' : (index - place + 1 + Math.floor((place - 1) / 2)).toString(16).padStart(16, '0'),
      name:
        kind === 2
          ? `GET /orders/${trace % 50}/:id`
          : kind === 3
            ? 'SELECT orders'
            : `OrdersService.step${place}`,
      kind,
      traceState: '',
      flags: 1,
      startTimeUnixNano: start,
      endTimeUnixNano: start + BigInt(1_000_000 + ((index * 7919) % 50_000_000)),
      attributes: attributes({
        'enduser.id': `user-${trace % 100_000}`,
        'order.id': index,
        'code.function.name': `OrdersService.step${place}`,
        'thread.id': 1,
        'shop.region': `region-${trace % 20}`,
        ...(kind === 2 && {
          'http.route': `/orders/${trace % 50}/:id`,
          'http.request.method': 'GET',
          'http.response.status_code': 200,
        }),
        ...(kind === 3 && {
          'db.system.name': 'postgresql',
          'db.namespace': 'shop',
          'db.query.text': 'SELECT * FROM orders WHERE id = ?',
        }),
      }),
      droppedAttributesCount: 0,
      events: [],
      droppedEventsCount: 0,
      links: [],
      droppedLinksCount: 0,
      ...(trace % 40 === 0 && { status: { code: 2, message: 'card declined' } }),
    });
  }
  const resource = {
    attributes: attributes({ 'service.name': `orders-${first % 3}`, 'service.version': '1.4.0' }),
    droppedAttributesCount: 0,
    entityRefs: [],
  };
  const scope = { name: 'bench', version: '', attributes: [], droppedAttributesCount: 0 };
  return encodeTracesData({
    resourceSpans: [{ resource, scopeSpans: [{ scope, spans, schemaUrl: '' }], schemaUrl: '' }],
  });
}

/** On a thread of its own, so that what sending costs can be told from what receiving does. */
async function send(port: MessagePort): Promise<void> {
  const { url } = workerData as { url: string };
  const bodies: Uint8Array[] = [];
  for (let first = 0; first < SENT; first += BATCH) bodies.push(batch(first));
  const before = process.threadCpuUsage();
  const began = performance.now();
  port.postMessage('ready');
  let refused = 0;
  const lane = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      for (;;) {
        const response = await fetch(`${url}/v1/traces`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf' },
          body: Buffer.from(body),
        });
        await response.arrayBuffer();
        if (response.status === 200) break;
        refused += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  const { user, system } = process.threadCpuUsage(before);
  port.postMessage({
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: (user + system) / 1e6,
    refused,
  });
}

async function ingest(dashboard: Dashboard): Promise<void> {
  const sender = new Worker(new URL(import.meta.url), { workerData: { url: dashboard.otlpHttpUrl } });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let before = process.cpuUsage();
  const figures = await new Promise<{ seconds: number; cpuSeconds: number; refused: number }>(
    (resolve, reject) => {
      sender.on('error', reject);
      sender.on('message', (message) => {
        if (message !== 'ready') return resolve(message);
        before = process.cpuUsage();
        delay.enable();
      });
    },
  );
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6 - figures.cpuSeconds;
  console.log(
    `${load()}\ningest over HTTP/protobuf   ${(SENT / figures.seconds).toFixed(0)} spans/s, ${(SENT / cpu).toFixed(0)} spans per CPU second, ${figures.refused} asked to come again`,
  );
  console.log(
    `main loop meanwhile         p50 ${(delay.percentile(50) / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, max ${(delay.max / 1e6).toFixed(1)} ms`,
  );
}

/** CPU time of this thread in milliseconds; some kernels count it in steps of four. */
function cpuMillis(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** How long each of many pieces of work took. */
class Durations {
  readonly #wall: number[] = [];
  readonly #cpu: number[] = [];

  time<T>(run: () => T): T {
    const cpu = cpuMillis();
    const began = performance.now();
    const result = run();
    this.#wall.push(performance.now() - began);
    this.#cpu.push(cpuMillis() - cpu);
    return result;
  }

  get count(): number {
    return this.#wall.length;
  }

  get cpuSeconds(): number {
    return this.#cpu.reduce((sum, each) => sum + each, 0) / 1000;
  }

  /** CPU as a mean, for single figures are too coarse, and the most of each. */
  toString(): string {
    const sorted = this.#wall.toSorted((a, b) => a - b);
    const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
    const mean = (this.cpuSeconds * 1000) / this.count;
    return `CPU mean ${mean.toFixed(2)} ms, max ${Math.max(...this.#cpu).toFixed(1)} ms; wall median ${median.toFixed(1)} ms, max ${Math.max(...this.#wall).toFixed(1)} ms`;
  }
}

function timed(name: string, run: () => unknown, times = 50): void {
  const durations = new Durations();
  for (let round = 0; round < times; round += 1) durations.time(run);
  console.log(`${name.padEnd(27)} ${String(durations)}`);
}

function load(): string {
  return `load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} CPUs`;
}

type StoreModule = typeof import('../../../libs/dashboard/src/store/store.js');

/** Fills a store as its thread does: a batch, room if there is too much, and a step of merging. */
function fill(open: InstanceType<StoreModule['Store']>, spans: number): void {
  const [writing, makingRoom, merging] = [new Durations(), new Durations(), new Durations()];
  let peak = 0;
  for (let first = 0; first < spans; first += BATCH) {
    const bytes = batch(first);
    writing.time(() => open.ingest({ signal: 'traces', encoding: 'protobuf', bytes }));
    if (first >= spans / 2 && first < spans / 2 + BATCH)
      open.ingest({ signal: 'traces', encoding: 'protobuf', bytes: batch(0, LONG_TRACE, LONG_TRACE) });
    do makingRoom.time(() => open.evict());
    while (open.isOverfull);
    merging.time(() => open.mergeTokens());
    peak = Math.max(peak, open.totals.bytes);
  }
  const cpu = writing.cpuSeconds + makingRoom.cpuSeconds + merging.cpuSeconds;
  console.log(
    `${open.totals.spans} spans in ${(open.totals.bytes / 2 ** 20).toFixed(0)} MiB, ${(peak / 2 ** 20).toFixed(0)} at most; ${(spans / cpu).toFixed(0)} spans per CPU second; ${load()}`,
  );
  console.log(`  a batch of ${BATCH}            ${String(writing)}`);
  console.log(`  a step of making room     ${String(makingRoom)}`);
  console.log(`  a step of merging         ${String(merging)}`);
}

async function store(directory: string): Promise<void> {
  const { Store } = await built<StoreModule>('store/store.js');
  const { QUERIES } =
    await built<typeof import('../../../libs/dashboard/src/query/queries.js')>('query/queries.js');
  console.log('\nstore with a limit, written to at full speed');
  const capped = new Store({ file: join(directory, 'capped.db'), maxBytes: CAPPED_BYTES });
  fill(capped, CAPPED_SPANS);
  capped.close();
  console.log('\nstore without a limit');
  const file = join(directory, 'bench.db');
  let open = new Store({ file, maxBytes: Infinity });
  fill(open, STORED);
  const long = (2 ** 40 + 1).toString(16).padStart(32, '0');
  const trace = (): string => JSON.stringify(QUERIES.trace(open, { traceId: long }));
  timed('the first trace of 1000', trace, 1);
  timed('trace of 1000 spans as JSON', trace);
  timed('newest traces', () => QUERIES.traces(open, {}));
  timed('newest of a service', () => QUERIES.traces(open, { service: 'orders-1' }));
  timed('newest with errors', () => QUERIES.traces(open, { error: true }));
  timed('slowest', () => QUERIES.traces(open, { sort: 'slowest' }));
  timed('attribute, one hit', () => QUERIES.traces(open, { q: `order.id=${Math.floor(STORED / 3)}` }));
  timed('attribute, many hits', () => QUERIES.traces(open, { q: 'shop.region=region-7' }));
  timed('attribute, none', () => QUERIES.traces(open, { q: 'enduser.id=nobody' }));
  timed('two words', () => QUERIES.traces(open, { q: 'card declined' }));
  timed('totals', () => QUERIES.totals(open));
  const { bytes } = open.totals;
  open.close();
  open = new Store({ file, maxBytes: Math.floor(bytes * 0.9) });
  const slices = new Durations();
  while (slices.time(() => open.evict()));
  const evicted = open.totals.evictedSpans;
  console.log(
    `eviction of a tenth         ${String(slices)}; ${evicted} spans in ${slices.count} slices, ${(evicted / slices.cpuSeconds).toFixed(0)} spans per CPU second`,
  );
  open.close();
}

if (isMainThread) {
  const directory = mkdtempSync(join(tmpdir(), 'dashboard-bench-'));
  try {
    const dashboard = await startDashboard({
      port: 0,
      otlpHttpPort: 0,
      otlpGrpcPort: null,
      directory: join(directory, 'data'),
    });
    await ingest(dashboard);
    await dashboard.close();
    await store(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
} else if (parentPort !== null) await send(parentPort);
