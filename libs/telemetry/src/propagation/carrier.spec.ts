import { context, propagation, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import type { AnyCarrier, Carrier } from './carrier.js';
import { arrivalOf, extract } from './extract.js';
import { inject } from './inject.js';
import { SPAN_ID, TRACE_ID, TRACEPARENT, valuesOf, withBaggage } from './headers.spec-helper.js';

class Properties implements Carrier {
  readonly properties: [string, string][] = [];
  get(key: string): string | undefined {
    return this.properties.find(([name]) => name === key)?.[1];
  }
  set(key: string, value: string): void {
    this.properties.push([key, value]);
  }
  keys(): string[] {
    return this.properties.map(([name]) => name);
  }
}

const span = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
const outgoing = trace.setSpanContext(withBaggage({ tenant: 'acme', 'user.email': 'a@b.c' }), span);
const traceIdIn = (carrier: AnyCarrier | null | undefined): string | undefined =>
  trace.getSpanContext(extract(carrier))?.traceId;

describe('Context in the headers of a message', () => {
  let telemetry: TelemetryRecorder;
  beforeAll(() => void (telemetry = recordTelemetry()));
  afterAll(() => telemetry.stop());

  it.each<[string, () => AnyCarrier]>([
    ['a plain object', () => ({})],
    ['an object without a prototype', () => Object.create(null) as object],
    ['a Map', () => new Map<string, string>()],
    ['Headers', () => new Headers()],
    ['a Carrier', () => new Properties()],
  ])('travels in %s', (_case, create) => {
    const carrier = create();
    expect(inject(carrier, { context: outgoing })).toBe(carrier);
    const received = extract(carrier);
    expect(trace.getSpanContext(received)).toMatchObject({ ...span, isRemote: true });
    // The same rules on every carrier: this key was not allowed to leave.
    expect(valuesOf(propagation.getBaggage(received))).toEqual({ tenant: 'acme' });
  });

  it('is that of the active span unless another is given', () => {
    const headers = context.with(outgoing, () => inject<Record<string, string>>({}));
    expect(headers['traceparent']).toBe(TRACEPARENT);
  });

  it('goes to no host outside of the trust boundary', () => {
    expect(inject({}, { context: outgoing, host: 'queue.example.com' })).toEqual({});
    expect(inject({}, { context: outgoing, host: 'kafka:9092' })).toHaveProperty('traceparent', TRACEPARENT);
  });

  it('is read from headers that are bytes, lists or texts, and from nothing else', () => {
    expect(traceIdIn({ traceparent: TRACEPARENT })).toBe(TRACE_ID);
    expect(traceIdIn({ traceparent: [TRACEPARENT] })).toBe(TRACE_ID);
    expect(traceIdIn({ traceparent: Buffer.from(TRACEPARENT) })).toBe(TRACE_ID);
    expect(traceIdIn(new Map([['traceparent', Buffer.from(TRACEPARENT)]]))).toBe(TRACE_ID);
    for (const traceparent of [null, 42, {}, [42], [TRACEPARENT, TRACEPARENT], new String(TRACEPARENT)]) {
      expect(traceIdIn({ traceparent })).toBeUndefined();
    }
    for (const carrier of [null, undefined, [], Buffer.alloc(8)]) expect(traceIdIn(carrier)).toBeUndefined();
  });

  it('is not read from a prototype', () => {
    const message = JSON.parse(`{"__proto__":{"traceparent":"${TRACEPARENT}"}}`) as object;
    expect(traceIdIn(message)).toBeUndefined();
    expect(traceIdIn(Object.create({ traceparent: TRACEPARENT }) as object)).toBeUndefined();
  });

  it('continues the trace, or restarts it and keeps the sender as a link', () => {
    const headers = { traceparent: TRACEPARENT, tracestate: 'foo=1', baggage: 'tenant=acme' };
    const local = withBaggage({ other: '1' });
    expect(trace.getSpanContext(arrivalOf(headers, 'continue', local).context)?.traceId).toBe(TRACE_ID);
    const { context: restarted, links } = arrivalOf(headers, 'restart', local);
    expect(trace.getSpanContext(restarted)).toBeUndefined();
    expect(propagation.getBaggage(restarted)).toBeUndefined();
    expect(links).toEqual([{ context: { ...span, isRemote: true } }]);
    expect(arrivalOf({}, 'restart', outgoing)).toMatchObject({ links: [] });
    expect(trace.getSpanContext(arrivalOf(null, 'restart', outgoing).context)).toBeUndefined();
  });

  it('costs a message nothing that cannot be read', () => {
    const hostile = new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => {
          throw new Error('no');
        },
      },
    );
    expect(traceIdIn(hostile)).toBeUndefined();
  });

  it('costs a message nothing that cannot be written', () => {
    const frozen = Object.freeze({});
    expect(inject(frozen, { context: outgoing })).toBe(frozen);
  });
});
