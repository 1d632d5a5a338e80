// Prints the CPU one request costs its traces under different kinds of sampling: a server span with attributes and three
// spans inside it, which are encoded when they are kept. In turns, so that a busy machine slows all of them:
// `node test/bench/micro/sampling.ts [rounds]` after `npm run build:lib`.
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { TracesOptions } from 'nest-telemetry';

const ROUNDS = Number(process.argv[2] ?? 15);
const REQUESTS_PER_ROUND = 10_000;

// Parts the package does not export, so they are taken from its build by file.
const built = (file: string): Promise<unknown> =>
  import(new URL(`../../../libs/telemetry/dist/${file}.js`, import.meta.url).href);
const { LeanTracerProvider } = (await built(
  'sdk/tracer/lean.tracer-provider',
)) as typeof import('../../../libs/telemetry/src/sdk/tracer/lean.tracer-provider.ts');
const { GuardSpanProcessor } = (await built(
  'processors/guard.span-processor',
)) as typeof import('../../../libs/telemetry/src/processors/guard.span-processor.ts');
const { EncodingSpanProcessor } = (await built(
  'sdk/encoding.span-processor',
)) as typeof import('../../../libs/telemetry/src/sdk/encoding.span-processor.ts');
const { Sampling } = (await built(
  'sdk/sampling/sampling',
)) as typeof import('../../../libs/telemetry/src/sdk/sampling/sampling.ts');
const { TelemetryHealth } = (await built(
  'sdk/health/telemetry.health',
)) as typeof import('../../../libs/telemetry/src/sdk/health/telemetry.health.ts');
const { resolveOptions } = (await built(
  'config/resolve-options',
)) as typeof import('../../../libs/telemetry/src/config/resolve-options.ts');

const AT_THE_END = { 'http.route': '/orders/:id', 'http.response.status_code': 200 };
const AT_THE_START = {
  'http.request.method': 'GET',
  'url.scheme': 'https',
  'url.path': '/orders/8e1cbd3e-52f4-43c3-a1f8-3c7c4a8b1d55',
  'server.address': 'orders.internal.example.com',
  'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
};

interface Case {
  readonly name: string;
  readonly traces: TracesOptions;
  /** Share of the requests that fail. */
  readonly errors?: number;
  /** Whether a caller with tail sampling asks. */
  readonly isCalled?: boolean;
}

const keep = { firstSeenRoutes: false };
const CASES: readonly Case[] = [
  { name: 'everything', traces: {} },
  { name: '1 %', traces: { ratio: 0.01 } },
  { name: '1 %, by rules', traces: { ratio: 0.01, rules: [{ path: '/internal/*', sample: 'drop' }] } },
  { name: '1 %, with errors', traces: { ratio: 0.01, errorRate: {} } },
  { name: '1 % and errors', traces: { ratio: 0.01, keep } },
  { name: '1 % and 1 % errors', traces: { ratio: 0.01, keep }, errors: 0.01 },
  {
    name: '1 %, errors and slow ones',
    traces: { ratio: 0.01, keep: { ...keep, slowerThanPercentile: 0.99 } },
  },
  {
    name: '1 % and errors, held',
    traces: { ratio: 0.01, keep: { ...keep, limits: { maxTraces: 2000 } } },
    isCalled: true,
  },
];

const { awaited } = (await built(
  'sampling.context',
)) as typeof import('../../../libs/telemetry/src/sampling.context.ts');

const sender = {
  export: (_request: Uint8Array, done: (result: { code: number }) => void) => done({ code: 0 }),
  forceFlush: async () => {},
  shutdown: async () => {},
};

function tracerOf(traces: TracesOptions): { tracer: Tracer; stop: () => Promise<void> } {
  const options = resolveOptions(
    { traces },
    { env: {}, packageInfo: { name: 'bench', version: undefined }, isTerminal: false },
  );
  const sampling = new Sampling(options, new TelemetryHealth());
  const provider = new LeanTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    sampler: sampling.sampler,
    spanProcessor: sampling.inFrontOf(
      new GuardSpanProcessor([
        new EncodingSpanProcessor(sender, { ...options.traces.batch, maxQueueSize: 1e9 }),
      ]),
    ),
  });
  return { tracer: provider.getTracer('bench', '1.0'), stop: () => provider.shutdown() };
}

let count = 0;

function request(tracer: Tracer, { errors = 0, isCalled = false }: Case): void {
  count += 1;
  const traceId = count
    .toString(16)
    .padStart(18, '1')
    .concat(Math.random().toString(16).slice(2, 16).padEnd(14, '0'));
  const caller = { traceId, spanId: '1234567890123456', traceFlags: TraceFlags.NONE, isRemote: true };
  const parent = isCalled ? awaited(trace.setSpanContext(ROOT_CONTEXT, caller)) : ROOT_CONTEXT;
  const server = tracer.startSpan('GET', { kind: SpanKind.SERVER, attributes: AT_THE_START }, parent);
  const inside = trace.setSpan(parent, server);
  for (const name of ['validate', 'load', 'render']) tracer.startSpan(name, undefined, inside).end();
  if (server.isRecording()) server.setAttributes(AT_THE_END).updateName('GET /orders/:id');
  if (Math.random() < errors) server.setStatus({ code: SpanStatusCode.ERROR });
  server.end();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const costs = new Map<Case, number[]>(CASES.map((each) => [each, []]));
for (let round = -2; round < ROUNDS; round++) {
  for (const each of CASES) {
    const { tracer, stop } = tracerOf(each.traces);
    const before = process.threadCpuUsage();
    for (let done = 0; done < REQUESTS_PER_ROUND; done++) {
      request(tracer, each);
      // What is sent is sent between requests, as it is in a service.
      if (done % 500 === 0) await new Promise(setImmediate);
    }
    const used = process.threadCpuUsage(before);
    if (round >= 0) costs.get(each)?.push((used.user + used.system) / REQUESTS_PER_ROUND);
    await stop();
  }
}
console.log(
  `Node ${process.version}, ${ROUNDS} rounds of ${REQUESTS_PER_ROUND} requests, median CPU µs per request`,
);
for (const [{ name }, values] of costs)
  console.log(`${name.padEnd(28)} ${median(values).toFixed(2).padStart(6)} µs`);
