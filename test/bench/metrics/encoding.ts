// What a span costs to encode for OTLP, as the pipeline does it: each when it ends, and the batch put around them.
import { context, SpanKind, trace } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { SpanBatch } from '@nest-telemetry/otlp';
import { inTurns } from './cpu.ts';

const BATCH = 512;
/** Enough for the clock of a thread, which advances in steps of milliseconds. */
const BATCHES = 100;
/** A server span and its three children. */
const SPANS_PER_TRACE = 4;
const ATTRIBUTES = {
  'http.request.method': 'GET',
  'http.route': '/orders/:id',
  'http.response.status_code': 200,
  'url.scheme': 'https',
  'url.path': '/orders/8e1cbd3e-52f4-43c3-a1f8-3c7c4a8b1d55',
};

/** CPU microseconds of one span, by round. */
export interface EncodingFigures {
  readonly ours: readonly number[];
  readonly official: readonly number[];
}

export function measureEncoding(rounds: number): EncodingFigures {
  const spans = finishedSpans();
  const batch = new SpanBatch();
  const batches = (encode: () => unknown) => () => {
    for (let count = 0; count < BATCHES; count++) encode();
  };
  const costs = inTurns(rounds, {
    ours: batches(() => {
      for (const span of spans) batch.add(span);
      return batch.take();
    }),
    official: batches(() => ProtobufTraceSerializer.serializeRequest(spans)),
  });
  const perSpan = (values: readonly number[]) => values.map((value) => value / (BATCHES * BATCH));
  return { ours: perSpan(costs.ours), official: perSpan(costs.official) };
}

function finishedSpans(): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const resource = resourceFromAttributes({ 'service.name': 'orders', 'service.version': '1.4.0' });
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('bench', '1.0.0');
  let parent = context.active();
  for (let index = 0; index < BATCH; index++) {
    const isRoot = index % SPANS_PER_TRACE === 0;
    const kind = isRoot ? SpanKind.SERVER : SpanKind.INTERNAL;
    const span = tracer.startSpan('GET /orders/:id', { kind }, isRoot ? context.active() : parent);
    if (isRoot) parent = trace.setSpan(context.active(), span);
    for (const [key, value] of Object.entries(ATTRIBUTES))
      // Texts of a real span are made anew for each request.
      span.setAttribute(key, typeof value === 'string' ? Buffer.from(value).toString() : value);
    span.end();
  }
  return exporter.getFinishedSpans();
}
