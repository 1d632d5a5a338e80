import { decodeTraces } from '@nest-telemetry/otlp';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOffSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useWarningSink } from '../telemetry.warnings.js';
import { EncodingSpanProcessor, type RequestSender } from './encoding.span-processor.js';

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

  /** Names of the spans in each request. */
  get received(): string[][] {
    return this.requests.map((request) =>
      decodeTraces(request).resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
      ),
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
  const processor = new EncodingSpanProcessor(sender, { ...LIMITS, ...limits });
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  const end = (...names: string[]): void => {
    for (const name of names) provider.getTracer('shop').startSpan(name).end();
  };
  return { processor, provider, end };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

afterEach(() => vi.useRealTimers());

describe('encoded spans', () => {
  it('are sent when a batch is full', async () => {
    const collector = new Collector();
    const { end } = pipeline(collector);
    end('a', 'b', 'c');
    await turns();
    expect(collector.received).toEqual([['a', 'b']]);
  });

  it('are sent when the delay is over', async () => {
    vi.useFakeTimers();
    const collector = new Collector();
    const { end } = pipeline(collector, { scheduledDelayMillis: 1000 });
    end('a');
    await vi.advanceTimersByTimeAsync(999);
    expect(collector.received).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(collector.received).toEqual([['a']]);
  });

  it('carry their resource, and one request holds all their scopes', async () => {
    const collector = new Collector();
    const { end, processor, provider } = pipeline(collector);
    end('a');
    provider.getTracer('library', '2.0').startSpan('b').end();
    await processor.forceFlush();
    const entries = decodeTraces(collector.requests[0] ?? new Uint8Array()).resourceSpans;
    expect(entries.map(({ resource }) => resource?.attributes[0]?.value)).toEqual(
      entries.map(() => expect.objectContaining({ stringValue: 'shop' })),
    );
    expect(entries.flatMap(({ scopeSpans }) => scopeSpans.map(({ scope }) => scope?.name))).toEqual([
      'shop',
      'library',
    ]);
  });

  it('do not include what the sampler left out', async () => {
    const collector = new Collector();
    const processor = new EncodingSpanProcessor(collector, LIMITS);
    const provider = new TracerProvider({ sampler: new AlwaysOffSampler(), spanProcessors: [processor] });
    provider.getTracer('shop').startSpan('a').end();
    await processor.forceFlush();
    expect(collector.requests).toEqual([]);
  });

  it('are sent one request at a time', async () => {
    const collector = new Collector(false);
    const { end } = pipeline(collector);
    end('a', 'b', 'c', 'd');
    await turns();
    expect(collector.requests).toHaveLength(1);
    collector.answer();
    await turns();
    expect(collector.received).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });
});

describe('a flush', () => {
  it('waits for the request under way and for what was waiting behind it', async () => {
    const collector = new Collector(false);
    const { end, processor } = pipeline(collector);
    end('a', 'b', 'c');
    const flushed = vi.fn<() => void>();
    const flush = processor.forceFlush().then(flushed);
    await turns();
    collector.answer();
    await turns();
    expect(flushed).not.toHaveBeenCalled();
    collector.answer();
    await flush;
    expect(collector.received.flat()).toEqual(['a', 'b', 'c']);
  });

  it('at shutdown is the last one: later spans are refused', async () => {
    const collector = new Collector();
    const { end, processor } = pipeline(collector);
    end('a');
    await processor.shutdown();
    end('b', 'c');
    await turns();
    expect(collector.received).toEqual([['a']]);
    expect(collector.stopped).toBe(true);
  });

  it('does not wait for ever for a collector that never answers', async () => {
    vi.useFakeTimers();
    const { end, processor } = pipeline(new Collector(false), { exportTimeoutMillis: 1000 });
    end('a');
    const flush = processor.forceFlush();
    await vi.advanceTimersByTimeAsync(1000);
    await expect(flush).resolves.toBeUndefined();
  });
});

describe('a full queue', () => {
  it('drops new spans, says so once, and tells how many when there is room again', async () => {
    const warnings: string[] = [];
    const restore = useWarningSink((code, text) => warnings.push(`${code} ${text}`));
    const collector = new Collector(false);
    const { end, processor } = pipeline(collector);
    end('a', 'b', 'c', 'd', 'e', 'f');
    expect(warnings).toEqual([expect.stringContaining('NT_QUEUE_FULL')]);
    const flush = processor.forceFlush();
    for (let request = 0; request < 2; request += 1) {
      await turns();
      collector.answer();
    }
    await flush;
    restore();
    expect(collector.received.flat()).toEqual(['a', 'b', 'c', 'd']);
    expect(warnings.at(-1)).toContain('NT_SPANS_DROPPED 2 spans');
  });

  it('is not left full by a sender that throws', async () => {
    const broken: RequestSender = {
      export() {
        throw new Error('no transport');
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const { end, processor } = pipeline(broken);
    end('a', 'b');
    await expect(processor.forceFlush()).resolves.toBeUndefined();
  });
});
