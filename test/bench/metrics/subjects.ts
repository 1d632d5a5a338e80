import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { LeanMeterProvider, PageReader } from './built.ts';

/** A reader that is asked by hand. */
class PullReader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}
}

const resource = resourceFromAttributes({ 'service.name': 'bench' });

export function official(): MeterProvider {
  return new MeterProvider({ resource, readers: [new PullReader()] });
}

export function ours(cardinalityLimit = 2000): {
  reader: InstanceType<typeof PageReader>;
  provider: InstanceType<typeof LeanMeterProvider>;
} {
  const reader = new PageReader();
  return { reader, provider: new LeanMeterProvider({ resource, readers: [reader], cardinalityLimit }) };
}

const spanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
};

/** The context of a request that is recorded, so that exemplars are taken. */
export const SAMPLED = trace.setSpan(
  ROOT_CONTEXT,
  Object.assign(trace.wrapSpanContext(spanContext), { isRecording: () => true }),
);

export const ROUTES = ['/orders', '/orders/:id', '/users/:id', '/users/:id/orders', '/health'] as const;

/** Labels of a series of some size. */
export function labelsOf(id: number): Record<string, string | number> {
  return {
    'http.request.method': 'GET',
    'url.scheme': 'https',
    'http.response.status_code': id % 7 === 0 ? 404 : 200,
    'http.route': ROUTES[id % ROUTES.length] ?? '',
    'network.protocol.version': '1.1',
    id,
  };
}
