import { context, ROOT_CONTEXT, trace, type SpanContext } from '@opentelemetry/api';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import {
  passedOn,
  rejectedBy,
  remoteSpan,
  SPAN_ID,
  TRACE_ID,
  TRACEPARENT,
  written,
} from './headers.spec-helper.js';
import { W3cTraceContextPropagator } from './w3c-trace-context.propagator.js';

const propagator = new W3cTraceContextPropagator();

function headersOf(span: Partial<SpanContext>): Record<string, string> {
  const complete = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, ...span };
  return written(propagator, trace.setSpanContext(ROOT_CONTEXT, complete));
}
/** What is sent from within a request that came with these headers. */
function descendant(traceparent: string, tracestate?: string): Record<string, string> {
  const remote = propagator.extract(
    ROOT_CONTEXT,
    { traceparent, tracestate },
    {
      get: (carrier: Record<string, string | undefined>, key) => carrier[key],
      keys: Object.keys,
    },
  );
  const tracer = trace.getTracer('test');
  const server = tracer.startSpan('server', {}, remote);
  const inner = tracer.startSpan('inner', {}, trace.setSpan(remote, server));
  // Its context may be lost on the way to where it is sent from.
  return written(propagator, trace.setSpan(ROOT_CONTEXT, inner));
}

describe('W3C trace context', () => {
  it('reads what it writes', () => {
    const headers = { traceparent: TRACEPARENT, tracestate: 'foo=1,bar=2' };
    expect(passedOn(propagator, headers)).toEqual(headers);
  });

  it('reads no tracestate without a valid traceparent', () => {
    expect(remoteSpan(propagator, { tracestate: 'foo=1' })).toBeUndefined();
    expect(remoteSpan(propagator, { traceparent: 'junk', tracestate: 'foo=1' })).toBeUndefined();
  });

  it('keeps the parent when the tracestate is bad', () => {
    expect(passedOn(propagator, { traceparent: TRACEPARENT, tracestate: 'foo' })).toEqual({
      traceparent: TRACEPARENT,
    });
  });

  it('takes a traceparent from a list of one, and from no longer list', () => {
    expect(remoteSpan(propagator, { traceparent: [TRACEPARENT] })?.traceId).toBe(TRACE_ID);
    const repeated = { traceparent: [TRACEPARENT, TRACEPARENT] };
    expect(rejectedBy(() => expect(remoteSpan(propagator, repeated)).toBeUndefined())).toEqual({
      traceparent_repeated: 1,
    });
  });

  it.each([
    [null],
    [42],
    [true],
    [{}],
    [[]],
    [[null]],
    [[{}]],
    [{ length: 1 }],
    [''],
    [Buffer.from(TRACEPARENT)],
  ])('reads nothing from a header that is %j', (traceparent) => {
    expect(remoteSpan(propagator, { traceparent })).toBeUndefined();
  });

  it('writes nothing without a valid span, or while tracing is suppressed', () => {
    expect(headersOf({ traceId: '0'.repeat(32) })).toEqual({});
    expect(written(propagator, ROOT_CONTEXT)).toEqual({});
    const span = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
    expect(written(propagator, suppressTracing(trace.setSpanContext(ROOT_CONTEXT, span)))).toEqual({});
  });

  it('writes ids in lower case, whoever made them', () => {
    const traceId = 'ABCDEF78901234567890123456789012';
    expect(headersOf({ traceId })['traceparent']).toBe(`00-${traceId.toLowerCase()}-${SPAN_ID}-01`);
  });

  it('holds the state of another implementation to the same rules', () => {
    expect(headersOf({ traceState: new TraceState('foo=1') })['tracestate']).toBe('foo=1');
    const careless = new TraceState();
    careless.serialize = () => 'foo=1\r\nx-injected: 1';
    expect(headersOf({ traceState: careless })).toEqual({ traceparent: TRACEPARENT });
  });

  describe('and the random flag', () => {
    let telemetry: TelemetryRecorder;
    beforeEach(() => void (telemetry = recordTelemetry()));
    afterEach(() => telemetry.stop());

    it.each([
      ['00', '00'],
      ['01', '01'],
      ['02', '02'],
      ['03', '03'],
    ])('passes flags %s on to what is sent from within, as %s', (received, sent) => {
      const { traceparent } = descendant(`00-${TRACE_ID}-${SPAN_ID}-${received}`);
      expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-(?!${SPAN_ID})[0-9a-f]{16}-${sent}$`));
    });

    it('keeps it beside a tracestate, and writes no empty one', () => {
      const random = `00-${TRACE_ID}-${SPAN_ID}-03`;
      expect(descendant(random, 'foo=1')['tracestate']).toBe('foo=1');
      expect(descendant(random)).not.toHaveProperty('tracestate');
    });

    it('does not claim it for a trace of its own', () => {
      const span = trace.getTracer('test').startSpan('root', {}, context.active());
      expect(written(propagator, trace.setSpan(ROOT_CONTEXT, span))['traceparent']).toMatch(/-01$/);
    });
  });
});
