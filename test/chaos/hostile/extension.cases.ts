import { context, trace } from '@opentelemetry/api';
import { runInSpan, type TelemetryOptions } from 'nest-telemetry';
import type { HostileCase, HostileCases } from './hostile.case.ts';
import { boom, MUTE, NOTHING, NULL, OBJECT_PROXY, REVOKED, SYMBOL } from './values.ts';

type Traces = NonNullable<TelemetryOptions['traces']>;
type Parts = Readonly<Record<string, unknown>>;

const later = (what: string) => Promise.reject(new Error(what));
const never = () => new Promise(() => undefined);
const record = { decision: 2 };

/** A few spans, within each other and on their own. */
function work(): void {
  const tracer = trace.getTracer('hostile');
  tracer.startSpan('hostile', { attributes: { a: 1 } }).end();
  const done = runInSpan('hostile outer', {}, () => runInSpan('hostile inner', {}, () => 'done'));
  if (done !== 'done') boom('the result was lost');
}

function traces(options: () => Traces, warns: HostileCase['warns'], act = work): HostileCase {
  return { options: () => ({ traces: options() }), act, ...(warns && { warns }) };
}

class HostileProcessor {
  onStart(): void {}
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

function processor(parts: Parts): () => Traces {
  return () => ({ processors: [Object.assign(new HostileProcessor(), parts)] });
}

class HostileExporter {
  export(_spans: unknown, done: (result: { code: number }) => void): void {
    done({ code: 0 });
  }
  async shutdown(): Promise<void> {}
}

function exporter(parts: Parts): () => Traces {
  return () => ({ exporters: [Object.assign(new HostileExporter(), parts)] as never });
}

/** A sampler that is itself again for the witness. */
function sampler(shouldSample: (...args: unknown[]) => unknown): () => Traces {
  return () => ({
    sampler: {
      shouldSample: (...args: unknown[]) =>
        String(args[2]).startsWith('hostile') ? shouldSample(...args) : record,
    } as never,
  });
}

function ids(answer: () => unknown): () => Traces {
  return () => ({ idGenerator: { generateTraceId: answer, generateSpanId: answer } as never });
}

const THE_PROCESSOR = [
  /HostileProcessor\.onStart/,
  /HostileProcessor\.onEnding/,
  /HostileProcessor\.onEnd\(/,
];
const THE_EXPORTER = ['NT_EXPORT_FAILED'] as const;
const THE_SAMPLER = [/traces\.sampler\.shouldSample/];
const THE_IDS = [/generateTraceId/, /generateSpanId/];

/** Processors, exporters, samplers and id generators. */
export const extensionCases: HostileCases = {
  'a processor that throws': traces(
    processor({ onStart: () => boom('s'), onEnding: () => boom('i'), onEnd: () => boom('e') }),
    THE_PROCESSOR,
  ),
  'a processor that throws something else each time': traces(
    processor({ onEnd: () => boom(`span ${Math.random()}`) }),
    [/HostileProcessor\.onEnd\(/],
  ),
  'a processor that throws what cannot be shown': traces(
    processor({
      onStart: () => {
        throw NULL;
      },
      onEnding: () => {
        throw MUTE as Error;
      },
      onEnd: () => {
        throw Object.assign(new Error(), { message: MUTE });
      },
    }),
    THE_PROCESSOR,
  ),
  'a processor that rejects': traces(
    processor({ onStart: () => later('s'), onEnding: () => later('i'), onEnd: () => later('e') }),
    THE_PROCESSOR,
  ),
  'a processor that never answers': traces(
    processor({ onStart: never, onEnding: never, onEnd: never, forceFlush: never, shutdown: never }),
    ['NT_SHUTDOWN_TIMEOUT'],
  ),
  'a processor that answers with garbage': traces(
    processor({
      onStart: () => OBJECT_PROXY,
      onEnd: () => REVOKED,
      forceFlush: () => 5,
      shutdown: () => NULL,
    }),
    [/HostileProcessor\.onStart/, /HostileProcessor\.onEnd\(/],
  ),
  'a processor whose flush and shutdown throw': traces(
    processor({ forceFlush: () => boom('flush'), shutdown: () => boom('shutdown') }),
    [/HostileProcessor\.shutdown/],
  ),
  'a processor without flush and shutdown': traces(processor({ forceFlush: NOTHING, shutdown: NOTHING }), []),
  'a processor without a constructor': traces(
    () => ({
      processors: [
        Object.assign(Object.create(null) as object, {
          onStart: () => boom('onStart'),
          onEnd: () => boom('onEnd'),
          forceFlush: () => boom('forceFlush'),
          shutdown: () => boom('shutdown'),
        }) as never,
      ],
    }),
    [/onStart/, /onEnd/, /shutdown/],
  ),
  'a processor that makes spans of its own': traces(
    processor({
      onEnd: (span: { name: string }) => {
        if (span.name.startsWith('hostile') && span.name !== 'hostile echo')
          trace.getTracer('hostile').startSpan('hostile echo').end();
      },
    }),
    [],
  ),
  'a processor that makes spans without end': traces(
    processor({ onEnd: () => trace.getTracer('hostile').startSpan('hostile echo').end() }),
    [/HostileProcessor\.on(Start|End)\(/],
  ),
  'a processor that mistreats the span': traces(
    processor({
      onStart: (span: { setAttribute: (key: never, value: never) => void; end: () => void }) => {
        span.setAttribute(NULL, OBJECT_PROXY);
        span.end();
      },
      onEnd: (span: Record<string, unknown>) => {
        if (!String(span['name']).startsWith('hostile')) return;
        for (const property of ['name', 'status', 'events', 'attributes', 'links', 'kind', 'startTime'])
          Reflect.set(span, property, OBJECT_PROXY);
      },
    }),
    [],
  ),
  'an exporter that throws': traces(exporter({ export: () => boom('export') }), THE_EXPORTER),
  'an exporter that throws what cannot be shown': traces(
    exporter({
      export: () => {
        throw MUTE as Error;
      },
    }),
    THE_EXPORTER,
  ),
  'an exporter that rejects': traces(exporter({ export: () => later('export') }), THE_EXPORTER),
  'an exporter that never answers': traces(exporter({ export: never, shutdown: never }), [
    'NT_SHUTDOWN_TIMEOUT',
  ]),
  'an exporter that answers with nothing': traces(
    exporter({ export: (_: unknown, done: (result?: unknown) => void) => done() }),
    THE_EXPORTER,
  ),
  'an exporter that answers with nothing, later': traces(
    exporter({
      export: (_: unknown, done: (result?: unknown) => void) => {
        setImmediate(done, NULL);
      },
    }),
    THE_EXPORTER,
  ),
  'an exporter that answers with garbage': traces(
    exporter({ export: (_: unknown, done: (result?: unknown) => void) => done(OBJECT_PROXY) }),
    THE_EXPORTER,
  ),
  'an exporter that fails with an error that is none': traces(
    exporter({
      export: (_: unknown, done: (result?: unknown) => void) => done({ code: 1, error: OBJECT_PROXY }),
    }),
    THE_EXPORTER,
  ),
  'an exporter that answers twice, and throws then': traces(
    exporter({
      export: (_: unknown, done: (result?: unknown) => void) => {
        done({ code: 0 });
        done({ code: 1 });
        boom('after it answered');
      },
    }),
    [],
  ),
  'an exporter whose flush and shutdown throw': traces(
    exporter({ forceFlush: () => boom('flush'), shutdown: () => boom('shutdown') }),
    [/HostileExporter\.forceFlush/, /HostileExporter\.shutdown/],
  ),
  'an exporter without a constructor': traces(
    () => ({
      exporters: [
        Object.assign(Object.create(null) as object, {
          export: () => boom('export'),
          shutdown: () => later('shutdown'),
        }) as never,
      ],
    }),
    [...THE_EXPORTER, /A span exporter\.shutdown/],
  ),
  'an exporter that makes spans and flushes': traces(
    exporter({
      export: (_: unknown, done: (result: { code: number }) => void) => {
        trace.getTracer('hostile').startSpan('hostile export').end();
        done({ code: 0 });
      },
    }),
    [],
  ),
  'a sampler that throws': traces(
    sampler(() => boom('sampler')),
    THE_SAMPLER,
  ),
  'a sampler that throws what cannot be shown': traces(
    sampler(() => {
      throw OBJECT_PROXY;
    }),
    THE_SAMPLER,
  ),
  'a sampler that rejects': traces(
    sampler(() => later('sampler')),
    THE_SAMPLER,
  ),
  'a sampler that decides nothing': traces(
    sampler(() => NOTHING),
    THE_SAMPLER,
  ),
  'a sampler that decides something else': traces(
    sampler(() => ({ decision: 99, attributes: OBJECT_PROXY, traceState: 5 })),
    THE_SAMPLER,
  ),
  'a sampler that answers with a proxy': traces(
    sampler(() => OBJECT_PROXY),
    THE_SAMPLER,
  ),
  'a sampler that adds garbage': traces(
    sampler(() => ({ decision: 2, attributes: OBJECT_PROXY, traceState: 'a=b' })),
    THE_SAMPLER,
  ),
  'a sampler that mistreats what it is given': traces(
    sampler((_context, _traceId, _name, _kind, attributes, links) => {
      Object.assign(attributes as object, { a: OBJECT_PROXY });
      (links as unknown[]).push(NULL, OBJECT_PROXY);
      return record;
    }),
    [],
  ),
  'a sampler that starts spans': traces(
    sampler(() => {
      trace.getTracer('hostile').startSpan('asked by the sampler').end();
      return record;
    }),
    [],
  ),
  'a sampler that asks itself for ever': traces(
    sampler(() => {
      trace.getTracer('hostile').startSpan('hostile again').end();
      return record;
    }),
    THE_SAMPLER,
  ),
  'an id generator that throws': traces(
    ids(() => boom('id')),
    THE_IDS,
  ),
  'an id generator that rejects': traces(
    ids(() => later('id')),
    THE_IDS,
  ),
  'an id generator that answers with nothing': traces(
    ids(() => NOTHING),
    THE_IDS,
  ),
  'an id generator that answers with a symbol': traces(
    ids(() => SYMBOL),
    THE_IDS,
  ),
  'an id generator that answers with no hexadecimal text': traces(
    ids(() => 'not an id\n'),
    THE_IDS,
  ),
  'an id generator that answers with zeros': traces(
    ids(() => '0'.repeat(32)),
    THE_IDS,
  ),
  'limits that leave nothing': traces(
    () => ({
      limits: { attributeCountLimit: -1, eventCountLimit: -1, linkCountLimit: 0.5 },
    }),
    [],
    () => {
      const span = trace.getTracer('hostile').startSpan('hostile', { attributes: { a: 1 } });
      span.setAttribute('b', 1).addEvent('e').addLink({ context: span.spanContext() }).end();
    },
  ),
  'a processor that leaves another context behind': traces(
    processor({ onStart: () => context.with(NULL, () => undefined) }),
    [],
  ),
};
