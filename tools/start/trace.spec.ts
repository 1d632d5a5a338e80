import { describe, expect, it } from 'vitest';
import { missingFrom, waitUntilWhole } from './trace.ts';
import type { TreeLog, TreeSpan } from './trace.model.ts';
import { TraceStore } from './trace.store.ts';

const TRACE = 't1';
const EXPECTED = { services: ['order', 'user'], spans: { 'POST /orders': 1, 'reserve-item': 2 } };

function span(spanId: string, name: string, service: string, parentSpanId?: string): TreeSpan {
  return {
    traceId: TRACE,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind: 'internal',
    service,
    startTimeUnixNano: 1n,
    endTimeUnixNano: 2n,
    status: 'unset',
    attributes: name.startsWith('SELECT') ? { 'db.system.name': 'sqlite' } : {},
    events: [],
  };
}

function log(service: string): TreeLog {
  return { traceId: TRACE, timeUnixNano: 1n, severity: 'info', service, message: 'm' };
}

const spans = [
  span('1', 'POST /orders', 'order'),
  span('2', 'reserve-item', 'order', '1'),
  span('3', 'reserve-item', 'order', '1'),
  span('4', 'SELECT stock', 'order', '2'),
  span('5', 'GET /users/:id', 'user', '1'),
  span('6', 'SELECT users', 'user', '5'),
];
const logs = [log('order'), log('user')];
const without = (spanId: string) => spans.filter((each) => each.spanId !== spanId);

describe('missingFrom', () => {
  it('finds nothing in a whole trace', () => {
    expect(missingFrom({ spans, logs }, EXPECTED)).toEqual([]);
  });

  it.each([
    ['everything', { spans: [], logs }, ['no span arrived']],
    ['a named span', { spans: without('3'), logs }, ['span reserve-item (1 of 2)']],
    [
      'the root',
      { spans: without('1'), logs },
      [
        '0 root spans instead of one',
        'the parent of reserve-item (order)',
        'the parent of reserve-item (order)',
        'the parent of GET /users/:id (user)',
        'span POST /orders',
      ],
    ],
    ['a parent', { spans: without('5'), logs }, ['the parent of SELECT users (user)']],
    ['a statement', { spans: without('6'), logs }, ['a statement of user']],
    [
      'a service',
      { spans: without('6').filter(({ service }) => service !== 'user'), logs },
      ['the spans of user'],
    ],
    ['log lines', { spans, logs: [log('order')] }, ['the log lines of user']],
    ['one root', { spans: [...spans, span('7', 'other', 'user')], logs }, ['2 root spans instead of one']],
  ])('names %s', (_case, trace, missing) => {
    expect(missingFrom(trace, EXPECTED)).toEqual(missing);
  });
});

describe('waitUntilWhole', () => {
  it('ends when the last part arrives', async () => {
    const store = new TraceStore();
    const waiting = waitUntilWhole(store, TRACE, EXPECTED, new AbortController().signal);
    store.addSpans(spans.slice(0, 3));
    store.addSpans(spans.slice(3));
    logs.forEach((each) => store.addLog(each));
    await waiting;
    expect(store.get(TRACE)).toEqual({ spans, logs });
  });

  it('ends at once for a trace that is whole', async () => {
    const store = new TraceStore();
    store.addSpans(spans);
    logs.forEach((each) => store.addLog(each));
    await expect(
      waitUntilWhole(store, TRACE, EXPECTED, new AbortController().signal),
    ).resolves.toBeUndefined();
  });

  it('ends when it is told to', async () => {
    await expect(
      waitUntilWhole(new TraceStore(), TRACE, EXPECTED, AbortSignal.abort()),
    ).resolves.toBeUndefined();
  });
});
