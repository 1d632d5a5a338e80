import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { createPropagator } from './propagators.js';
import {
  passedOn,
  rejectedBy,
  remoteSpan,
  SPAN_ID,
  TRACE_ID,
  TRACEPARENT,
  withBaggage,
  written,
} from './headers.spec-helper.js';

const span = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
const outgoing = trace.setSpanContext(withBaggage({ a: '1' }), span);

describe('Propagators by their names', () => {
  it.each([
    [['tracecontext', 'baggage'], { traceparent: TRACEPARENT, baggage: 'a=1' }],
    [['tracecontext'], { traceparent: TRACEPARENT }],
    [['baggage'], { baggage: 'a=1' }],
    [['b3'], { b3: `${TRACE_ID}-${SPAN_ID}-1` }],
    [['b3multi'], { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' }],
    [['jaeger'], { 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:1` }],
    [['jaeger', 'jaeger'], { 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:1` }],
    [['none'], {}],
    [['tracecontext', 'none'], {}],
    [[], {}],
  ] as const)('%j write %j', (names, headers) => {
    expect(written(createPropagator(names), outgoing)).toEqual(headers);
  });

  it.each([
    ['b3', { b3: `${TRACE_ID}-${SPAN_ID}-1` }],
    ['b3', { b3: `${TRACE_ID}-${SPAN_ID}-d-${SPAN_ID}` }],
    ['b3', { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' }],
    ['b3multi', { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID, 'x-b3-flags': '1' }],
    ['jaeger', { 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:1` }],
    ['jaeger', { 'uber-trace-id': `${TRACE_ID}%3A${SPAN_ID}%3a0%3A03` }],
  ] as const)('%s reads %j', (name, headers) => {
    expect(remoteSpan(createPropagator([name]), headers)).toMatchObject({ ...span, isRemote: true });
  });

  it('gives short ids their leading zeros', () => {
    expect(remoteSpan(createPropagator(['jaeger']), { 'uber-trace-id': 'abc:1:0:0' })).toMatchObject({
      traceId: 'abc'.padStart(32, '0'),
      spanId: '1'.padStart(16, '0'),
      traceFlags: 0,
    });
  });

  it('turns upper-case B3 ids into such as a traceparent may have', () => {
    const traceId = 'ABCDEF78901234567890123456789012';
    const headers = { 'x-b3-traceid': traceId, 'x-b3-spanid': SPAN_ID, 'x-b3-sampled': '1' };
    expect(passedOn(createPropagator(['tracecontext', 'b3']), headers)['traceparent']).toBe(
      `00-${traceId.toLowerCase()}-${SPAN_ID}-01`,
    );
  });

  it.each([
    ['jaeger', 'jaeger_malformed', { 'uber-trace-id': 'junk' }],
    ['jaeger', 'jaeger_malformed', { 'uber-trace-id': '0:1:0:1' }],
    ['jaeger', 'jaeger_malformed', { 'uber-trace-id': 'a'.repeat(1_000_000) }],
    ['b3', 'b3_malformed', { b3: 'a'.repeat(1_000_000) }],
    ['b3', 'b3_malformed', { b3: `${TRACE_ID}-${SPAN_ID}-1\r\n` }],
    ['b3multi', 'b3_malformed', { 'x-b3-traceid': '💥', 'x-b3-spanid': SPAN_ID }],
  ] as const)('%s counts as %s what it cannot read', (name, reason, headers) => {
    const rejected = rejectedBy(() => expect(remoteSpan(createPropagator([name]), headers)).toBeUndefined());
    expect(rejected).toHaveProperty(reason);
  });

  it('is the last one named whose parent counts', () => {
    const headers = { traceparent: TRACEPARENT, b3: `${'a'.repeat(32)}-${SPAN_ID}-1` };
    expect(remoteSpan(createPropagator(['tracecontext', 'b3']), headers)?.traceId).toBe('a'.repeat(32));
    expect(remoteSpan(createPropagator(['b3', 'tracecontext']), headers)?.traceId).toBe(TRACE_ID);
  });

  it('says which headers it uses', () => {
    expect(createPropagator(['tracecontext', 'baggage', 'jaeger']).fields()).toEqual([
      'traceparent',
      'tracestate',
      'baggage',
      'uber-trace-id',
    ]);
    expect(written(createPropagator(['none']), ROOT_CONTEXT)).toEqual({});
  });
});
