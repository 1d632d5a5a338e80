import { context, ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api';
import { InstrumentationBase } from '@opentelemetry/instrumentation';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SamplingDecision,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import type { Environment } from '../config/environment.js';
import { resolveOptions } from '../config/resolve-options.js';
import type { TelemetryOptions } from '../telemetry.options.js';
import { TelemetryRuntime } from './telemetry-runtime.js';

/** Uses what every contrib instrumentation uses: the tracer its base class got when it was made and registered. */
class FakeInstrumentation extends InstrumentationBase {
  constructor() {
    super('fake-instrumentation', '1.2.3', {});
  }

  protected init(): void {}

  query(): void {
    this.tracer.startSpan('query').end();
  }
}

let running: TelemetryRuntime | undefined;
afterEach(async () => {
  await running?.shutdown();
  running = undefined;
});

function start(traces: TelemetryOptions['traces'], env: Environment = {}, fake = new FakeInstrumentation()) {
  const exporter = new InMemorySpanExporter();
  const options = resolveOptions(
    {
      traces: { ...traces, processors: [new SimpleSpanProcessor({ exporter })] },
      metrics: { enabled: false },
    },
    { env, packageInfo: { name: 'shop', version: undefined }, isTerminal: false },
  );
  running = new TelemetryRuntime({ options, env, instrumentations: [fake], overrides: undefined });
  const runtime = running;
  const spans = async (): Promise<ReadableSpan[]> => {
    // The processor waits for what is still being found out about the resource.
    await runtime.forceFlush();
    return exporter.getFinishedSpans();
  };
  return { spans, fake };
}

const span = (name: string, within = ROOT_CONTEXT) => trace.getTracer('spec').startSpan(name, {}, within);

describe('tracing in a running SDK', () => {
  it('reaches tracers of instrumentations, and those handed out before the start', async () => {
    const early: Tracer = trace.getTracer('early');
    const { spans, fake } = start({});
    fake.query();
    early.startSpan('early').end();
    span('late').end();
    expect(
      (await spans()).map(({ name, instrumentationScope }) => [name, instrumentationScope.name]),
    ).toEqual([
      ['query', 'fake-instrumentation'],
      ['early', 'early'],
      ['late', 'spec'],
    ]);
    expect((await spans())[0]?.resource.attributes['service.name']).toBe('shop');
  });

  it('keeps the active span over asynchronous work', async () => {
    const { spans } = start({});
    await trace.getTracer('spec').startActiveSpan('parent', async (parent) => {
      await new Promise(setImmediate);
      span('child', context.active()).end();
      parent.end();
    });
    const [child, parent] = await spans();
    expect(child?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId);
  });

  it('samples as OTEL_TRACES_SAMPLER says', async () => {
    const { spans } = start({}, { OTEL_TRACES_SAMPLER: 'always_off' });
    span('work').end();
    expect(await spans()).toEqual([]);
  });

  it('samples a share of the traces as OTEL_TRACES_SAMPLER_ARG says, and whole traces', async () => {
    const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
    const { spans } = start({}, env);
    for (let count = 0; count < 400; count += 1) {
      const parent = span('parent');
      span('child', trace.setSpan(ROOT_CONTEXT, parent)).end();
      parent.end();
    }
    const parents = (await spans()).filter(({ name }) => name === 'parent').length;
    expect(parents).toBeGreaterThan(100);
    expect(parents).toBeLessThan(300);
    expect(await spans()).toHaveLength(parents * 2);
  });

  it('asks the sampler and the id generator of the options', async () => {
    const { spans } = start({
      sampler: {
        shouldSample: (...[, , name]) => ({
          decision: name === 'wanted' ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
        }),
      },
      idGenerator: { generateTraceId: () => 'a'.repeat(32), generateSpanId: () => 'b'.repeat(16) },
    });
    span('unwanted').end();
    span('wanted').end();
    expect((await spans()).map((each) => [each.name, each.spanContext().traceId])).toEqual([
      ['wanted', 'a'.repeat(32)],
    ]);
  });

  it('keeps to the limits of the environment and of the options', async () => {
    const { spans } = start(
      { limits: { eventCountLimit: 1 } },
      { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2', OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' },
    );
    span('work').setAttributes({ a: 'longer', b: 2, c: 3 }).addEvent('first').addEvent('second').end();
    expect(await spans()).toMatchObject([
      {
        attributes: { a: 'lon', b: 2 },
        droppedAttributesCount: 1,
        droppedEventsCount: 1,
        events: [{ name: 'second' }],
      },
    ]);
  });

  it('makes no spans when traces are off', async () => {
    const { spans } = start({ enabled: false });
    const work = span('work');
    work.end();
    expect([work.isRecording(), await spans()]).toEqual([false, []]);
  });
});
