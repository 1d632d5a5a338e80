import { context, propagation, ROOT_CONTEXT, type TextMapPropagator, trace } from '@opentelemetry/api';
import { extract, inject } from 'nest-telemetry';
import type { HostileCases } from './hostile.case.ts';
import {
  BIGINT,
  boom,
  MUTE,
  NOTHING,
  NULL,
  OBJECT_PROXY,
  PROXY,
  REVOKED,
  SYMBOL,
  withGetter,
} from './values.ts';

const CARRIERS: Readonly<Record<string, never>> = {
  nothing: NOTHING,
  null: NULL,
  'a number': 5 as never,
  'a symbol': SYMBOL,
  'a proxy': OBJECT_PROXY,
  'a function proxy': PROXY,
  'a revoked proxy': REVOKED,
  'a frozen object': Object.freeze({ traceparent: '00-1' }) as never,
  'a header that throws': withGetter('traceparent', { baggage: 'a=b' }),
  'headers that are no text': { traceparent: MUTE, tracestate: BIGINT, baggage: [NULL, 5] } as never,
  'headers of a prototype': Object.create({ traceparent: 'x' }) as never,
  'methods that throw': { get: () => boom(), set: () => boom(), keys: () => boom() } as never,
  'methods that answer with garbage': { get: () => OBJECT_PROXY, set: () => NULL, keys: () => 5 } as never,
  'control characters': {
    traceparent: '00-\n',
    baggage: 'k=v;💥\r\nx: y',
    tracestate: '\u0000=\u0007',
  } as never,
  'a megabyte of commas': { tracestate: ','.repeat(1e6), baggage: ','.repeat(1e6) } as never,
  'a hundred thousand members': {
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    tracestate: 'a=b,'.repeat(1e5),
    baggage: 'a=b,'.repeat(1e5),
  } as never,
};

function propagator(parts: object): () => { propagation: { propagator: TextMapPropagator } } {
  const working = { inject: () => undefined, extract: () => ROOT_CONTEXT, fields: () => ['x-hostile'] };
  return () => ({ propagation: { propagator: { ...working, ...parts } } });
}

/** Everything that asks a propagator. */
function propagate(): void {
  const span = trace.getTracer('hostile').startSpan('hostile');
  context.with(trace.setSpan(ROOT_CONTEXT, span), () => {
    inject({});
    propagation.inject(context.active(), {});
    const extracted = extract({ 'x-hostile': '1' });
    trace.getTracer('hostile').startSpan('hostile', {}, extracted).end();
    context.with(propagation.extract(context.active(), {}), () =>
      trace.getTracer('hostile').startSpan('hostile').end(),
    );
  });
  propagation.fields();
  span.end();
}

/** Carriers, baggage and propagators. */
export const propagationCases: HostileCases = {
  ...Object.fromEntries(
    Object.entries(CARRIERS).map(([name, carrier]) => [
      `a carrier that is or has ${name}`,
      {
        act: () => {
          const span = trace.getTracer('hostile').startSpan('hostile');
          context.with(trace.setSpan(ROOT_CONTEXT, span), () => inject(carrier));
          propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
          trace.getTracer('hostile').startSpan('hostile', {}, extract(carrier)).end();
          trace
            .getTracer('hostile')
            .startSpan('hostile', {}, propagation.extract(ROOT_CONTEXT, carrier))
            .end();
          span.end();
        },
        mayWarn: [/inject\(\)/, /extract\(\)/],
      },
    ]),
  ),
  'options of inject() and extract() that are none': {
    act: () => {
      for (const options of [NULL, OBJECT_PROXY, { context: 5, host: SYMBOL }, { host: MUTE }] as never[]) {
        inject({}, options);
        extract({}, options);
      }
    },
    warns: [/inject\(\)/, /extract\(\)/],
  },
  'a getter and a setter that throw': {
    act: () => {
      const span = trace.getTracer('hostile').startSpan('hostile');
      propagation.inject(trace.setSpan(ROOT_CONTEXT, span), {}, { set: () => boom('setter') });
      propagation.extract(ROOT_CONTEXT, {}, { get: () => boom('getter'), keys: () => boom('keys') });
      propagation.extract(ROOT_CONTEXT, {}, { get: () => OBJECT_PROXY, keys: () => NULL });
      span.end();
    },
    mayWarn: [/Propagator inject\(\)/, /Propagator extract\(\)/],
  },
  'baggage of garbage': {
    act: () => {
      const entries = {
        '': { value: '' },
        a: NULL,
        b: { value: SYMBOL },
        '💥\n': { value: '\r\n💥', metadata: MUTE },
      };
      const active = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
      context.with(active, () => inject({}));
      propagation.inject(propagation.setBaggage(ROOT_CONTEXT, OBJECT_PROXY), {});
    },
    warns: [/inject\(\)/, 'NT_BAGGAGE_NOT_SENT'],
  },
  'baggage that becomes attributes and throws': {
    options: () => ({ propagation: { baggageAttributes: ['a', 'b'] } }),
    act: () => {
      const hostile = { getEntry: () => boom('getEntry'), getAllEntries: () => boom('getAllEntries') };
      const active = propagation.setBaggage(ROOT_CONTEXT, hostile as never);
      trace.getTracer('hostile').startSpan('hostile', {}, active).end();
    },
    warns: [/BaggageSpanProcessor/],
  },
  'a propagator that throws': {
    options: propagator({ inject: () => boom('inject'), extract: () => boom('extract') }),
    act: propagate,
    warns: [/Propagator inject\(\)/, /Propagator extract\(\)/],
  },
  'a propagator that rejects': {
    options: propagator({
      inject: () => Promise.reject(new Error('inject')),
      extract: () => Promise.reject(new Error('extract')),
    }),
    act: propagate,
    warns: [/Propagator inject\(\)/, /Propagator extract\(\)/],
  },
  'a propagator that answers with garbage': {
    options: propagator({ extract: () => NOTHING }),
    act: propagate,
    warns: [/Propagator extract\(\)/],
  },
  'a propagator that answers with a proxy': {
    options: propagator({ extract: () => OBJECT_PROXY }),
    act: propagate,
    warns: [/Propagator extract\(\)/],
  },
  'a propagator whose fields throw': {
    options: propagator({ fields: () => boom('fields') }),
    act: propagate,
    warns: [/Propagator fields\(\)/],
  },
  'a propagator whose fields are none': {
    options: propagator({ fields: () => NULL }),
    act: propagate,
    warns: [/Propagator fields\(\)/],
  },
  'a propagator that makes spans': {
    options: propagator({
      inject: () => trace.getTracer('hostile').startSpan('hostile inject').end(),
    }),
    act: propagate,
  },
};
