import type { MeterOptions, MeterProvider } from '@opentelemetry/api';
import { guarded } from '../telemetry.warnings.js';
import { ProxyMeter } from './proxy.meter.js';

/** What an SDK's provider has beyond the API. */
interface SdkMeterProvider extends MeterProvider {
  forceFlush?(): Promise<void>;
  shutdown?(): Promise<void>;
}

/**
 * A meter provider that hands everything on to a delegate which may come, go and be replaced at any time. The
 * OpenTelemetry API has this for traces only: an instrument made before an SDK is registered stays a no-op for ever.
 * Instruments made here work as soon as there is a delegate and again after a restart; what is recorded while there
 * is none is dropped.
 */
export class ProxyMeterProvider implements MeterProvider {
  #delegate: SdkMeterProvider | undefined;
  readonly #meters = new Map<string, ProxyMeter>();

  getMeter(givenName: string, givenVersion?: string, givenOptions?: MeterOptions): ProxyMeter {
    const [name, version, options] = scopeOf(givenName, givenVersion, givenOptions);
    const key = JSON.stringify([name, version, options?.schemaUrl]);
    let meter = this.#meters.get(key);
    if (meter === undefined) {
      meter = new ProxyMeter({ name, version, options });
      meter.bind(this.#delegate);
      this.#meters.set(key, meter);
    }
    return meter;
  }

  /** The provider that receives everything; `undefined` while there is none. */
  getDelegate(): MeterProvider | undefined {
    return this.#delegate;
  }

  /** Moves every instrument, callback and batch callback to another provider, or to none. */
  setDelegate(delegate: MeterProvider | undefined): void {
    if (delegate === this || delegate === this.#delegate) return;
    this.#delegate = delegate;
    // In three rounds, because a batch callback may span meters.
    const meters = [...this.#meters.values()];
    for (const meter of meters) meter.detach();
    for (const meter of meters) meter.bind(delegate);
    for (const meter of meters) meter.attach();
  }

  /** For callers that flush whatever provider is registered globally. */
  async forceFlush(): Promise<void> {
    await this.#delegate?.forceFlush?.();
  }

  /** For callers that shut down whatever provider is registered globally. */
  async shutdown(): Promise<void> {
    await this.#delegate?.shutdown?.();
  }
}

/** What a meter is called by, from callers in JavaScript too: only text says which one is meant. */
function scopeOf(
  name: unknown,
  version: unknown,
  options: MeterOptions | undefined,
): [string, string | undefined, MeterOptions | undefined] {
  const schemaUrl: unknown = options && guarded('The options of a meter', () => options.schemaUrl, undefined);
  return [
    typeof name === 'string' ? name : '',
    typeof version === 'string' ? version : undefined,
    typeof schemaUrl === 'string' ? { schemaUrl } : undefined,
  ];
}
