import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { forced } from '../../sampling.context.js';
import { calledBy, inside, tracing } from './sampling.spec-helper.js';

const isSampled = (span: Span): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
const stateOf = (span: Span): string | undefined => span.spanContext().traceState?.serialize();
const request = (method: string, path: string) => ({ 'http.request.method': method, 'url.path': path });
const HIGH = 'ffffffffffffff';

describe('Parents are followed', () => {
  it('unless it is said otherwise, for each of the four kinds', () => {
    const usual = tracing({ ratio: 0, parents: {} });
    expect(isSampled(usual.start('a', calledBy('sampled')))).toBe(true);
    expect(isSampled(usual.start('a', calledBy('not sampled')))).toBe(false);
    const { start } = tracing({ ratio: 0, parents: { remoteSampled: 'drop', remoteNotSampled: 'sample' } });
    expect(isSampled(start('a', calledBy('sampled')))).toBe(false);
    const taken = start('a', calledBy('not sampled'));
    expect(isSampled(taken)).toBe(true);
    expect(isSampled(start('b', inside(taken)))).toBe(true);
  });

  it('or not, where they are in this process', () => {
    const dropping = tracing({ parents: { localSampled: 'drop' } });
    const root = dropping.start('a');
    expect(isSampled(root)).toBe(true);
    expect(isSampled(dropping.start('b', inside(root)))).toBe(false);
    const taking = tracing({ ratio: 0, parents: { localNotSampled: 'sample' } });
    expect(isSampled(taking.start('b', inside(taking.start('a'))))).toBe(true);
  });

  it('in a share of what they sampled, which then tells how much it counts', () => {
    const { start } = tracing({ parents: { remoteSampled: 0.25 } });
    expect(isSampled(start('a', calledBy('sampled', { randomness: 'bfffffffffffff' })))).toBe(false);
    const taken = start('a', calledBy('sampled', { randomness: HIGH, state: 'ot=th:8,vendor=x' }));
    expect(stateOf(taken)).toBe('ot=th:c,vendor=x');
    const less = start('a', calledBy('sampled', { randomness: HIGH, state: 'ot=th:fd70a' }));
    expect(stateOf(less)).toBe('ot=th:fd70a');
  });

  it('as if there were none', () => {
    const { start } = tracing({ ratio: 1, parents: { remoteNotSampled: 'root' } });
    expect(isSampled(start('a', calledBy('not sampled')))).toBe(true);
  });
});

describe('Rules', () => {
  it('decide in their order about what begins here, and the ratio about the rest', () => {
    const { start, ids } = tracing({
      ratio: 0,
      rules: [
        { path: '/internal/*', sample: 'drop' },
        { method: 'POST', sample: 'keep' },
        { kind: 'consumer', sample: 0.5 },
      ],
    });
    expect(isSampled(start('a', ROOT_CONTEXT, request('POST', '/internal/jobs')))).toBe(false);
    const kept = start('a', ROOT_CONTEXT, request('POST', '/orders'));
    expect(isSampled(kept)).toBe(true);
    expect(stateOf(kept)).toBe('ot=th:0');
    expect(isSampled(start('a', ROOT_CONTEXT, request('GET', '/orders')))).toBe(false);
    expect(isSampled(start('a', ROOT_CONTEXT, {}, SpanKind.CONSUMER))).toBe(false);
    ids.randomness = HIGH;
    const half = start('a', ROOT_CONTEXT, {}, SpanKind.CONSUMER);
    expect(isSampled(half)).toBe(true);
    expect(stateOf(half)).toBe('ot=th:8');
  });

  it('do not overrule the caller', () => {
    const { start } = tracing({ rules: [{ sample: 'drop' }] });
    expect(isSampled(start('a', calledBy('sampled')))).toBe(true);
  });
});

describe('What is forced', () => {
  it('is sampled whatever the caller, a rule or the ratio says', () => {
    const { start } = tracing({
      ratio: 0,
      rules: [{ sample: 'drop' }],
      force: { header: 'X-Trace', secret: 'a secret of the team' },
    });
    expect(isSampled(start('a'))).toBe(false);
    expect(isSampled(start('a', forced(ROOT_CONTEXT)))).toBe(true);
    const called = start('a', forced(calledBy('not sampled')));
    expect(isSampled(called)).toBe(true);
    expect(isSampled(start('b', inside(called)))).toBe(true);
  });
});

describe('A ratio that follows errors', () => {
  const handle = ({ start }: ReturnType<typeof tracing>, path: string, fails: boolean): boolean => {
    const span = start('GET', ROOT_CONTEXT, request('GET', path));
    if (fails) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    return isSampled(span);
  };

  it('rises where requests fail, also those that are not sampled, and only there', () => {
    const service = tracing({ ratio: 0.1, errorRate: {} });
    service.ids.randomness = '80000000000000';
    for (let id = 0; id < 100; id += 1) expect(handle(service, `/users/${id}`, false)).toBe(false);
    for (let id = 0; id < 50; id += 1) handle(service, `/orders/${id}`, true);
    expect(handle(service, '/orders/99', false)).toBe(true);
    expect(handle(service, '/users/99', false)).toBe(false);
  });

  it('records no more than the first span of what it does not sample', () => {
    const service = tracing({ ratio: 0, errorRate: {} });
    const root = service.start('a');
    const child = service.start('b', inside(root));
    expect([root.isRecording(), child.isRecording()]).toEqual([true, false]);
  });
});
