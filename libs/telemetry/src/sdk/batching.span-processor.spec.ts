import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOffSampler, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { useWarningSink } from '../telemetry.warnings.js';
import { BatchingSpanProcessor } from './batching.span-processor.js';
import { TelemetryHealth } from './health/telemetry.health.js';

/** An exporter of an application, which answers when it is told to. */
class Collector {
  readonly received: string[][] = [];
  readonly unanswered: ((result: ExportResult) => void)[] = [];
  stopped = false;

  constructor(private readonly answersAtOnce = true) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.received.push(spans.map(({ name }) => name));
    if (this.answersAtOnce) done({ code: ExportResultCode.SUCCESS });
    else this.unanswered.push(done);
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
  }
}

const LIMITS = {
  maxExportBatchSize: 2,
  maxQueueSize: 4,
  scheduledDelayMillis: 60_000,
  exportTimeoutMillis: 60_000,
};

function pipeline(sender: Collector) {
  const health = new TelemetryHealth();
  const measured = { exporter: health.exporter('shop_exporter'), queue: health.queue(LIMITS.maxQueueSize) };
  const processor = new BatchingSpanProcessor(sender, LIMITS, measured);
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  const end = (...names: string[]): void => {
    for (const name of names) provider.getTracer('shop').startSpan(name).end();
  };
  return { ...measured, processor, provider, end };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

describe('Spans for an exporter that takes objects', () => {
  let withdraw = (): void => undefined;
  afterEach(() => withdraw());

  it('go in batches of the size asked for, the rest with a flush', async () => {
    const collector = new Collector();
    const { processor, end } = pipeline(collector);
    end('a', 'b', 'c');
    await turns();
    expect(collector.received).toEqual([['a', 'b']]);
    await processor.forceFlush();
    expect(collector.received).toEqual([['a', 'b'], ['c']]);
  });

  it('wait for the batch before, are dropped when the queue is full, and that is told and counted', async () => {
    const warnings: string[] = [];
    withdraw = useWarningSink((code) => warnings.push(code));
    const collector = new Collector(false);
    const { end, queue, exporter, processor } = pipeline(collector);
    end('a', 'b', 'c', 'd', 'e', 'f');
    await turns();
    expect(collector.received).toEqual([['a', 'b']]);
    expect(queue).toMatchObject({ size: 4, dropped: 2 });
    const flushed = processor.forceFlush();
    collector.unanswered.shift()?.({ code: ExportResultCode.FAILED, error: new RangeError('refused') });
    await turns();
    collector.unanswered.shift()?.({ code: ExportResultCode.SUCCESS });
    await flushed;
    expect(collector.received).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(queue).toMatchObject({ size: 0, dropped: 2 });
    expect(Object.fromEntries(exporter.failed)).toEqual({ RangeError: 2 });
    expect(warnings).toEqual(['NT_QUEUE_FULL', 'NT_SPANS_DROPPED']);
  });

  it('count once, whether the exporter answers twice or throws', async () => {
    const collector = new Collector(false);
    const { end, exporter, processor } = pipeline(collector);
    end('a', 'b');
    await turns();
    const [done] = collector.unanswered;
    done?.({ code: ExportResultCode.SUCCESS });
    done?.({ code: ExportResultCode.FAILED });
    await turns();
    collector.export = () => {
      throw new TypeError('no');
    };
    end('c');
    await processor.forceFlush();
    expect(exporter).toMatchObject({ inFlight: 0, exported: 2 });
    expect(Object.fromEntries(exporter.failed)).toEqual({ TypeError: 1 });
  });

  it('are only those that are sampled', async () => {
    const collector = new Collector();
    const { processor } = pipeline(collector);
    const provider = new TracerProvider({ sampler: new AlwaysOffSampler(), spanProcessors: [processor] });
    provider.getTracer('shop').startSpan('unsampled').end();
    await processor.forceFlush();
    expect(collector.received).toEqual([]);
  });

  it('are sent at the end, after which there are no more', async () => {
    const collector = new Collector();
    const { processor, end } = pipeline(collector);
    end('a');
    await processor.shutdown();
    end('late');
    await processor.forceFlush();
    expect(collector.received).toEqual([['a']]);
    expect(collector.stopped).toBe(true);
  });
});
