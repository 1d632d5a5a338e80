import { describe, expect, it } from 'vitest';
import type { EventView, JsonAttributes, SpanView } from '../../../../../src/api/api.types.ts';
import { span } from '../span.spec-helper.ts';
import { lifecycleOf } from './nest.lifecycle.ts';

const layer = (
  type: string,
  name: string,
  outcome: string,
  endUs: number,
  more: JsonAttributes = {},
): EventView => ({
  name: `nestjs.${type}`,
  timeUs: endUs,
  attributes: { 'nestjs.layer.name': name, 'nestjs.layer.outcome': outcome, ...more },
});
const lasting = (us: number): JsonAttributes => ({ 'nestjs.layer.duration': us / 1e6 });
const around = (before: number, after: number): JsonAttributes => ({
  ...lasting(before + after),
  'nestjs.interceptor.before': before / 1e6,
  'nestjs.interceptor.after': after / 1e6,
});
const request = (events: EventView[], more: Partial<SpanView> = {}): SpanView =>
  span('request', null, {
    kind: 'server',
    durationUs: 1000,
    events,
    ...more,
    attributes: { 'nestjs.controller': 'Orders', 'nestjs.callback': 'place', ...more.attributes },
  });
const phases = (of: SpanView, children: SpanView[] = []): string[] =>
  lifecycleOf(of, (id) => children.filter(({ parentSpanId }) => parentSpanId === id))?.blocks.map(
    ({ phase, name, startUs, durationUs }) =>
      `${phase} ${name} ${Math.round(startUs)}+${Math.round(durationUs)}`,
  ) ?? [];
const verdict = (of: SpanView): string | null | undefined => lifecycleOf(of, () => [])?.verdict;

describe('The way of a request through Nest', () => {
  it('is one row from the platform to the answer, interceptors on both sides of the handler', () => {
    const whole = request([
      layer('guard', 'JwtGuard', 'allowed', 150, lasting(50)),
      layer('pipe', 'ValidationPipe', 'passed', 300, lasting(20)),
      layer('interceptor', 'Inner', 'passed', 800, around(30, 40)),
      layer('interceptor', 'Outer', 'passed', 850, around(10, 20)),
    ]);
    expect(phases(whole)).toEqual([
      'before Platform and middleware 0+100',
      'guard JwtGuard 100+50',
      'interceptor-in Outer 150+10',
      'interceptor-in Inner 160+30',
      'pipe ValidationPipe 280+20',
      'handler Orders.place 300+460',
      'interceptor-out Inner 760+40',
      'interceptor-out Outer 830+20',
      'after Answer 850+150',
    ]);
    expect(verdict(whole)).toBeNull();
  });

  it('ends where a guard refuses, with the status of the answer', () => {
    const refused = request(
      [
        layer('guard', 'JwtGuard', 'denied', 150, lasting(50)),
        layer('filter', 'ProblemFilter', 'handled', 200, lasting(10)),
      ],
      { attributes: { 'http.response.status_code': 403 } },
    );
    expect(verdict(refused)).toBe('rejected here by JwtGuard (403)');
    expect(phases(refused).map((text) => text.split(' ')[0])).toEqual(['before', 'guard', 'filter', 'after']);
    const life = lifecycleOf(refused, () => []);
    expect(life?.blocks.filter(({ isEnd }) => isEnd).map(({ name }) => name)).toEqual(['JwtGuard']);
  });

  it('ends where a pipe throws, though interceptors saw it pass', () => {
    const refused = request(
      [
        layer('pipe', 'ParseIntPipe', 'threw', 200, { ...lasting(10), 'nestjs.pipe.argument': 'param id' }),
        layer('interceptor', 'Log', 'passed', 220, around(5, 5)),
      ],
      { attributes: { 'http.response.status_code': 400 } },
    );
    expect(verdict(refused)).toBe('rejected here by ParseIntPipe (400)');
    expect(phases(refused).some((text) => text.startsWith('handler'))).toBe(false);
    expect(lifecycleOf(refused, () => [])?.blocks.find(({ phase }) => phase === 'pipe')?.detail).toBe(
      'param id',
    );
  });

  it('says that an interceptor answered without the handler', () => {
    const cached = request([layer('interceptor', 'CacheInterceptor', 'answered', 200, around(90, 0))]);
    expect(verdict(cached)).toBe('answered here by CacheInterceptor, without the handler');
    expect(phases(cached).some((text) => text.startsWith('handler'))).toBe(false);
  });

  it('does not blame an interceptor that failed after the handler for keeping the request from it', () => {
    const failed = request([layer('interceptor', 'Mapper', 'threw', 500, around(10, 30))], {
      status: 'error',
    });
    expect(phases(failed)).toContain('handler Orders.place 10+460');
    expect(verdict(failed)).toBe('failed in Mapper, after the handler');
  });

  it('names the filter that answered for the handler', () => {
    const caught = request([layer('filter', 'ProblemFilter', 'handled', 700, lasting(50))], {
      attributes: { 'error.type': 'NotFoundException', 'http.response.status_code': 404 },
    });
    expect(verdict(caught)).toBe('NotFoundException of the handler was answered by ProblemFilter (404)');
    expect(phases(caught)).toContain('filter ProblemFilter 650+50');
  });

  it('reads layers that are spans, also inside the span of an interceptor, and lists what the handler called', () => {
    const asSpan = (
      id: string,
      parent: string,
      type: string,
      name: string,
      startUs: number,
      durationUs: number,
      more = {},
    ) =>
      span(id, parent, {
        startUs,
        durationUs,
        attributes: {
          'nestjs.layer.type': type,
          'nestjs.layer.name': name,
          'nestjs.layer.outcome': 'passed',
          ...more,
        },
      });
    const children = [
      asSpan('g', 'request', 'guard', 'JwtGuard', 100, 50),
      asSpan('i', 'request', 'interceptor', 'Log', 150, 700, around(10, 20)),
      asSpan('p', 'i', 'pipe', 'ValidationPipe', 160, 40),
      span('query', 'i', { startUs: 300, durationUs: 200 }),
    ];
    expect(phases(request([]), children)).toEqual([
      'before Platform and middleware 0+100',
      'guard JwtGuard 100+50',
      'interceptor-in Log 150+10',
      'pipe ValidationPipe 160+40',
      'handler Orders.place 200+630',
      'interceptor-out Log 830+20',
      'after Answer 850+150',
    ]);
    const life = lifecycleOf(request([]), (id) => children.filter(({ parentSpanId }) => parentSpanId === id));
    expect(life?.services.map(({ spanId }) => spanId)).toEqual(['query']);
  });

  it('is not there for spans that tell nothing of Nest', () => {
    expect(lifecycleOf(span('GET /', null, { kind: 'server' }), () => [])).toBeUndefined();
    expect(
      lifecycleOf(
        span('x', null, { events: [{ name: 'nestjs.link', timeUs: 1, attributes: {} }] }),
        () => [],
      ),
    ).toBeUndefined();
  });
});
