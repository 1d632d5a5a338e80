import { createRequire } from 'node:module';
import { metrics, type MeterProvider } from '@opentelemetry/api';
import { ProxyMeterProvider } from './proxy.meter-provider.js';

type MetricsApi = typeof metrics;

const API = Symbol.for('opentelemetry.js.api.1');
/** Marks the proxy for a second copy of this package in the same process, which shares it. */
const BRAND = Symbol.for('nest-telemetry.meter-provider.1');

/**
 * The one proxy of the process. It is registered with the OpenTelemetry API as soon as this package is imported,
 * unless a provider is registered already: then the proxy hands on to that one.
 */
export const meterProvider: ProxyMeterProvider = findShared() ?? create();

/** Registers the proxy again where a test or another library has cleared the global provider. */
export function registerMeterProvider(): void {
  const current = registeredProvider();
  if (current === undefined) metrics.setGlobalMeterProvider(meterProvider);
  else if (current !== meterProvider) meterProvider.setDelegate(current);
}

function create(): ProxyMeterProvider {
  const proxy = new ProxyMeterProvider();
  Object.defineProperty(proxy, BRAND, { value: true });
  const current = registeredProvider();
  if (current === undefined) metrics.setGlobalMeterProvider(proxy);
  else proxy.setDelegate(current);
  for (const api of apiCopies()) followRegistrations(api, proxy);
  return proxy;
}

/**
 * The API refuses a second provider, so our early registration would lock out an SDK that starts later. As the API
 * does for traces, a provider registered while the proxy has none becomes its delegate: the SDK works, and so do the
 * instruments made before it. A provider registered after that is refused and reported by the API as ever.
 */
function followRegistrations(api: MetricsApi, proxy: ProxyMeterProvider): void {
  const register = api.setGlobalMeterProvider.bind(api);
  api.setGlobalMeterProvider = (provider) => {
    if (api.getMeterProvider() === proxy && proxy.getDelegate() === undefined) {
      proxy.setDelegate(provider);
      return true;
    }
    const registered = register(provider);
    if (registered) proxy.setDelegate(provider);
    return registered;
  };
}

/** ESM and CommonJS importers get two copies of the API that share nothing but the registered providers. */
function apiCopies(): MetricsApi[] {
  try {
    const api = createRequire(import.meta.url)('@opentelemetry/api') as { metrics: MetricsApi };
    return [...new Set([metrics, api.metrics])];
  } catch {
    // In a bundle there is one copy, and nothing to require.
    return [metrics];
  }
}

function findShared(): ProxyMeterProvider | undefined {
  const current = registeredProvider();
  return current !== undefined && BRAND in current ? (current as unknown as ProxyMeterProvider) : undefined;
}

/**
 * Asked of the place that all copies of the API share, because `metrics.getMeterProvider()` answers with a no-op
 * provider where there is none.
 */
function registeredProvider(): MeterProvider | undefined {
  const shared = globalThis as { [API]?: { metrics?: MeterProvider } };
  return shared[API]?.metrics;
}
