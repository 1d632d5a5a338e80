import type { Gauge, MetricOptions, Observable } from '@opentelemetry/api';
import type { BindableCounter, BindableHistogram } from './bound.instruments.js';
import { HTTP_SECONDS } from './catalog.js';
import { meterProvider } from './global.meter-provider.js';
import { metricName, metricOptions } from './metric.name.js';
import type { ProxyMeter } from './proxy.meter.js';

/** Instrumentation scope of the application's own metrics, so that they never mix with those of this package. */
export const APPLICATION_METER = 'application';

/** The meter behind `MeterService`, `@InjectMeter()` and the decorators. */
export function applicationMeter(): ProxyMeter {
  return meterProvider.getMeter(APPLICATION_METER);
}

/** Options of a histogram. */
export interface HistogramOptions extends MetricOptions {
  /**
   * Upper bounds of the buckets, ascending, in `unit`.
   * @defaultValue for the unit `s` those of HTTP durations, 5 ms to 10 s; else those of the SDK, made for milliseconds
   */
  boundaries?: readonly number[];
}

/** Names that are remembered; what is asked for beyond them is made for the occasion. */
const REMEMBERED = 2000;
const instruments = new Map<string, unknown>();

export function applicationCounter(name: string, options?: MetricOptions): BindableCounter {
  return once('counter', name, () => applicationMeter().createCounter(name, options));
}

export function applicationUpDownCounter(name: string, options?: MetricOptions): BindableCounter {
  return once('upDownCounter', name, () => applicationMeter().createUpDownCounter(name, options));
}

export function applicationHistogram(name: string, given?: HistogramOptions): BindableHistogram {
  return once('histogram', name, () => {
    const options = metricOptions(given);
    const { boundaries = options.unit === 's' ? HTTP_SECONDS : undefined, ...rest } = options;
    if (boundaries !== undefined && rest.advice?.explicitBucketBoundaries === undefined)
      rest.advice = { ...rest.advice, explicitBucketBoundaries: [...boundaries] };
    return applicationMeter().createHistogram(name, rest);
  });
}

export function applicationGauge(name: string, options?: MetricOptions): Gauge {
  return once('gauge', name, () => applicationMeter().createGauge(name, options));
}

export function applicationObservable(
  kind: 'createObservableCounter' | 'createObservableUpDownCounter' | 'createObservableGauge',
  name: string,
  options: MetricOptions,
): Observable {
  return once(kind, name, () => applicationMeter()[kind](name, options));
}

/** Asking for the same name again gives the same instrument, whoever asks. */
function once<I>(kind: string, name: string, create: () => I): I {
  const key = `${kind} ${metricName(name)}`;
  let instrument = instruments.get(key) as I | undefined;
  if (instrument === undefined) {
    instrument = create();
    if (instruments.size < REMEMBERED) instruments.set(key, instrument);
  }
  return instrument;
}
