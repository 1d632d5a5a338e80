// Prints the CPU one span costs to encode, the official serializer against ours, in turns so that a busy machine
// slows both: `node test/bench/micro/otlp.ts [rounds]` after `npm run build:lib`.
import { context, SpanKind, trace } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

import { encodeSpan, encodeTraces, wrapSpans } from '@nest-telemetry/otlp';

const ROUNDS = Number(process.argv[2] ?? 15);
const BATCH = 512;
const BATCHES_PER_ROUND = 8;

const REQUEST_ATTRIBUTES = {
  'http.request.method': 'GET',
  'http.route': '/orders/:id',
  'http.response.status_code': 200,
  'url.scheme': 'https',
  'server.address': 'orders.internal.example.com',
  'server.port': 8443,
  'url.path': '/orders/8e1cbd3e-52f4-43c3-a1f8-3c7c4a8b1d55',
  'user_agent.original':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0',
  'order.total': 129.95,
  'order.is_gift': false,
};

interface Shape {
  readonly name: string;
  readonly attributes: number;
  readonly hasEvent: boolean;
  /** A server span and its children have one trace id. */
  readonly spansPerTrace: number;
}

const SHAPES: readonly Shape[] = [
  { name: '0 attributes', attributes: 0, hasEvent: false, spansPerTrace: 1 },
  { name: '5 attributes', attributes: 5, hasEvent: false, spansPerTrace: 1 },
  { name: '10 attributes', attributes: 10, hasEvent: false, spansPerTrace: 1 },
  { name: '10 attributes + event', attributes: 10, hasEvent: true, spansPerTrace: 1 },
  { name: '5, traces of 4 spans', attributes: 5, hasEvent: false, spansPerTrace: 4 },
];

const SUBJECTS = {
  official: (spans: ReadableSpan[]) => ProtobufTraceSerializer.serializeRequest(spans)?.length ?? 0,
  encodeTraces: (spans: ReadableSpan[]) => encodeTraces(spans).length,
  'encodeSpan + wrapSpans': (spans: ReadableSpan[]) => {
    const [first] = spans;
    if (first === undefined) return 0;
    const messages = spans.map((span) => encodeSpan(span) ?? new Uint8Array());
    return wrapSpans(first.resource, first.instrumentationScope, messages).length;
  },
};
type Subject = keyof typeof SUBJECTS;

function spansOf(shape: Shape): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'orders',
      'service.version': '1.4.0',
      'host.name': 'node-7',
    }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('bench', '1.0.0');
  let parent = context.active();
  for (let index = 0; index < BATCH; index++) {
    const isRoot = index % shape.spansPerTrace === 0;
    const span = tracer.startSpan(
      'GET /orders/:id',
      { kind: isRoot ? SpanKind.SERVER : SpanKind.INTERNAL },
      isRoot ? context.active() : parent,
    );
    if (isRoot) parent = trace.setSpan(context.active(), span);
    for (const [key, value] of Object.entries(REQUEST_ATTRIBUTES).slice(0, shape.attributes)) {
      // Texts of a real span are made anew for each request.
      span.setAttribute(key, typeof value === 'string' ? Buffer.from(value).toString() : value);
    }
    if (shape.hasEvent) span.addEvent('payment accepted', { 'payment.provider': 'acme', attempt: 1 });
    span.end();
  }
  return exporter.getFinishedSpans();
}

function nanosecondsPerSpan(subject: Subject, spans: ReadableSpan[]): number {
  const before = process.threadCpuUsage();
  for (let batch = 0; batch < BATCHES_PER_ROUND; batch++) SUBJECTS[subject](spans);
  const used = process.threadCpuUsage(before);
  return ((used.user + used.system) * 1000) / (BATCHES_PER_ROUND * BATCH);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const subjects = Object.keys(SUBJECTS) as Subject[];
console.log(
  `Node ${process.version}, ${ROUNDS} rounds of ${BATCHES_PER_ROUND * BATCH} spans, median CPU ns per span`,
);
for (const shape of SHAPES) {
  const spans = spansOf(shape);
  const costs = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  for (let round = -3; round < ROUNDS; round++) {
    for (const subject of subjects) {
      const cost = nanosecondsPerSpan(subject, spans);
      if (round >= 0) costs.get(subject)?.push(cost);
    }
  }
  const official = median(costs.get('official') ?? []);
  for (const subject of subjects) {
    const cost = median(costs.get(subject) ?? []);
    const bytes = SUBJECTS[subject](spans) / BATCH;
    console.log(
      `${shape.name.padEnd(22)} ${subject.padEnd(22)} ${cost.toFixed(0).padStart(7)} ns  ` +
        `${(official / cost).toFixed(1).padStart(5)}x  ${bytes.toFixed(0)} bytes`,
    );
  }
}
