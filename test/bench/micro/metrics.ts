// Prints the CPU one measurement costs, and one scrape, official against ours, in turns so that a busy machine slows
// both: `node test/bench/micro/metrics.ts [rounds]` after `npm run build:lib`.
import { setTimeout } from 'node:timers/promises';
import { type Attributes, context, type Meter, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  createAllowListAttributesProcessor,
  MeterProvider,
  MetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';

const ROUNDS = Number(process.argv[2] ?? 15);
const CALLS_PER_ROUND = 200_000;

// Parts the package does not export, so they are taken from its build by file.
const built = (file: string): Promise<unknown> =>
  import(new URL(`../../../libs/telemetry/dist/${file}.js`, import.meta.url).href);
const { LeanMeterProvider } = (await built(
  'sdk/meter/lean.meter-provider',
)) as typeof import('../../../libs/telemetry/src/sdk/meter/lean.meter-provider.ts');
const { PageWriter } = (await built(
  'metrics/exposition/page.writer',
)) as typeof import('../../../libs/telemetry/src/metrics/exposition/page.writer.ts');
const { pageRequestOf, PrometheusScrape } = (await built(
  'metrics/prometheus.scrape',
)) as typeof import('../../../libs/telemetry/src/metrics/prometheus.scrape.ts');
const { isLean } = (await built(
  'metrics/bound.instruments',
)) as typeof import('../../../libs/telemetry/src/metrics/bound.instruments.ts');

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const ROUTES = ['/orders', '/orders/:id', '/users/:id', '/users/:id/orders', '/health'];
/** Attributes as an HTTP hook makes them: a new object for each request. */
const five = (index: number): Attributes => ({
  'http.request.method': 'GET',
  'url.scheme': 'https',
  'http.response.status_code': index % 7 === 0 ? 404 : 200,
  'http.route': ROUTES[index % ROUTES.length],
  'network.protocol.version': '1.1',
});
const ten = (index: number): Attributes => ({
  ...five(index),
  'server.address': 'orders.internal.example.com',
  'server.port': 8443,
  'deployment.environment.name': 'production',
  region: 'eu-central-1',
  'order.is_gift': false,
});
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const sampled = trace.setSpan(ROOT_CONTEXT, {
  ...trace.wrapSpanContext({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  }),
  spanContext: () => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  }),
  isRecording: () => true,
});

class PullReader extends MetricReader {
  constructor(temporality = AggregationTemporality.CUMULATIVE) {
    super({ aggregationTemporalitySelector: () => temporality });
  }

  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}
}

interface Setup {
  readonly readers: MetricReader[];
  readonly views?: ViewOptions[];
}
const resource = resourceFromAttributes({ 'service.name': 'bench' });
const PROVIDERS = {
  official: (setup: Setup) => new MeterProvider({ resource, ...setup }),
  ours: (setup: Setup) => new LeanMeterProvider({ resource, ...setup }),
};
type Subject = keyof typeof PROVIDERS;

interface Case {
  readonly name: string;
  readonly setup?: () => Setup;
  readonly prepare: (meter: Meter) => (index: number) => void;
}

const counterWith = (attributes: ((index: number) => Attributes) | undefined) => (meter: Meter) => {
  const counter = meter.createCounter('orders');
  return (index: number) => counter.add(1, attributes?.(index));
};
const histogramOf = (meter: Meter) =>
  meter.createHistogram('duration', { unit: 's', advice: { explicitBucketBoundaries: SECONDS } });

const CASES: readonly Case[] = [
  { name: 'counter, no attributes', prepare: counterWith(undefined) },
  { name: 'counter, 1 attribute', prepare: counterWith((index) => ({ kind: index % 2 ? 'a' : 'b' })) },
  { name: 'counter, 5 attributes', prepare: counterWith(five) },
  { name: 'counter, 10 attributes', prepare: counterWith(ten) },
  {
    name: 'histogram, 5 attributes',
    prepare: (meter) => {
      const histogram = histogramOf(meter);
      return (index) => histogram.record((index % 1000) / 1000, five(index), ROOT_CONTEXT);
    },
  },
  {
    name: 'histogram, 5, exemplar',
    prepare: (meter) => {
      const histogram = histogramOf(meter);
      return (index) => histogram.record((index % 1000) / 1000, five(index), sampled);
    },
  },
  {
    name: 'histogram, 5, active context',
    prepare: (meter) => {
      const histogram = histogramOf(meter);
      return (index) => histogram.record((index % 1000) / 1000, five(index));
    },
  },
  {
    name: 'histogram, bound (ours)',
    prepare: (meter) => {
      const histogram = histogramOf(meter);
      const attributes = five(1);
      if (!isLean(histogram))
        return (index) => histogram.record((index % 1000) / 1000, attributes, ROOT_CONTEXT);
      const bound = histogram.bind(attributes);
      return (index) => bound.record((index % 1000) / 1000, ROOT_CONTEXT);
    },
  },
  {
    name: 'histogram, bound, exemplar',
    prepare: (meter) => {
      const histogram = histogramOf(meter);
      const attributes = five(1);
      if (!isLean(histogram)) return (index) => histogram.record((index % 1000) / 1000, attributes, sampled);
      const bound = histogram.bind(attributes);
      return (index) => bound.record((index % 1000) / 1000, sampled);
    },
  },
  {
    name: 'histogram, 5, two readers',
    setup: () => ({ readers: [new PullReader(), new PullReader(AggregationTemporality.DELTA)] }),
    prepare: (meter) => {
      const histogram = histogramOf(meter);
      return (index) => histogram.record((index % 1000) / 1000, five(index), ROOT_CONTEXT);
    },
  },
  {
    name: 'counter, 5, view keeps 1',
    setup: () => ({
      readers: [new PullReader()],
      views: [
        {
          instrumentName: '*',
          attributesProcessors: [createAllowListAttributesProcessor(['http.route'])],
        },
      ],
    }),
    prepare: counterWith(five),
  },
];

function nanosecondsPerCall(call: (index: number) => void, calls: number): number {
  const before = process.threadCpuUsage();
  for (let index = 0; index < calls; index++) call(index);
  const used = process.threadCpuUsage(before);
  return ((used.user + used.system) * 1000) / calls;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Runs the subjects in turns and answers with the median cost of each. */
function compare(calls: number, subjects: Readonly<Record<Subject, (index: number) => void>>) {
  const costs: Record<Subject, number[]> = { official: [], ours: [] };
  for (let round = -3; round < ROUNDS; round++) {
    for (const subject of ['official', 'ours'] as const) {
      const cost = nanosecondsPerCall(subjects[subject], calls);
      if (round >= 0) costs[subject].push(cost);
    }
  }
  return { official: median(costs.official), ours: median(costs.ours) };
}

function print(name: string, unit: string, { official, ours }: Record<Subject, number>): void {
  console.log(
    `${name.padEnd(32)} official ${official.toFixed(unit === 'ns' ? 0 : 1).padStart(7)} ${unit}  ` +
      `ours ${ours.toFixed(unit === 'ns' ? 0 : 1).padStart(7)} ${unit}  ${(official / ours).toFixed(1).padStart(5)}x`,
  );
}

console.log(`Node ${process.version}, ${ROUNDS} rounds of ${CALLS_PER_ROUND} calls, median CPU per call`);
for (const { name, setup = () => ({ readers: [new PullReader()] }), prepare } of CASES) {
  const prepared = (subject: Subject) => prepare(PROVIDERS[subject](setup()).getMeter('bench'));
  print(name, 'ns', compare(CALLS_PER_ROUND, { official: prepared('official'), ours: prepared('ours') }));
}

/** A page of that many series, from a provider of ours; the official serializer reads the same. */
async function metricsOf(kind: 'counters' | 'histograms', series: number) {
  const reader = new PullReader();
  const provider = new LeanMeterProvider({ resource, readers: [reader], cardinalityLimit: series + 1 });
  const meter = provider.getMeter('bench');
  const counter = meter.createCounter('orders');
  const histogram = histogramOf(meter);
  for (let id = 0; id < series; id++) {
    const attributes = { ...five(id), id };
    if (kind === 'counters') counter.add(1, attributes);
    else histogram.record((id % 1000) / 1000, attributes, ROOT_CONTEXT);
  }
  return { reader, metrics: (await reader.collect()).resourceMetrics };
}

function milliseconds(run: () => unknown): number {
  const before = process.threadCpuUsage();
  run();
  const used = process.threadCpuUsage(before);
  return (used.user + used.system) / 1000;
}

/** As the page of the package is made. */
function bytesOfPieces(pieces: Iterable<string>): Buffer[] {
  const chunks: Buffer[] = [];
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < 65_536) continue;
    chunks.push(Buffer.from(text));
    text = '';
  }
  return [...chunks, Buffer.from(text)];
}

const TEXT = { syntax: 'prometheus', utf8: false, contentType: 'text/plain' } as const;
const SETTINGS = { naming: 'suffixed', scopeLabels: false } as const;
const PAGE_ROUNDS = Math.min(ROUNDS, 7);

console.log(`\nOne page as bytes, ${PAGE_ROUNDS} rounds, median CPU`);
for (const [kind, series] of [
  ['counters', 10_000],
  ['histograms', 1_000],
] as const) {
  // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
  const { metrics } = await metricsOf(kind, series);
  const official = new PrometheusSerializer();
  const ours = new PageWriter(SETTINGS);
  const costs = { official: [] as number[], ours: [] as number[] };
  for (let round = -2; round < PAGE_ROUNDS; round++) {
    const cost = {
      official: milliseconds(() => Buffer.from(official.serialize(metrics))),
      ours: milliseconds(() => bytesOfPieces(ours.write(metrics, TEXT))),
    };
    if (round < 0) continue;
    for (const subject of ['official', 'ours'] as const) costs[subject].push(cost[subject]);
  }
  print(`${series} ${kind}`, 'ms', { official: median(costs.official), ours: median(costs.ours) });
}

/** The most CPU this thread spends between two turns of the event loop, which is how long a request would wait. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let running = true;
  let before = process.threadCpuUsage();
  const tick = () => {
    const used = process.threadCpuUsage(before);
    longest = Math.max(longest, (used.user + used.system) / 1000);
    before = process.threadCpuUsage();
    if (running) setImmediate(tick);
  };
  setImmediate(tick);
  await setTimeout(20);
  longest = 0;
  await work();
  await setTimeout(5);
  running = false;
  return longest;
}

console.log('\nOne scrape of 100 000 counters, without compression');
{
  const { reader } = await metricsOf('counters', 100_000);
  const scrape = new PrometheusScrape({
    collect: (options) => reader.collect(options),
    settings: SETTINGS,
  });
  for (let round = 0; round < 7; round++) {
    let bytes = 0;
    const start = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
    const block = await longestBlock(async () => {
      const { body } = await scrape.answer(pageRequestOf({ headers: {} }));
      bytes = body.reduce((sum, { length }) => sum + length, 0);
    });
    console.log(
      `scrape ${round + 1}: ${(performance.now() - start - 25).toFixed(0)} ms, ` +
        `longest block ${block.toFixed(1)} ms CPU, ${(bytes / 1e6).toFixed(1)} MB`,
    );
  }
}
