import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AggregateRoot,
  Command,
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventBus,
  EventPublisher,
  EventsHandler,
  Query,
  QueryBus,
  QueryHandler,
  Saga,
  UnhandledExceptionBus,
  ofType,
  type CqrsModuleOptions,
  type IEvent,
} from '@nestjs/cqrs';
import { Span, TelemetryModule, runInSpan, type TelemetryOptions } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { delay, map, type Observable, type Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const DURATION = 'nestjs.cqrs.handler.duration';

class PlaceOrder extends Command<number> {
  constructor(readonly id: number) {
    super();
  }
}
class ShipOrder extends Command<void> {
  constructor(readonly id: number) {
    super();
  }
}
class FindOrder extends Query<{ id: number }> {
  constructor(readonly id: number) {
    super();
  }
}
class Unknown extends Command<void> {}
class OrderPlaced {
  constructor(readonly id: number) {}
}
class OrderShipped {
  constructor(readonly id: number) {}
}

class Order extends AggregateRoot {
  place(id: number): void {
    this.apply(new OrderPlaced(id));
  }
}

@CommandHandler(PlaceOrder)
class PlaceOrderHandler {
  constructor(private readonly publisher: EventPublisher) {}

  async execute({ id }: PlaceOrder): Promise<number> {
    await sleep(id % 3);
    if (id === 13) throw new RangeError('unlucky');
    const order = this.publisher.mergeObjectContext(new Order());
    order.place(id);
    order.commit();
    return id;
  }
}

@CommandHandler(ShipOrder)
class ShipOrderHandler {
  constructor(private readonly events: EventBus) {}

  @Span('inner-span')
  async execute({ id }: ShipOrder): Promise<void> {
    await sleep(1);
    if (id === 14) throw new Error('no carrier');
    this.events.publishAll([new OrderShipped(id)]);
  }
}

@QueryHandler(FindOrder)
class FindOrderHandler {
  async execute({ id }: FindOrder): Promise<{ id: number }> {
    return { id };
  }
}

@EventsHandler(OrderPlaced, OrderShipped)
class WriteHistory {
  handle(): void {}
}

@EventsHandler(OrderPlaced)
class SendReceipt {
  async handle({ id }: OrderPlaced): Promise<void> {
    await sleep(1);
    runInSpan(`receipt ${id}`, {}, () => new Logger('Receipts').log(`receipt ${id}`));
    if (id === 15) throw new TypeError('no address');
  }
}

@EventsHandler(OrderShipped)
@Injectable({ scope: Scope.REQUEST })
class ScopedNotifier {
  readonly #made = Date.now();

  handle(): void {
    runInSpan('notify', {}, () => void this.#made);
  }
}

@Injectable()
class OrderSagas {
  @Saga()
  ship(events: Observable<IEvent>): Observable<ShipOrder> {
    return events.pipe(
      ofType(OrderPlaced),
      map(({ id }) => new ShipOrder(id)),
    );
  }
}

@Injectable()
class SlowSagas {
  @Saga()
  ship(events: Observable<IEvent>): Observable<ShipOrder> {
    return events.pipe(
      ofType(OrderPlaced),
      delay(5),
      map(({ id }) => new ShipOrder(id)),
    );
  }
}

let telemetry: TelemetryRecorder;
beforeEach(() => void (telemetry = recordTelemetry()));
afterEach(async () => {
  // Events and sagas go on when nobody waits for them any more.
  await vi.waitUntil(() => telemetry.openSpans.length === 0);
  await telemetry.stop();
});

interface Setup {
  readonly options?: TelemetryOptions;
  readonly sagas?: new () => object;
  readonly cqrs?: CqrsModuleOptions;
}

async function start({ options = {}, sagas = OrderSagas, cqrs = {} }: Setup = {}) {
  @Module({
    imports: [CqrsModule.forRoot(cqrs), TelemetryModule.forRoot(options)],
    providers: [
      PlaceOrderHandler,
      ShipOrderHandler,
      FindOrderHandler,
      WriteHistory,
      SendReceipt,
      ScopedNotifier,
      sagas,
    ],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false });
  return {
    commands: app.get(CommandBus, { strict: false }),
    queries: app.get(QueryBus, { strict: false }),
    events: app.get(EventBus, { strict: false }),
    errors: app.get(UnhandledExceptionBus, { strict: false }),
    close: () => app.close(),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

describe('A command', () => {
  it('is a span, and so is all that follows from it, in one trace', async () => {
    await using app = await start();
    expect(await runInSpan('request', {}, () => app.commands.execute(new PlaceOrder(7)))).toBe(7);
    await waitForSpans(telemetry, 'notify');
    await waitForSpans(telemetry, 'event OrderPlaced → SendReceipt');

    expect(telemetry).toHaveSpan('command PlaceOrder', {
      parent: 'request',
      kind: 'internal',
      status: 'unset',
      attributes: {
        'nestjs.cqrs.type': 'command',
        'nestjs.cqrs.message': 'PlaceOrder',
        'code.function.name': 'PlaceOrderHandler.execute',
      },
    });
    const placed = { parent: 'command PlaceOrder', count: 1 };
    expect(telemetry).toHaveSpan('event OrderPlaced → WriteHistory', placed);
    expect(telemetry).toHaveSpan('event OrderPlaced → SendReceipt', {
      ...placed,
      attributes: { 'nestjs.cqrs.type': 'event', 'code.function.name': 'SendReceipt.handle' },
    });
    expect(telemetry).toHaveSpan('receipt 7', { parent: 'event OrderPlaced → SendReceipt' });
    expect(telemetry).toHaveSpan('command ShipOrder', placed);
    expect(telemetry).toHaveSpan('inner-span', { parent: 'command ShipOrder' });
    expect(telemetry).toHaveSpan('event OrderShipped → ScopedNotifier', { parent: 'inner-span', count: 1 });
    expect(telemetry).toHaveSpan('notify', { parent: 'event OrderShipped → ScopedNotifier' });
    const traces = new Set(telemetry.spans.map((span) => span.spanContext().traceId));
    expect(traces.size).toBe(1);
    await expect(telemetry).toHaveMetric(DURATION, {
      attributes: { 'nestjs.cqrs.type': 'command', 'nestjs.cqrs.message': 'PlaceOrder' },
      count: 1,
    });
  });

  it('fails with the error of its handler', async () => {
    await using app = await start();
    await expect(app.commands.execute(new PlaceOrder(13))).rejects.toThrow('unlucky');
    expect(telemetry).toHaveSpan('command PlaceOrder', {
      status: 'error',
      statusMessage: 'unlucky',
      attributes: { 'error.type': 'RangeError' },
    });
    await expect(telemetry).toHaveMetric(DURATION, {
      attributes: { 'nestjs.cqrs.message': 'PlaceOrder', 'error.type': 'RangeError' },
    });
  });

  it('without a handler fails as before, at once', async () => {
    await using app = await start();
    expect(() => app.commands.execute(new Unknown())).toThrow('Unknown');
    expect(telemetry).toHaveSpan('command Unknown', { status: 'error' });
    expect(() => app.commands.execute(undefined as never)).toThrow(TypeError);
  });

  it('is not mixed up with others', async () => {
    await using app = await start();
    const ids = Array.from({ length: 12 }, (_, at) => at);
    await Promise.all(
      ids.map((id) => runInSpan(`request ${id}`, {}, () => app.commands.execute(new PlaceOrder(id)))),
    );
    await waitForSpans(telemetry, (spans) => spans.filter(({ name }) => name === 'notify').length === 12);
    await waitForSpans(
      telemetry,
      (spans) => spans.filter(({ name }) => name.startsWith('receipt')).length === 12,
    );
    for (const id of ids) {
      const { traceId } = telemetry.span(`request ${id}`).spanContext();
      expect(telemetry.span(`receipt ${id}`).spanContext().traceId).toBe(traceId);
      const own = telemetry.spans.filter((span) => span.spanContext().traceId === traceId);
      expect(own.filter(({ name }) => name === 'command ShipOrder')).toHaveLength(1);
    }
  });
});

describe('A query', () => {
  it('is a span', async () => {
    await using app = await start();
    expect(await app.queries.execute(new FindOrder(3))).toEqual({ id: 3 });
    expect(telemetry).toHaveSpan('query FindOrder', {
      attributes: { 'nestjs.cqrs.type': 'query', 'code.function.name': 'FindOrderHandler.execute' },
    });
  });
});

describe('An event handler', () => {
  it('fails with an error that the bus swallows', async () => {
    await using app = await start();
    const unhandled: unknown[] = [];
    app.errors.subscribe((info) => void unhandled.push(info.exception));
    app.events.publish(new OrderPlaced(15));
    await waitForSpans(telemetry, 'event OrderPlaced → SendReceipt');
    expect(telemetry).toHaveSpan('event OrderPlaced → SendReceipt', {
      parent: null,
      status: 'error',
      statusMessage: 'no address',
      events: ['exception'],
    });
    await expect.poll(() => unhandled.map(String)).toEqual(['TypeError: no address']);
  });
});

describe('A saga', () => {
  it.each([
    ['at once', OrderSagas],
    ['later', SlowSagas],
  ])('that returns a command %s has it in the trace of the event', async (_when, sagas) => {
    await using app = await start({ sagas });
    for (const id of [1, 2, 14]) {
      runInSpan(`request ${id}`, {}, () => app.events.publish(new OrderPlaced(id)));
    }
    const commands = () => telemetry.spans.filter(({ name }) => name === 'command ShipOrder');
    await waitForSpans(telemetry, () => commands().length === 3);
    for (const id of [1, 2, 14]) {
      const request = telemetry.span(`request ${id}`);
      const own = commands().find(
        ({ parentSpanContext }) => parentSpanContext?.spanId === request.spanContext().spanId,
      );
      expect(own?.status.message).toBe(id === 14 ? 'no carrier' : undefined);
    }
  });

  it('and handlers get an event in the context it was published in from a publisher that waits', async () => {
    const waiting: (() => void)[] = [];
    let subject: Subject<IEvent> | undefined;
    const eventPublisher = {
      publish: (event: IEvent) => void waiting.push(() => subject?.next(event)),
    };
    await using app = await start({ cqrs: { eventPublisher } });
    subject = app.events.subject$;
    runInSpan('request 1', {}, () => app.events.publish(new OrderPlaced(1)));
    runInSpan('request 2', {}, () => app.events.publishAll([new OrderPlaced(2)]));
    runInSpan('delivery', {}, () => waiting.splice(0).forEach((deliver) => deliver()));
    await waitForSpans(
      telemetry,
      (spans) => spans.filter(({ name }) => name.startsWith('receipt')).length === 2,
    );
    await waitForSpans(
      telemetry,
      (spans) => spans.filter(({ name }) => name === 'command ShipOrder').length === 2,
    );
    for (const id of [1, 2]) {
      const request = telemetry.span(`request ${id}`);
      const children = telemetry.spans
        .filter(({ parentSpanContext }) => parentSpanContext?.spanId === request.spanContext().spanId)
        .map(({ name }) => name);
      expect(children.toSorted()).toEqual([
        'command ShipOrder',
        'event OrderPlaced → SendReceipt',
        'event OrderPlaced → WriteHistory',
      ]);
    }
  });
});

describe('Telemetry of CQRS', () => {
  it('is made once for two applications, and ends with the last of them', async () => {
    const original = Reflect.get(CommandBus.prototype, 'execute');
    const first = await start();
    const second = await start();
    await second.queries.execute(new FindOrder(1));
    expect(telemetry).toHaveSpan('query FindOrder', { count: 1 });
    await first.close();
    telemetry.clear();
    await second.queries.execute(new FindOrder(1));
    expect(telemetry).toHaveSpan('query FindOrder', { count: 1 });
    await second.close();
    expect(Reflect.get(CommandBus.prototype, 'execute')).toBe(original);
  });

  it.each([{ enabled: false }, { traces: { cqrs: { enabled: false } } }])(
    'is not there with %j',
    async (options) => {
      await using app = await start({ options });
      expect(await app.commands.execute(new PlaceOrder(7))).toBe(7);
      expect(telemetry.spans.filter(({ name }) => /^(command|event|query) /.test(name))).toEqual([]);
    },
  );
});
