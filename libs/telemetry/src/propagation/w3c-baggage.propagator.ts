import {
  propagation,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { fittingMembers, MAX_BYTES, parseBaggage } from './baggage.list.js';
import { headerOf } from './header.values.js';
import { countRejection } from './rejections.js';

const BAGGAGE = 'baggage';

/**
 * W3C Baggage within its limits: 180 entries, 8192 bytes. What it writes is printable ASCII whatever came in, so that an
 * entry from a message cannot break the next HTTP request.
 */
export class W3cBaggagePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const baggage = propagation.getBaggage(context);
    if (baggage === undefined || isTracingSuppressed(context)) return;
    const members = fittingMembers(baggage.getAllEntries(), MAX_BYTES, () =>
      countRejection('baggage_too_long'),
    );
    if (members.size > 0) setter.set(carrier, BAGGAGE, [...members.values()].join(','));
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = headerOf(getter, carrier, BAGGAGE);
    if (header === undefined) return context;
    const baggage = parseBaggage(header);
    return baggage === undefined ? context : propagation.setBaggage(context, baggage);
  }

  fields(): string[] {
    return [BAGGAGE];
  }
}
