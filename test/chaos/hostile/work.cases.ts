import 'reflect-metadata';
import { trace } from '@opentelemetry/api';
import {
  Counted,
  InFlight,
  Observed,
  observe,
  runInSpan,
  Span,
  SpanAttribute,
  Timed,
  TracerService,
} from 'nest-telemetry';
import type { HostileCase, HostileCases } from './hostile.case.ts';
import { boom, MUTE, NOTHING, NULL, OBJECT_PROXY, PROXY, REVOKED, SYMBOL, withGetter } from './values.ts';

/** It may be told of, once. */
const ANY = ['NT_USER_CODE_FAILED', 'NT_CALL_INVALID', 'NT_METRIC_INPUT_INVALID'] as const;

const RESULT = { done: true };
const service = new TracerService();

/** The work has to be done once, and to be answered with what it returned. */
function unharmed(call: (work: () => unknown) => unknown): HostileCase['act'] {
  return async () => {
    let runs = 0;
    const result = await call(() => {
      runs += 1;
      return RESULT;
    });
    if (runs !== 1) boom(`the work was done ${runs} times`);
    if (result !== RESULT) boom('the result was lost');
  };
}

/** The same for a decorated method. */
function method(decorate: MethodDecorator, ...args: unknown[]): HostileCase['act'] {
  return unharmed((work) => {
    class Service {
      work(..._args: unknown[]): unknown {
        return work();
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(Service.prototype, 'work') as PropertyDescriptor;
    decorate(Service.prototype, 'work', descriptor);
    Object.defineProperty(Service.prototype, 'work', descriptor);
    return new Service().work(...args);
  });
}

const OPTIONS: Readonly<Record<string, never>> = {
  null: NULL,
  'a number': 5 as never,
  'a proxy': OBJECT_PROXY,
  'a revoked proxy': REVOKED,
  'a parent that throws': withGetter('parent'),
  'a parent that is none': { parent: 5 } as never,
  'a kind that throws': withGetter('kind'),
  'attributes that throw': withGetter('attributes'),
  'links that throw': withGetter('links'),
  'hooks that are no functions': { lazyAttributes: 5, onResult: 'x', resultAttributes: {} } as never,
  'hooks that throw': {
    lazyAttributes: () => boom('lazyAttributes'),
    resultAttributes: () => boom('resultAttributes'),
    onResult: () => boom('onResult'),
  } as never,
  'hooks that reject': {
    lazyAttributes: () => Promise.reject(new Error('lazyAttributes')),
    resultAttributes: () => Promise.reject(new Error('resultAttributes')),
    onResult: () => Promise.reject(new Error('onResult')),
  } as never,
  'hooks that answer with garbage': {
    lazyAttributes: () => OBJECT_PROXY,
    resultAttributes: () => 5,
    onResult: () => REVOKED,
  } as never,
  'getters of hooks that throw': withGetter('onResult', { resultAttributes: () => ({}) }),
};

const RESULTS: Readonly<Record<string, () => unknown>> = {
  'a proxy': () => OBJECT_PROXY,
  'a function proxy': () => PROXY,
  'a revoked proxy': () => REVOKED,
  'a then that throws': () => withGetter('then'),
  // oxlint-disable-next-line unicorn/no-thenable -- it is what query builders have
  'a then that is called with garbage': () => ({ then: (ok: unknown) => ok }),
  'a symbol': () => SYMBOL,
};

const decorated: HostileCases = {
  '@Span() with options that throw': { act: method(Span(() => boom('options')) as never) },
  '@Span() with options that reject': {
    act: method(Span((() => Promise.reject(new Error('options'))) as never) as never),
  },
  '@Span() with options that are a proxy': { act: method(Span((() => OBJECT_PROXY) as never) as never) },
  '@Span() with hooks for the result that throw': {
    act: method(Span('hostile', OPTIONS['hooks that throw'] as never) as never),
  },
  '@Span() with a name that is none': { act: method(Span(NULL, NULL) as never) },
  '@SpanAttribute() beside options that are a proxy': {
    act: method((target, key, descriptor) => {
      SpanAttribute('hostile')(target, key, 0);
      (Span((() => OBJECT_PROXY) as never) as MethodDecorator)(target, key, descriptor);
    }, MUTE),
  },
  '@SpanAttribute() with a pick that throws': {
    act: method((target, key, descriptor) => {
      SpanAttribute('hostile', () => boom('pick'))(target, key, 0);
      (Span('hostile') as MethodDecorator)(target, key, descriptor);
    }, OBJECT_PROXY),
  },
  '@Observed() with attributes that throw': {
    act: method(Observed('hostile', { low: () => boom('low'), high: () => boom('high') }) as never),
  },
  '@Observed() with attributes that reject': {
    act: method(
      Observed('hostile', {
        low: () => Promise.reject(new Error('low')),
        high: () => Promise.reject(new Error('high')),
      } as never) as never,
    ),
  },
  '@Observed() with attributes that are a proxy': {
    act: method(Observed('hostile', { low: () => OBJECT_PROXY, high: () => OBJECT_PROXY }) as never),
  },
  '@Counted(), @Timed() and @InFlight() with attributes that throw': {
    act: method((target, key, descriptor) => {
      const low = () => boom('low');
      for (const decorator of [Counted, Timed, InFlight])
        (decorator('hostile', { low }) as MethodDecorator)(target, key, descriptor);
    }),
  },
  '@Counted(), @Timed() and @InFlight() with attributes that are a proxy': {
    act: method((target, key, descriptor) => {
      const low = () => OBJECT_PROXY;
      for (const decorator of [Counted, Timed, InFlight])
        (decorator('hostile', { low }) as MethodDecorator)(target, key, descriptor);
    }),
  },
};

/** `runInSpan()`, `observe()`, `TracerService` and the decorators. */
export const workCases: HostileCases = {
  ...Object.fromEntries(
    Object.entries(OPTIONS).flatMap(([name, options]): [string, HostileCase][] => [
      [
        `runInSpan() with options that are or have ${name}`,
        { act: unharmed((work) => runInSpan('hostile', options, () => work())), mayWarn: ANY },
      ],
      [
        `observe() with options that are or have ${name}`,
        { act: unharmed((work) => observe('hostile', () => work(), options)), mayWarn: ANY },
      ],
    ]),
  ),
  'runInSpan() and observe() with a name that is none': {
    act: () => {
      for (const name of [NOTHING, NULL, SYMBOL, MUTE, OBJECT_PROXY]) {
        if (runInSpan(name, {}, () => RESULT) !== RESULT) boom('the result was lost');
        if (observe(name, () => RESULT) !== RESULT) boom('the result was lost');
      }
    },
    mayWarn: ANY,
  },
  ...Object.fromEntries(
    Object.entries(RESULTS).map(([name, result]): [string, HostileCase] => [
      `runInSpan() of work that returns ${name}`,
      {
        act: () => {
          const returned = result();
          if (runInSpan('hostile', {}, () => returned) !== returned) boom('the result was lost');
          observe('hostile', () => returned);
        },
      },
    ]),
  ),
  'runInSpan() of work that throws what cannot be looked at': {
    act: () => {
      for (const thrown of [NULL, SYMBOL, OBJECT_PROXY, REVOKED, MUTE]) {
        let caught: unknown = 'nothing';
        try {
          runInSpan('hostile', {}, () => {
            throw thrown as Error;
          });
        } catch (error) {
          caught = error;
        }
        if (caught !== thrown) boom('something else was thrown');
      }
    },
  },
  'runInSpan() without a function': {
    act: () => [runInSpan('hostile', {}, NOTHING), runInSpan('hostile', {}, 5 as never)],
    warns: ['NT_CALL_INVALID'],
  },
  'observe() without a function': {
    act: () => [observe('hostile', NOTHING), observe('hostile', NULL)],
    warns: ['NT_CALL_INVALID'],
  },
  'TracerService with arguments that are none': {
    act: () =>
      runInSpan('hostile', {}, () => {
        service.startSpan(NULL, NULL, NULL).end();
        service.addEvent(NULL, OBJECT_PROXY);
        service.recordError(OBJECT_PROXY, OBJECT_PROXY);
        service.setAttributes(OBJECT_PROXY);
        for (const to of [NULL, NOTHING, 5 as never, OBJECT_PROXY, { spanContext: () => boom() } as never])
          service.link(to, OBJECT_PROXY);
        service.bind(NULL);
        service.withContext(NULL, () => trace.getActiveSpan());
        service.span('hostile', NULL);
        service.span('hostile', NULL, NULL);
      }),
    mayWarn: ANY,
  },
  ...Object.fromEntries(Object.entries(decorated).map(([name, each]) => [name, { ...each, mayWarn: ANY }])),
};
