import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { headerOf } from './header.values.js';
import { countRejection } from './rejections.js';

/** `<trace id>-<span id>-<sampled>-<parent span id>`. No other B3 header is longer. */
const MAX_LENGTH = 32 + 1 + 16 + 1 + 1 + 1 + 16;
const VALUE = /^[0-9a-zA-Z-]*$/;

/**
 * Zipkin's B3 in its single-header or multi-header form; both are understood. The stock propagator looks for ids anywhere
 * in a value of any length, so it gets to see only values that could be B3.
 */
export class BoundedB3Propagator implements TextMapPropagator {
  readonly #inner: B3Propagator;

  constructor(form: 'single' | 'multi') {
    const injectEncoding = form === 'multi' ? B3InjectEncoding.MULTI_HEADER : B3InjectEncoding.SINGLE_HEADER;
    this.#inner = new B3Propagator({ injectEncoding });
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#inner.inject(context, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    return this.#inner.extract(context, carrier, {
      keys: (from) => getter.keys(from),
      get(from, name) {
        const header = headerOf(getter, from, name);
        if (header === undefined) return undefined;
        const value = typeof header === 'string' ? header : header[0];
        // Lower case, because a traceparent made of the same ids must be.
        if (typeof value === 'string' && value.length <= MAX_LENGTH && VALUE.test(value))
          return value.toLowerCase();
        countRejection('b3_malformed');
        return undefined;
      },
    });
  }

  fields(): string[] {
    return this.#inner.fields();
  }
}
