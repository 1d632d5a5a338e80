// Prints the CPU one span costs, the official tracer provider against ours, in turns so that a busy machine slows both:
// `node test/bench/micro/span.ts [rounds]` after `npm run build:lib`.
import { context, ROOT_CONTEXT, trace, type Tracer, type TracerProvider } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  type SpanProcessor,
  TracerProvider as OfficialTracerProvider,
} from '@opentelemetry/sdk-trace';

const ROUNDS = Number(process.argv[2] ?? 15);
const SPANS_PER_ROUND = 20_000;

// Parts the package does not export, so they are taken from its build by file.
const built = (file: string): Promise<unknown> =>
  import(new URL(`../../../libs/telemetry/dist/${file}.js`, import.meta.url).href);
const { LeanTracerProvider } = (await built(
  'sdk/tracer/lean.tracer-provider',
)) as typeof import('../../../libs/telemetry/src/sdk/tracer/lean.tracer-provider.ts');
const { ParentFollowingSampler } = (await built(
  'sdk/tracer/sampler-traits',
)) as typeof import('../../../libs/telemetry/src/sdk/tracer/sampler-traits.ts');
const { GuardSpanProcessor } = (await built(
  'processors/guard.span-processor',
)) as typeof import('../../../libs/telemetry/src/processors/guard.span-processor.ts');
const { Span } = (await built(
  'tracing/span.decorator',
)) as typeof import('../../../libs/telemetry/src/tracing/span.decorator.ts');

const FIVE = {
  'http.request.method': 'GET',
  'http.route': '/orders/:id',
  'http.response.status_code': 200,
  'url.scheme': 'https',
  'order.is_gift': false,
};
const TEN = {
  ...FIVE,
  'server.address': 'orders.internal.example.com',
  'server.port': 8443,
  'url.path': '/orders/8e1cbd3e-52f4-43c3-a1f8-3c7c4a8b1d55',
  'user_agent.original': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  'order.total': 129.95,
};

class NowhereProcessor implements SpanProcessor {
  onStart(): void {}
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

class Orders {
  find(id: number): number {
    return id;
  }

  async load(id: number): Promise<number> {
    return id;
  }
}
for (const method of ['find', 'load'] as const) {
  const descriptor = Object.getOwnPropertyDescriptor(Orders.prototype, method) ?? {};
  Span()(Orders.prototype, method, descriptor);
  Object.defineProperty(Orders.prototype, method, descriptor);
}
const orders = new Orders();

const resource = resourceFromAttributes({ 'service.name': 'bench' });
const PROVIDERS = {
  official: (root: Sampler): TracerProvider =>
    new OfficialTracerProvider({
      resource,
      sampler: new ParentBasedSampler({ root }),
      spanProcessors: [new GuardSpanProcessor([new NowhereProcessor()])],
    }),
  ours: (root: Sampler): TracerProvider =>
    new LeanTracerProvider({
      resource,
      sampler: new ParentFollowingSampler(root),
      spanProcessor: new GuardSpanProcessor([new NowhereProcessor()]),
    }),
};
type Subject = keyof typeof PROVIDERS;

interface Case {
  readonly name: string;
  readonly sampled: boolean;
  readonly once: (tracer: Tracer) => unknown;
}

const CASES: readonly Case[] = [
  { name: 'root, 0 attributes', sampled: true, once: (t) => t.startSpan('work', {}, ROOT_CONTEXT).end() },
  { name: 'child, 0 attributes', sampled: true, once: (t) => t.startSpan('work').end() },
  {
    name: 'child, 5 attributes',
    sampled: true,
    once: (t) => t.startSpan('work', { attributes: FIVE }).end(),
  },
  {
    name: 'child, 10 attributes',
    sampled: true,
    once: (t) => t.startSpan('work', { attributes: TEN }).end(),
  },
  { name: 'child, 5 set later', sampled: true, once: (t) => t.startSpan('work').setAttributes(FIVE).end() },
  {
    name: 'child, one event',
    sampled: true,
    once: (t) => t.startSpan('work').addEvent('paid', { attempt: 1 }).end(),
  },
  {
    name: 'root, not recorded',
    sampled: false,
    once: (t) => t.startSpan('work', { attributes: FIVE }, ROOT_CONTEXT).end(),
  },
  {
    name: 'child, not recorded',
    sampled: false,
    once: (t) => t.startSpan('work', { attributes: FIVE }).end(),
  },
  { name: '@Span, sync method', sampled: true, once: () => orders.find(1) },
  { name: '@Span, async method', sampled: true, once: () => orders.load(1) },
  { name: '@Span, not recorded', sampled: false, once: () => orders.find(1) },
];

async function nanosecondsPerSpan({ once, sampled }: Case, provider: TracerProvider): Promise<number> {
  trace.disable();
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer('bench', '1.0');
  const parent = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('parent', {}, ROOT_CONTEXT));
  if (trace.getSpan(parent)?.isRecording() !== sampled) throw new Error('sampled otherwise than expected');
  return context.with(parent, async () => {
    const before = process.threadCpuUsage();
    for (let count = 0; count < SPANS_PER_ROUND; count++) {
      const result = once(tracer);
      if (result instanceof Promise) await result;
    }
    const used = process.threadCpuUsage(before);
    return ((used.user + used.system) * 1000) / SPANS_PER_ROUND;
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const subjects = Object.keys(PROVIDERS) as Subject[];
console.log(`Node ${process.version}, ${ROUNDS} rounds of ${SPANS_PER_ROUND} spans, median CPU ns per span`);
for (const each of CASES) {
  const root = each.sampled ? new AlwaysOnSampler() : new AlwaysOffSampler();
  const costs = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  for (let round = -3; round < ROUNDS; round++) {
    for (const subject of subjects) {
      const cost = await nanosecondsPerSpan(each, PROVIDERS[subject](root));
      if (round >= 0) costs.get(subject)?.push(cost);
    }
  }
  const [official = Number.NaN, ours = Number.NaN] = subjects.map((subject) =>
    median(costs.get(subject) ?? []),
  );
  const factor = (official / ours).toFixed(1).padStart(5);
  console.log(
    `${each.name.padEnd(22)} official ${official.toFixed(0).padStart(5)} ns  ours ${ours.toFixed(0).padStart(5)} ns  ${factor}x`,
  );
}
