import {
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { runInSpan } from 'nest-telemetry';
import type { HostileCase, HostileCases } from './hostile.case.ts';
import {
  BIGINT,
  boom,
  CYCLE,
  DEEP,
  DOUBLED,
  MUTE,
  NOTHING,
  NULL,
  OBJECT_PROXY,
  PROXY,
  REVOKED,
  SYMBOL,
  THROWN,
  withGetter,
} from './values.ts';

const provider = trace.getTracerProvider();
const tracer = trace.getTracer('hostile');

type Start = Parameters<typeof tracer.startSpan>;
type Misuse = (span: Span) => unknown;

const starts: Readonly<Record<string, Start>> = {
  'no name': [NOTHING],
  'null for a name': [NULL],
  'a symbol for a name': [SYMBOL],
  'a proxy for a name': [PROXY],
  'an object that has no text for a name': [MUTE],
  'null for options': ['hostile', NULL],
  'a proxy for options': ['hostile', OBJECT_PROXY],
  'a revoked proxy for options': ['hostile', REVOKED],
  'options that throw for root': ['hostile', withGetter('root')],
  'options that throw for kind': ['hostile', withGetter('kind')],
  'options that throw for attributes': ['hostile', withGetter('attributes')],
  'options that throw for links': ['hostile', withGetter('links')],
  'options that throw for the start time': ['hostile', withGetter('startTime')],
  'a kind that is none': ['hostile', { kind: 'server' as never }],
  'a symbol for a kind': ['hostile', { kind: SYMBOL }],
  'null for attributes': ['hostile', { attributes: NULL }],
  'a proxy for attributes': ['hostile', { attributes: OBJECT_PROXY }],
  'attributes that throw': ['hostile', { attributes: withGetter('a') }],
  'attributes of every odd kind': [
    'hostile',
    {
      attributes: { symbol: SYMBOL, bigint: BIGINT, cycle: CYCLE, deep: DEEP, doubled: DOUBLED, mute: MUTE },
    },
  ],
  'links to null': ['hostile', { links: [NULL, NOTHING, { context: NULL }] }],
  'a number for links': ['hostile', { links: 5 as never }],
  'a proxy for links': ['hostile', { links: OBJECT_PROXY }],
  'links that throw': ['hostile', { links: [withGetter('context'), OBJECT_PROXY] }],
  'NaN for a start time': ['hostile', { startTime: Number.NaN }],
  'infinity for a start time': ['hostile', { startTime: Number.POSITIVE_INFINITY }],
  'a negative start time': ['hostile', { startTime: -1 }],
  'an invalid date for a start time': ['hostile', { startTime: new Date('x') }],
  'a proxy for a start time': ['hostile', { startTime: OBJECT_PROXY }],
  'a pair of nothing for a start time': ['hostile', { startTime: [NOTHING, NULL] }],
  'null for a context': ['hostile', {}, NULL],
  'a number for a context': ['hostile', {}, 5 as never],
  'a proxy for a context': ['hostile', {}, OBJECT_PROXY],
  'a parent that throws': [
    'hostile',
    {},
    trace.setSpan(ROOT_CONTEXT, { spanContext: () => boom() } as never),
  ],
  'a parent with ids that are no text': [
    'hostile',
    {},
    trace.setSpanContext(ROOT_CONTEXT, { traceId: NULL, spanId: SYMBOL, traceFlags: TraceFlags.SAMPLED }),
  ],
};

const misuses: Readonly<Record<string, Misuse>> = {
  'setAttribute() without a key': (span) => span.setAttribute(NOTHING, 1).setAttribute(NULL, 1),
  'setAttribute() with a symbol for a key': (span) => span.setAttribute(SYMBOL, 1),
  'setAttribute() of a proxy': (span) => span.setAttribute('a', OBJECT_PROXY),
  'setAttribute() of a revoked proxy': (span) => span.setAttribute('a', REVOKED),
  'setAttribute() of something that contains itself': (span) => span.setAttribute('a', CYCLE),
  'setAttribute() of something nested very deep': (span) => span.setAttribute('a', DEEP),
  'setAttribute() of something that explodes': (span) => span.setAttribute('a', DOUBLED),
  'setAttribute(__proto__)': (span) => span.setAttribute('__proto__', { polluted: true }),
  'setAttributes() of nothing': (span) => span.setAttributes(NOTHING).setAttributes(NULL),
  'setAttributes() of a proxy': (span) => span.setAttributes(OBJECT_PROXY).setAttributes(PROXY),
  'setAttributes() that throw': (span) => span.setAttributes(withGetter('a')),
  'addEvent() without a name': (span) => span.addEvent(NOTHING).addEvent(SYMBOL),
  'addEvent() of a proxy': (span) => span.addEvent('e', OBJECT_PROXY).addEvent('e', PROXY),
  'addEvent() of attributes that throw': (span) => span.addEvent('e', withGetter('a')),
  'addEvent() at no time': (span) => span.addEvent('e', {}, Number.NaN).addEvent('e', {}, OBJECT_PROXY),
  'addLink() of nothing': (span) =>
    span
      .addLink(NOTHING)
      .addLink(NULL)
      .addLink({} as Link),
  'addLink() of a proxy': (span) => span.addLink(OBJECT_PROXY).addLink({ context: OBJECT_PROXY }),
  'addLink() with ids that are no text': (span) =>
    span.addLink({ context: { traceId: SYMBOL, spanId: MUTE, traceFlags: NULL } }),
  'addLinks() of no list': (span) =>
    span
      .addLinks(NULL)
      .addLinks(5 as never)
      .addLinks(OBJECT_PROXY),
  'setStatus() of nothing': (span) => span.setStatus(NULL).setStatus(NOTHING),
  'setStatus() of garbage': (span) =>
    span
      .setStatus(OBJECT_PROXY)
      .setStatus({ code: 'ERROR' as never })
      .setStatus({ code: 2, message: MUTE }),
  'setStatus() that throws': (span) => span.setStatus(withGetter('code')),
  'updateName() of no text': (span) => span.updateName(NULL).updateName(SYMBOL).updateName(OBJECT_PROXY),
  'end() twice': (span) => [span.end(), span.end()],
  'end(NaN)': (span) => span.end(Number.NaN),
  'end(Infinity)': (span) => span.end(Number.POSITIVE_INFINITY),
  'end(-Infinity)': (span) => span.end(Number.NEGATIVE_INFINITY),
  'end() before the start': (span) => span.end(-5),
  'end() at a bigint': (span) => span.end(BIGINT),
  'end() at a proxy': (span) => span.end(OBJECT_PROXY),
  'end() at an invalid date': (span) => span.end(new Date('x')),
  'everything after the end': (span) => {
    span.end();
    span.setAttribute('a', 1).setAttributes({ a: 1 }).addEvent('e').updateName('n').setStatus({ code: 2 });
    span.addLink({ context: span.spanContext() }).recordException(new Error('late'));
  },
  'ten thousand attributes, events and links': (span) => {
    for (let count = 0; count < 10_000; count += 1) {
      span.setAttribute(`a${count}`, count).addEvent('e').addLink({ context: span.spanContext() });
    }
  },
};

const exceptions = Object.entries(THROWN).map(([name, thrown]): [string, HostileCase] => [
  `recordException() of ${name}`,
  {
    act: () => {
      const span = tracer.startSpan('hostile');
      span.recordException(thrown as never);
      span.recordException(thrown as never, OBJECT_PROXY);
      span.end();
    },
  },
]);

const contexts: HostileCases = {
  'startActiveSpan() without a function': {
    act: () => [tracer.startActiveSpan('hostile', NOTHING), tracer.startActiveSpan('hostile', {}, NULL)],
  },
  'startActiveSpan() with hostile options and context': {
    act: () => {
      const ran = tracer.startActiveSpan('hostile', OBJECT_PROXY, OBJECT_PROXY, (span) => {
        span.end();
        return 'ran';
      });
      if (ran !== 'ran') boom('the function did not run');
    },
  },
  'getTracer() with a name that is none': {
    act: () => {
      for (const name of [NOTHING, NULL, SYMBOL, MUTE, OBJECT_PROXY])
        trace.getTracer(name, name).startSpan('hostile').end();
    },
  },
  'getTracer() with options that throw': {
    act: () => provider.getTracer('hostile options', '1', withGetter('schemaUrl')).startSpan('hostile').end(),
  },
  'context.with() of what is no context': {
    act: () => {
      for (const none of [NOTHING, NULL, 5 as never]) {
        const ran = context.with(none, () => {
          tracer.startSpan('hostile').end();
          return runInSpan('hostile', {}, () => 'ran');
        });
        if (ran !== 'ran') boom('the function did not run');
      }
    },
    mayWarn: ['NT_USER_CODE_FAILED'],
  },
  'context.bind() of what is no function': {
    act: () => [context.bind(ROOT_CONTEXT, NULL), context.bind(NULL, 5 as never)],
  },
  'a context whose values throw': {
    act: () =>
      context.with({ getValue: () => boom() } as never, () => {
        tracer.startSpan('hostile').end();
        propagation.inject(context.active(), {});
      }),
    warns: [/Propagator inject/],
  },
  'trace.setSpan() of what is no span': {
    act: () => {
      for (const none of [NULL, 5 as never, {} as never, OBJECT_PROXY])
        tracer.startSpan('hostile', {}, trace.setSpan(ROOT_CONTEXT, none)).end();
    },
  },
};

/** The tracing API, given what it does not expect. */
export const apiCases: HostileCases = {
  ...Object.fromEntries(
    Object.entries(starts).map(([name, args]) => [
      `startSpan() with ${name}`,
      { act: () => tracer.startSpan(...args).end() },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(misuses).map(([name, misuse]) => [
      name,
      {
        act: () => {
          const span = tracer.startSpan('hostile');
          misuse(span);
          span.end();
        },
      },
    ]),
  ),
  ...Object.fromEntries(exceptions),
  ...contexts,
};
