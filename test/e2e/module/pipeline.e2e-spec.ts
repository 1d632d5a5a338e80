import {
  SamplingDecision,
  type ReadableSpan,
  type Sampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { TelemetryModule, TracerService, type TelemetryOptions, type TracesOptions } from 'nest-telemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ItemModule, shopOf, start, type Running } from './shop.js';

/** Keeps the names of what it was given. */
class ListExporter implements SpanExporter {
  readonly names: string[] = [];
  readonly spans: ReadableSpan[] = [];

  export(spans: ReadableSpan[], done: (result: { code: number }) => void): void {
    this.spans.push(...spans);
    this.names.push(...spans.map(({ name }) => name));
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}

class BrokenExporter implements SpanExporter {
  export(): never {
    throw new Error('disk full');
  }

  async shutdown(): Promise<void> {
    throw new Error('still full');
  }
}

class ThrowingProcessor implements SpanProcessor {
  onStart(): never {
    throw new Error('careless start');
  }
  onEnd(): never {
    throw new Error('careless end');
  }
  async forceFlush(): Promise<never> {
    throw new Error('careless flush');
  }
  async shutdown(): Promise<never> {
    throw new Error('careless shutdown');
  }
}

/** Runs an application with these options for one request; what it exports is there when it is closed. */
async function serveOnce(traces: TracesOptions, more: TelemetryOptions = {}, headers = {}): Promise<string> {
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const app: Running = await start(shopOf(TelemetryModule.forRoot({ ...more, traces }), ItemModule));
  expect((await fetch(`${app.url}/items/1`, { headers })).status).toBe(200);
  app.get(TracerService).span('job', () => undefined);
  await app.close();
  const text = output.mock.calls.map(([chunk]) => String(chunk)).join('');
  output.mockRestore();
  return text;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Adds to the name of every span. */
const naming = (text: string): SpanProcessor => ({
  onStart: (span) => void span.updateName(`${(span as unknown as ReadableSpan).name}${text}`),
  onEnd: () => undefined,
  forceFlush: async () => {},
  shutdown: async () => {},
});

describe('Exporters', () => {
  it('may be several at once, own ones and named ones', async () => {
    const [first, second] = [new ListExporter(), new ListExporter()];
    const output = await serveOnce({ exporters: [first, 'console', second, 'none'] });
    expect(first.names).toEqual(expect.arrayContaining(['find-item', 'GET /items/:id', 'job']));
    expect(second.names).toEqual(first.names);
    expect(output).toMatch(/^trace [0-9a-f]{32} /m);
    expect(output).toContain('find-item');
    expect(output).toMatch(/traces → ListExporter \+ console \+ ListExporter;/);
  });

  it('that throw are reported and keep nothing from the others', async () => {
    const list = new ListExporter();
    const output = await serveOnce({ exporters: [new BrokenExporter(), list] });
    expect(list.names).toContain('job');
    expect(output.match(/NT_EXPORT_FAILED\] Export to BrokenExporter failed: disk full/g)).toHaveLength(1);
  });
});

describe('Processors', () => {
  it('that throw are reported, and neither the application nor the exporters notice', async () => {
    const list = new ListExporter();
    const output = await serveOnce({ processors: [new ThrowingProcessor()], exporters: [list] });
    expect(list.names).toEqual(expect.arrayContaining(['find-item', 'GET /items/:id', 'job']));
    for (const reason of [
      'onStart() threw: careless start',
      'onEnd() threw: careless end',
      'careless shutdown',
    ])
      expect(output.split(reason)).toHaveLength(2);
  });

  it('see spans before the exporters do, in their order', async () => {
    const list = new ListExporter();
    await serveOnce({ processors: [naming('-a'), naming('-b')], exporters: [list] });
    expect(list.names).toContain('job-a-b');
  });
});

describe('Sampling', () => {
  it('records nothing with ratio 0, but follows a caller who does', async () => {
    const list = new ListExporter();
    await serveOnce({ ratio: 0, exporters: [list] });
    expect(list.names).toEqual([]);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await serveOnce({ ratio: 0, exporters: [list], http: { client: false } }, {}, { traceparent });
    expect(list.names.sort()).toEqual(['GET /items/:id', 'find-item']);
  });

  it('is left to a sampler of the application', async () => {
    const list = new ListExporter();
    const onlyJobs: Sampler = {
      shouldSample: (_context, _traceId, name) => ({
        decision: name === 'job' ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
      }),
      toString: () => 'only jobs',
    };
    await serveOnce({ sampler: onlyJobs, exporters: [list] });
    expect(list.names).toEqual(['job']);
  });

  it('follows OTEL_TRACES_SAMPLER while no option says otherwise', async () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off');
    const list = new ListExporter();
    await serveOnce({ exporters: [list] });
    expect(list.names).toEqual([]);
    await serveOnce({ ratio: 1, exporters: [list] });
    expect(list.names).toContain('job');
  });
});

describe('traces.enabled: false', () => {
  it('makes no spans, though metrics go on', async () => {
    const list = new ListExporter();
    const output = await serveOnce({ enabled: false, exporters: [list] });
    expect(list.names).toEqual([]);
    expect(output).toMatch(/traces → off; metrics → \/metrics;/);
  });
});

describe('The resource', () => {
  it('has what options, variables and the process say', async () => {
    vi.stubEnv('POD_NAME', 'shop-7f');
    vi.stubEnv('POD_NAMESPACE', 'production');
    vi.stubEnv('INSTANCE_ID', 'i-1');
    vi.stubEnv('ENVIRONMENT', 'staging');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team.name=shop,k8s.pod.name=other');
    const list = new ListExporter();
    await serveOnce({ exporters: [list] }, { serviceName: 'shop', serviceVersion: '1.4.0' });
    expect(list.spans[0]?.resource.attributes).toMatchObject({
      'service.name': 'shop',
      'service.version': '1.4.0',
      'deployment.environment.name': 'staging',
      'k8s.pod.name': 'shop-7f',
      'k8s.namespace.name': 'production',
      'service.instance.id': 'i-1',
      'team.name': 'shop',
      'process.pid': process.pid,
      'telemetry.sdk.language': 'nodejs',
    });
  });
});
