import { createRequire } from 'node:module';
import { trace, type Tracer, type TraceAPI } from '@opentelemetry/api';

type GetTracer = (...args: Parameters<TraceAPI['getTracer']>) => Tracer | undefined;

/** What the API answers with while no SDK is registered: its tracers ask for the real one with every span. */
interface TracerProxy {
  getDelegateTracer: GetTracer;
}

/** Calls `wanted` when a span is about to be made and there is no SDK yet; one that is started then makes this span. */
export function onFirstSpan(wanted: () => void): void {
  for (const api of traceApis()) {
    const proxy = api.getTracerProvider() as Partial<TracerProxy>;
    const original = proxy.getDelegateTracer?.bind(proxy);
    if (original === undefined) continue;
    proxy.getDelegateTracer = (...args) => {
      wanted();
      // The proxy of the copy that registers an SDK gets it; the other copy's tracers find it where all copies look.
      return original(...args) ?? registeredElsewhere(api, proxy)?.getTracer(...args);
    };
  }
}

function registeredElsewhere(api: TraceAPI, proxy: unknown): { getTracer: GetTracer } | undefined {
  const registered = api.getTracerProvider();
  return registered === proxy ? undefined : registered;
}

/** ES modules and CommonJS get two copies of the API that share nothing but what is registered. */
function traceApis(): Set<TraceAPI> {
  const { trace: other } = createRequire(import.meta.url)('@opentelemetry/api') as { trace: TraceAPI };
  return new Set([trace, other]);
}
