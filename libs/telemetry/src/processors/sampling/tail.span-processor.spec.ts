import { type Context, type Span, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awaited } from '../../sampling.context.js';
import { keepExchange } from '../../propagation/keep.exchange.js';
import { calledBy, inside, tracing } from '../../sdk/sampling/sampling.spec-helper.js';
import type { KeepOptions, TracesOptions } from '../../telemetry.options.js';

const HIGH = 'ffffffffffffff';
const OLD = { firstSeenRoutes: false };

let subject: ReturnType<typeof tracing>;
function use(keep: KeepOptions = OLD, traces: TracesOptions = {}): ReturnType<typeof tracing> {
  subject = tracing({ ratio: 0.01, keep, ...traces });
  return subject;
}
const start = (name: string, within?: Context): Span => subject.start(name, within);
const fail = (span: Span): void => {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
};
const attributesOf = (name: string) => subject.end.kept.find((span) => span.name === name)?.attributes;
const isSampled = (span: Span): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval', 'Date'] });
});
afterEach(async () => {
  await subject.provider.shutdown();
  vi.useRealTimers();
});

describe('A trace is kept as a whole', () => {
  it('when one of its spans fails, and counts once', () => {
    use();
    const root = start('root');
    start('fine', inside(root)).end();
    fail(start('failing', inside(root)));
    expect(subject.names()).toEqual([]);
    root.end();
    expect(subject.names()).toEqual(['fine', 'failing', 'root']);
    expect(attributesOf('fine')).toEqual({ 'sampling.weight': 1 });
    expect(attributesOf('root')).toEqual({ 'sampling.weight': 1, 'sampling.reason': 'error' });
    expect(root.spanContext().traceState?.serialize()).toBe('ot=th:0');
  });

  it('when an exception was recorded inside, but not for one that was answered with a 4xx', () => {
    use();
    const answered = start('answered');
    answered.recordException(new Error('no such user'));
    answered.end();
    expect(subject.names()).toEqual([]);
    const root = start('root');
    const child = subject.start('child', inside(root), {}, 0);
    child.recordException(new Error('the cache is gone'));
    child.end();
    root.end();
    expect(subject.names()).toEqual(['child', 'root']);
  });

  it('when it is slow', () => {
    use({ ...OLD, slowerThanMillis: 200 });
    const fast = start('fast');
    vi.advanceTimersByTime(200);
    fast.end();
    const slow = start('slow');
    vi.advanceTimersByTime(201);
    slow.end();
    expect(subject.names()).toEqual(['slow']);
    expect(attributesOf('slow')).toMatchObject({ 'sampling.reason': 'slow' });
  });

  it('when it is slow for its route', () => {
    use({ ...OLD, slowerThanPercentile: 0.9 });
    const handle = (name: string, millis: number): void => {
      const span = start(name);
      vi.advanceTimersByTime(millis);
      span.end();
    };
    for (let at = 0; at < 100; at += 1) {
      handle('GET /', 2);
      handle('GET /report', 900);
    }
    handle('GET /report', 900);
    handle('GET /', 5);
    expect(subject.names()).toEqual(['GET /']);
  });

  it('when its route is new', () => {
    use({});
    for (const name of ['GET /', 'GET /', 'POST /']) start(name).end();
    expect(subject.names()).toEqual(['GET /', 'POST /']);
    expect(attributesOf('POST /')).toMatchObject({ 'sampling.reason': 'first_seen' });
  });

  it('when a rule about its route says so, and counts as the rule has it', () => {
    use({
      ...OLD,
      rules: [
        { route: '/users/*', sample: 0.5 },
        { route: '/pay', sample: 'keep' },
      ],
    });
    const handle = (route: string): void => {
      const span = start(route);
      span.setAttribute('http.route', route);
      span.end();
    };
    for (const route of ['/users/:id', '/pay', '/other']) handle(route);
    subject.ids.randomness = '80000000000000';
    for (const route of ['/users/:id', '/other']) handle(route);
    expect(subject.names()).toEqual(['/pay', '/users/:id']);
    expect(attributesOf('/users/:id')).toMatchObject({ 'sampling.weight': 2, 'sampling.reason': 'rule' });
  });

  it('when it is among the ratio, and counts for a hundred', () => {
    use();
    subject.ids.randomness = HIGH;
    const root = start('root');
    expect(isSampled(root)).toBe(true);
    expect(root.spanContext().traceState?.serialize()).toBe('ot=th:fd70a');
    root.end();
    expect(attributesOf('root')?.['sampling.weight']).toBeCloseTo(100, 1);
  });

  it('once, also if it is among the ratio and fails', () => {
    use();
    subject.ids.randomness = HIGH;
    const root = start('root');
    fail(root);
    expect(attributesOf('root')).toEqual({ 'sampling.weight': 1, 'sampling.reason': 'error' });
  });
});

describe('A trace that is not worth keeping', () => {
  it('ends for everybody and is sampled for nobody', () => {
    use();
    const root = start('root');
    start('child', inside(root)).end();
    root.end();
    expect(subject.end.ended.map(({ name }) => name)).toEqual(['child', 'root']);
    expect(subject.names()).toEqual([]);
  });

  it('is not even recorded where a rule drops it from the start', () => {
    use(OLD, { rules: [{ sample: 'drop' }] });
    const root = start('root');
    expect(root.isRecording()).toBe(false);
    expect(start('child', inside(root)).isRecording()).toBe(false);
  });

  it('may be one a rule about routes drops, though the ratio chose it', () => {
    use({ ...OLD, rules: [{ route: '/ping', sample: 'drop' }] });
    subject.ids.randomness = HIGH;
    const root = start('ping');
    root.setAttribute('http.route', '/ping');
    root.end();
    start('late', inside(root)).end();
    expect(subject.names()).toEqual([]);
  });
});

describe('The decision of the caller', () => {
  it('to sample is followed', () => {
    use();
    start('known', calledBy('sampled', { state: 'ot=th:c' })).end();
    expect(attributesOf('known')).toEqual({ 'sampling.weight': 4, 'sampling.reason': 'ratio' });
    start('unknown', calledBy('sampled')).end();
    expect(attributesOf('unknown')).toEqual({});
  });

  it('not to sample leaves what is worth keeping here', () => {
    use();
    start('fine', calledBy('not sampled', { randomness: HIGH })).end();
    fail(start('failing', calledBy('not sampled')));
    expect(subject.names()).toEqual(['failing']);
  });

  it('not to sample is followed if that is wanted', () => {
    use({ unsampledParents: 'drop' });
    const span = start('failing', calledBy('not sampled'));
    expect(span.isRecording()).toBe(false);
  });
});

describe('What happens after the decision', () => {
  it('follows it: spans that end late, and those that begin late', () => {
    use();
    const root = start('root');
    const late = start('late', inside(root));
    fail(root);
    late.end();
    start('later', inside(late)).end();
    expect(subject.names()).toEqual(['root', 'late', 'later']);
    const dropped = start('dropped');
    const open = start('open', inside(dropped));
    dropped.end();
    fail(open);
    fail(start('after', inside(dropped)));
    expect(subject.names()).toEqual(['root', 'late', 'later']);
  });

  it('is decided anew when another part of the trace comes in', () => {
    use();
    start('first', calledBy('not sampled')).end();
    fail(start('second', calledBy('not sampled')));
    expect(subject.names()).toEqual(['second']);
  });

  it('tells services that are called then that the trace is kept', () => {
    use();
    const root = start('root');
    expect(isSampled(root)).toBe(false);
    fail(start('failing', inside(root)));
    const call = start('call', inside(root));
    expect(isSampled(root)).toBe(true);
    expect(isSampled(call)).toBe(true);
    expect(call.spanContext().traceState?.serialize()).toBe('ot=th:0');
    call.end();
    root.end();
  });
});

describe('A trace whose caller may need it', () => {
  const asked = (): Context => awaited(calledBy('not sampled'));
  const { traceId } = { traceId: '3'.padEnd(32, '0') };

  it('waits for word from it, and is kept when that comes', () => {
    use();
    start('callee', asked()).end();
    expect(subject.end.ended).toEqual([]);
    vi.advanceTimersByTime(4000);
    keepExchange.received(traceId);
    expect(subject.names()).toEqual(['callee']);
    expect(attributesOf('callee')).toEqual({ 'sampling.weight': 1, 'sampling.reason': 'caller' });
  });

  it('is dropped when none comes in time', () => {
    use();
    start('callee', asked()).end();
    vi.advanceTimersByTime(6000);
    keepExchange.received(traceId);
    expect(subject.end.ended.map(({ name }) => name)).toEqual(['callee']);
    expect(subject.names()).toEqual([]);
  });

  it('is kept as a whole when a later call fails, or is sampled', () => {
    use();
    start('first', asked()).end();
    fail(start('second', asked()));
    expect(subject.names()).toEqual(['first', 'second']);
    start('third', asked()).end();
    start('fourth', calledBy('sampled', { state: 'ot=th:0' })).end();
    expect(subject.names()).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('does not wait where nothing is to be waited for', () => {
    use({ ...OLD, holdMillis: 0 });
    start('callee', asked()).end();
    expect(subject.end.ended).toHaveLength(1);
  });
});

describe('A process that ends without a shutdown', () => {
  it('decides by what is known before it is gone, and leaves no listener behind otherwise', async () => {
    const before = process.listeners('exit');
    use();
    fail(start('failed', inside(start('open'))));
    const [ending, ...others] = process.listeners('exit').filter((each) => !before.includes(each));
    expect(others).toEqual([]);
    ending?.call(process, 0);
    expect(subject.names()).toEqual(['failed']);
    await subject.provider.shutdown();
    expect(process.listeners('exit')).toEqual(before);
  });
});

describe('Memory', () => {
  const evicted = async (): Promise<Record<string, number>> => {
    await subject.provider.shutdown();
    return Object.fromEntries(subject.counts().evicted);
  };

  it('is bounded in traces: the oldest is decided by what is known', async () => {
    use({ ...OLD, limits: { maxTraces: 2 } });
    const first = start('first');
    fail(start('failed', inside(first)));
    const second = start('second');
    start('third');
    start('fourth');
    expect(subject.names()).toEqual(['failed']);
    first.end();
    second.end();
    expect(subject.names()).toEqual(['failed', 'first']);
    expect(await evicted()).toEqual({ max_traces: 2, shutdown: 2 });
  });

  it('is bounded in spans of a trace', async () => {
    use({ ...OLD, limits: { maxSpansPerTrace: 2 } });
    const root = start('root');
    for (let at = 0; at < 3; at += 1) start('child', inside(root)).end();
    expect(subject.end.ended).toHaveLength(3);
    fail(root);
    expect(subject.names()).toEqual([]);
    expect(await evicted()).toEqual({ max_spans_per_trace: 1 });
  });

  it('is bounded in spans of all traces', async () => {
    use({ ...OLD, limits: { maxSpans: 3 } });
    const roots = [start('a'), start('b')];
    for (const root of [...roots, ...roots]) start('child', inside(root)).end();
    expect(subject.counts().waiting).toBeLessThanOrEqual(3);
    expect((await evicted())['max_spans']).toBe(1);
  });

  it('is bounded in time', async () => {
    use({ ...OLD, slowerThanMillis: 1000, limits: { maxAgeMillis: 10_000 } });
    const root = start('stream');
    start('child', inside(root)).end();
    vi.advanceTimersByTime(11_000);
    expect(subject.names()).toEqual(['child']);
    root.end();
    expect(subject.names()).toEqual(['child', 'stream']);
    expect(await evicted()).toEqual({ max_age: 1 });
  });

  it('is given back at the end, when everything is decided by what is known', async () => {
    use();
    subject.ids.randomness = HIGH;
    start('chosen', awaited(calledBy('sampled', { state: 'ot=th:fd70a' }))).end();
    const root = start('open');
    fail(start('failed', inside(root)));
    await subject.provider.shutdown();
    expect(subject.names()).toEqual(['chosen', 'failed']);
    expect(subject.counts().waiting).toBe(0);
  });
});
