import { decodeLogs, plainAttributes } from '@nest-telemetry/otlp';
import { context, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GuardLogProcessor } from '../../processors/guard.log-processor.js';
import { useWarningSink } from '../../telemetry.warnings.js';
import type { RequestSender } from '../encoding.span-processor.js';
import { ExportHealth, QueueHealth } from '../health/export.health.js';
import { BatchingLogProcessor } from './batching.log-processor.js';
import { EncodingLogProcessor } from './encoding.log-processor.js';
import { LeanLoggerProvider } from './lean.logger-provider.js';

/** Takes requests as a collector would, and answers when it is told to. */
class Collector implements RequestSender {
  readonly requests: Uint8Array[] = [];
  readonly unanswered: ((result: ExportResult) => void)[] = [];
  stopped = false;

  constructor(private readonly answersAtOnce = true) {}

  export(request: Uint8Array, done: (result: ExportResult) => void): void {
    this.requests.push(request);
    if (this.answersAtOnce) done({ code: ExportResultCode.SUCCESS });
    else this.unanswered.push(done);
  }

  answer(): void {
    this.unanswered.shift()?.({ code: ExportResultCode.SUCCESS });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.stopped = true;
  }

  get records() {
    return this.requests.map((request) =>
      decodeLogs(request).resourceLogs.flatMap(({ scopeLogs }) =>
        scopeLogs.flatMap(({ logRecords }) => logRecords),
      ),
    );
  }

  /** Bodies of the records in each request. */
  get received(): unknown[][] {
    return this.records.map((records) =>
      records.map(({ body }) => (body as { stringValue?: string }).stringValue),
    );
  }
}

const LIMITS = {
  maxExportBatchSize: 2,
  maxQueueSize: 4,
  scheduledDelayMillis: 60_000,
  exportTimeoutMillis: 60_000,
};

function pipeline(sender: RequestSender, limits: Partial<typeof LIMITS> = {}) {
  const health = {
    exporter: new ExportHealth({ type: 'e', name: 'e/0', item: 'log_record' }, () => undefined),
    queue: new QueueHealth({ type: 'q', name: 'q/0' }, 'log_record', 4),
  };
  const processor = new EncodingLogProcessor(sender, { ...LIMITS, ...limits }, health);
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const provider = new LeanLoggerProvider({ resource, processor: new GuardLogProcessor([processor]) });
  const log = (...bodies: string[]): void => {
    for (const body of bodies) provider.getLogger('shop', '1').emit({ body });
  };
  return { provider, log, health };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

afterEach(() => vi.useRealTimers());

describe('encoded log records', () => {
  it('say severity, body, attributes, event, exception and trace', async () => {
    const collector = new Collector();
    const { provider } = pipeline(collector);
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    context.with(ROOT_CONTEXT, () =>
      provider.getLogger('shop').emit({
        timestamp: 1_790_000_000_123,
        severityNumber: SeverityNumber.ERROR,
        severityText: 'ERROR',
        body: { order: 1 },
        eventName: 'order.failed',
        attributes: { tenant: 'a', tags: ['x'] },
        exception: new RangeError('too many'),
        context: trace.setSpanContext(ROOT_CONTEXT, span),
      }),
    );
    await provider.forceFlush();
    const [[record] = []] = collector.records;
    expect(record).toMatchObject({
      timeUnixNano: 1_790_000_000_123_000_000n,
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'order.failed',
      body: { kvlistValue: { values: [{ key: 'order', value: { intValue: 1n } }] } },
      flags: 1,
    });
    expect(plainAttributes(record?.attributes ?? [])).toMatchObject({
      tenant: 'a',
      tags: ['x'],
      'exception.type': 'RangeError',
      'exception.message': 'too many',
    });
    expect(record).toMatchObject({ traceId: span.traceId, spanId: span.spanId });
  });

  it('are sent when a batch is full, and when it is old enough', async () => {
    vi.useFakeTimers();
    const collector = new Collector();
    const { log } = pipeline(collector, { scheduledDelayMillis: 1000 });
    log('a', 'b', 'c');
    await vi.advanceTimersByTimeAsync(0);
    expect(collector.received).toEqual([['a', 'b']]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(collector.received).toEqual([['a', 'b'], ['c']]);
  });

  it('are refused while the queue is full, which is counted and said', async () => {
    const warnings: string[] = [];
    const stop = useWarningSink((code) => void warnings.push(code));
    const collector = new Collector(false);
    const { log, health } = pipeline(collector);
    log('a', 'b', 'c', 'd', 'e', 'f');
    expect(health.queue).toMatchObject({ size: 4, dropped: 2 });
    expect(warnings).toEqual(['NT_LOG_QUEUE_FULL']);
    collector.answer();
    await turns();
    collector.answer();
    await turns();
    log('g', 'h');
    await turns();
    collector.answer();
    await turns();
    stop();
    expect(collector.received).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['g', 'h'],
    ]);
    expect(warnings).toEqual(['NT_LOG_QUEUE_FULL', 'NT_LOGS_DROPPED']);
    expect(health.exporter).toMatchObject({ exported: 6, inFlight: 0 });
  });

  it('are all sent by a flush and by a shutdown during a flush', async () => {
    const collector = new Collector(false);
    const { provider, log } = pipeline(collector, { maxQueueSize: 100 });
    log('a', 'b', 'c');
    const flushed = provider.forceFlush();
    log('d');
    const stopped = provider.shutdown();
    log('too late');
    for (let request = 0; request < 3; request += 1) {
      await turns();
      collector.answer();
    }
    await Promise.all([flushed, stopped]);
    expect(collector.received.flat()).toEqual(['a', 'b', 'c', 'd']);
    expect(collector.stopped).toBe(true);
  });

  it('do not end with an exporter that throws or never answers', async () => {
    vi.useFakeTimers();
    const collector = new Collector(false);
    const { provider, log, health } = pipeline(collector, { exportTimeoutMillis: 500 });
    log('a', 'b');
    const broken = pipeline({
      export: () => {
        throw new TypeError('no');
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    });
    broken.log('c');
    const done = Promise.all([provider.forceFlush(), broken.provider.forceFlush()]);
    await vi.advanceTimersByTimeAsync(500);
    await done;
    expect([...health.exporter.failed]).toEqual([['timeout', 2]]);
    expect([...broken.health.exporter.failed]).toEqual([['TypeError', 1]]);
  });
});

describe('log records for an exporter that takes objects', () => {
  it('are batched, refused and flushed in the same way', async () => {
    const sent: (unknown[] | undefined)[] = [];
    const answers: (() => void)[] = [];
    const health = {
      exporter: new ExportHealth({ type: 'e', name: 'e/0', item: 'log_record' }, () => undefined),
      queue: new QueueHealth({ type: 'q', name: 'q/0' }, 'log_record', 4),
    };
    const exporter = {
      export: (records: { body?: unknown }[], done: (result: ExportResult) => void) => {
        sent.push(records.map(({ body }) => body));
        answers.push(() => done({ code: ExportResultCode.SUCCESS }));
      },
      shutdown: async () => void sent.push(undefined),
    };
    const provider = new LeanLoggerProvider({
      resource: resourceFromAttributes({}),
      processor: new GuardLogProcessor([new BatchingLogProcessor(exporter, LIMITS, health)]),
    });
    const stop = useWarningSink(() => {});
    for (const body of ['a', 'b', 'c', 'd', 'e']) provider.getLogger('shop').emit({ body });
    stop();
    const stopped = provider.shutdown();
    for (let request = 0; request < 2; request += 1) {
      await turns();
      answers.shift()?.();
    }
    await stopped;
    expect(sent).toEqual([['a', 'b'], ['c', 'd'], undefined]);
    expect(health.queue).toMatchObject({ size: 0, processed: 4, dropped: 1 });
  });
});
