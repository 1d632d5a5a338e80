import 'reflect-metadata';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { SetMetadata } from '@nestjs/common';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { lastValueFrom, of, Subject, throwError, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  Counted,
  InFlight,
  observe,
  Observed,
  Span,
  SpanAttribute,
  TelemetryError,
  Timed,
  Traceable,
} from '../../index.js';
import { recordTelemetry, type TelemetryRecorder } from '../../testing/index.js';

let telemetry: TelemetryRecorder;
beforeEach(() => void (telemetry = recordTelemetry()));
afterEach(() => telemetry.stop());

/** What was counted of a metric, by attributes. */
async function values(name: string): Promise<Record<string, number | undefined>> {
  const all = await telemetry.metrics();
  const points = all.find((metric) => metric.name === name)?.points ?? [];
  return Object.fromEntries(
    points.map(({ attributes, value, count }) => [JSON.stringify(attributes), value ?? count]),
  );
}

const shared = new Readable({ read() {} });

class Orders {
  @Observed('order.place', {
    low: (payment: string) => ({ 'payment.method': payment }),
    high: (_payment: string, id: string) => ({ 'order.id': id }),
  })
  async place(_payment: string, _id: string): Promise<string | undefined> {
    await nextTurn();
    return trace.getActiveSpan()?.spanContext().spanId;
  }

  @Observed('order.find')
  find(@SpanAttribute('order.id') id: string): string {
    return id;
  }

  @Observed('order.ask', {
    low: () => {
      throw new Error('no attributes');
    },
  })
  ask(): string {
    return 'asked';
  }

  @Counted('orders.cancelled', { unit: '{order}', low: (reason: string) => ({ reason }) })
  cancel(_reason: string): void {}

  @Counted()
  @Timed()
  @InFlight()
  fail(): void {
    throw new TypeError('no');
  }

  @Timed('orders.watch.duration')
  @Counted('orders.watched')
  @InFlight('orders.watching')
  watch(source: Observable<number>): Observable<number> {
    return source;
  }

  @Counted('orders.listed')
  @InFlight('orders.listing')
  *list(): Generator<number> {
    yield* [1, 2];
  }

  @Counted('orders.streamed')
  @Span('stream')
  @InFlight('orders.streaming')
  stream(): Readable {
    return Readable.from(['a', 'b']);
  }

  @Counted('orders.shared')
  shared(): Readable {
    return shared;
  }

  @SetMetadata('route', '/orders')
  @Counted()
  @Timed()
  @InFlight()
  @Observed('order.decorated')
  decorated(_a: string, _b = 1): void {}
}

describe('observe()', () => {
  it('is a span and a histogram of its duration, which sees low attributes only', async () => {
    const result = observe('order.pay', (span) => span.spanContext().spanId, {
      low: { 'payment.method': 'card' },
      high: { 'order.id': '42' },
      description: 'Paying.',
    });
    const span = telemetry.span('order.pay');
    expect(span.spanContext().spanId).toBe(result);
    expect(span.attributes).toEqual({ 'payment.method': 'card', 'order.id': '42' });
    const metric = await telemetry.metric('order.pay.duration');
    expect(metric).toMatchObject({ unit: 's', description: 'Paying.' });
    expect(metric.points).toMatchObject([{ attributes: { 'payment.method': 'card' }, count: 1 }]);
    expect(metric.points[0]?.buckets?.boundaries[0], 'buckets for seconds').toBe(0.005);
  });

  it('counts a failure by its type, shows it on the span and throws it on', async () => {
    await expect(observe('order.pay', () => Promise.reject(new TypeError('no')))).rejects.toThrow('no');
    expect(telemetry.span('order.pay').status.code).toBe(SpanStatusCode.ERROR);
    expect(await values('order.pay.duration')).toEqual({ '{"error.type":"TypeError"}': 1 });
  });

  it('measures also what is not sampled, and asks for no high attributes then', async () => {
    await telemetry.stop();
    telemetry = recordTelemetry({
      sampler: { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }), toString: () => 'never' },
    });
    let asked = 0;
    observe('order.pay', () => 1, { high: () => ({ asked: ++asked }) });
    expect(asked).toBe(0);
    expect(await values('order.pay.duration')).toEqual({ '{}': 1 });
  });

  it('measures each subscription by itself, without the time in between', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const work = observe('order.watch', () => of(1));
      await lastValueFrom(work);
      vi.advanceTimersByTime(60_000);
      await lastValueFrom(work);
    } finally {
      vi.useRealTimers();
    }
    expect(await telemetry.points('order.watch.duration')).toMatchObject([{ count: 2, sum: 0 }]);
  });

  it('works again after telemetry was stopped and started', async () => {
    observe('order.pay', () => 1);
    await telemetry.stop();
    expect(observe('order.pay', () => 2)).toBe(2);
    telemetry = recordTelemetry();
    observe('order.pay', () => 3);
    expect(await values('order.pay.duration')).toEqual({ '{}': 1 });
  });
});

describe('@Observed()', () => {
  it('takes low and high attributes from the arguments', async () => {
    const active = await new Orders().place('card', '42');
    const span = telemetry.span('order.place');
    expect(span.spanContext().spanId).toBe(active);
    expect(span.attributes).toEqual({ 'payment.method': 'card', 'order.id': '42' });
    expect(await values('order.place.duration')).toEqual({ '{"payment.method":"card"}': 1 });
  });

  it('puts attributes of parameters onto the span only', async () => {
    new Orders().find('42');
    expect(telemetry.span('order.find').attributes).toEqual({ 'order.id': '42' });
    expect(await values('order.find.duration')).toEqual({ '{}': 1 });
  });

  it('makes the call though its attributes cannot be made', async () => {
    expect(new Orders().ask()).toBe('asked');
    expect(telemetry.warnings.map(({ code }) => code)).toEqual(['NT_USER_CODE_FAILED']);
    expect(await values('order.ask.duration')).toEqual({ '{}': 1 });
  });

  it('gets no second span from @Traceable()', () => {
    @Traceable()
    class Shop {
      @Observed('shop.open')
      open(): void {}
    }
    new Shop().open();
    expect(telemetry.spans.map(({ name }) => name)).toEqual(['shop.open']);
  });
});

describe('@Counted(), @Timed() and @InFlight()', () => {
  it('make no span, and leave the active one in place', async () => {
    class Shop {
      @Counted()
      @Timed()
      @InFlight()
      active(): string | undefined {
        return trace.getActiveSpan()?.spanContext().spanId;
      }
    }
    const [outer, inner] = observe('outer', (span) => [span.spanContext().spanId, new Shop().active()]);
    expect(inner).toBe(outer);
    expect(new Shop().active(), 'none where there is none').toBeUndefined();
    expect(telemetry.spans).toHaveLength(1);
    expect(await values('nestjs.method.calls')).toEqual({ '{"code.function.name":"Shop.active"}': 2 });
  });

  it('count by attributes made from the arguments', async () => {
    const orders = new Orders();
    orders.cancel('late');
    orders.cancel('late');
    orders.cancel('broken');
    expect(await values('orders.cancelled')).toEqual({ '{"reason":"late"}': 2, '{"reason":"broken"}': 1 });
    expect((await telemetry.metric('orders.cancelled')).unit).toBe('{order}');
  });

  it('tell methods apart where no name is given, and failures by type', async () => {
    expect(() => new Orders().fail()).toThrow('no');
    const failed = '{"code.function.name":"Orders.fail","error.type":"TypeError"}';
    expect(await values('nestjs.method.calls')).toEqual({ [failed]: 1 });
    expect(await values('nestjs.method.duration')).toEqual({ [failed]: 1 });
    expect(await values('nestjs.method.active_calls')).toEqual({ '{"code.function.name":"Orders.fail"}': 0 });
  });

  it('follow each subscription of an Observable to its end', async () => {
    const source = new Subject<number>();
    const watched = new Orders().watch(source.asObservable());
    const first = watched.subscribe();
    const second = watched.subscribe({ error: () => undefined });
    expect(await values('orders.watching')).toEqual({ '{}': 2 });
    expect(await values('orders.watched')).toEqual({});
    first.unsubscribe();
    source.error(new TypeError('no'));
    expect(await values('orders.watching')).toEqual({ '{}': 0 });
    expect(await values('orders.watched')).toEqual({ '{}': 1, '{"error.type":"TypeError"}': 1 });
    expect(await values('orders.watch.duration')).toEqual({ '{}': 1, '{"error.type":"TypeError"}': 1 });
    expect(second.closed).toBe(true);
  });

  it('do not count what was never begun', async () => {
    const watched = new Orders().watch(throwError(() => new TypeError('no')));
    new Orders().list();
    await nextTurn();
    await nextTurn();
    expect(await values('orders.watching')).toEqual({ '{}': 0 });
    expect(await values('orders.listing')).toEqual({ '{}': 0 });
    expect(await values('orders.watched')).toEqual({});
    await expect(lastValueFrom(watched), 'it may still begin').rejects.toThrow('no');
    expect(await values('orders.watched')).toEqual({ '{"error.type":"TypeError"}': 1 });
  });

  it('follow generators and streams, around and within a span', async () => {
    const orders = new Orders();
    expect([...orders.list()]).toEqual([1, 2]);
    expect(await values('orders.listed')).toEqual({ '{}': 1 });
    const stream = orders.stream();
    expect(await values('orders.streaming')).toEqual({ '{}': 1 });
    expect(await values('orders.streamed')).toEqual({});
    await stream.toArray();
    await nextTurn();
    expect(await values('orders.streaming')).toEqual({ '{}': 0 });
    expect(await values('orders.streamed')).toEqual({ '{}': 1 });
    expect(telemetry.spans.map(({ name }) => name)).toEqual(['stream']);
  });

  it('do not gather listeners on a stream that many calls return', async () => {
    const orders = new Orders();
    const before = shared.listenerCount('close');
    for (let call = 0; call < 20; call++) expect(orders.shared()).toBe(shared);
    expect(shared.listenerCount('close') - before).toBeLessThanOrEqual(1);
    expect((await values('orders.shared'))['{}']).toBe(19);
  });

  it('leave name, length and metadata of the method', () => {
    const decorated = Reflect.get(Orders.prototype, 'decorated') as () => void;
    expect([decorated.name, decorated.length]).toEqual(['decorated', 1]);
    expect(Reflect.getMetadata('route', decorated)).toBe('/orders');
  });

  it.each([Counted, Timed, InFlight, () => Observed('x')])('are for methods only: %o', (decorator) => {
    const decorate = decorator() as unknown as PropertyDecorator;
    expect(() => decorate({}, 'property')).toThrow(TelemetryError);
  });
});
