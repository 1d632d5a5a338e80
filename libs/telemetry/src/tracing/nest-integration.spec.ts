import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Controller,
  createParamDecorator,
  Get,
  HttpCode,
  Inject,
  Injectable,
  NotFoundException,
  Param,
  ParseIntPipe,
  Query,
  Scope,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  context,
  propagation,
  SpanStatusCode,
  trace,
  type Span as OtelSpan,
  type Tracer,
} from '@opentelemetry/api';
import { delay, of, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { Baggage } from './baggage.decorator.js';
import { CurrentSpan } from './current-span.decorator.js';
import { InjectTracer, tracerProvider } from './inject-tracer.decorator.js';
import { runInSpan } from './run-in-span.js';
import { SpanAttribute } from './span-attribute.decorator.js';
import { Span } from './span.decorator.js';
import { Traceable } from './traceable.decorator.js';
import { TracerService } from './tracer.service.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

const Role = createParamDecorator((_: unknown, host: ExecutionContext) => host.getHandler().name);

@Injectable()
class RoleGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(host: ExecutionContext): boolean {
    return this.reflector.get<string>('role', host.getHandler()) !== 'nobody';
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestState {
  private readonly id = Math.random();

  @Span()
  async read(@SpanAttribute('order.id') _id: number): Promise<number> {
    await sleep(1);
    return this.id;
  }
}

@Traceable()
class BaseController {
  @Get('inherited/:id')
  inherited(@Param('id', ParseIntPipe) id: number): { id: number } {
    return { id };
  }
}

@Controller('orders')
@UseGuards(RoleGuard)
@Traceable()
class OrdersController extends BaseController {
  constructor(
    @Inject(RequestState) private readonly state: RequestState,
    @InjectTracer() private readonly tracer: Tracer,
    @Inject(TracerService) private readonly service: TracerService,
  ) {
    super();
  }

  @Span('orders.find')
  @Get('one/:id')
  @HttpCode(203)
  async find(@Param('id', ParseIntPipe) id: number, @Role() handler: string): Promise<unknown> {
    const state = await this.state.read(id);
    this.service.addEvent('found');
    this.tracer.startSpan('manual').end();
    return { id, handler, sameState: state === (await this.state.read(id)) };
  }

  @Get('watch')
  watch(): Observable<string> {
    return of('done').pipe(delay(1));
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException('no such order');
  }

  @SetMetadata('role', 'nobody')
  @Get('forbidden')
  forbidden(): string {
    return 'never';
  }

  @Get('context')
  context(
    @CurrentSpan() span: OtelSpan | undefined,
    @Baggage('tenant') tenant: string,
    @Query('n') n: string,
  ): unknown {
    return { spanId: span?.spanContext().spanId, tenant, n };
  }
}

describe('decorated controllers and providers in a Nest application', () => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [OrdersController],
      providers: [RequestState, RoleGuard, TracerService, tracerProvider],
    }).compile();
    app = module.createNestApplication({ logger: false });
    // Stands in for the server hook: a span and baggage around the request.
    app.use((_request: unknown, _response: unknown, next: () => void) => {
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
      const parent = propagation.setBaggage(context.active(), baggage);
      runInSpan('request', { parent }, () => next());
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${url}/orders/${path}`);
    const body = await response.text();
    return { status: response.status, body: body.startsWith('{') ? (JSON.parse(body) as unknown) : body };
  };

  it('route, transform and answer as without decorators', async () => {
    expect(await get('one/7')).toEqual({ status: 203, body: { id: 7, handler: 'find', sameState: true } });
    expect(await get('inherited/8')).toEqual({ status: 200, body: { id: 8 } });
    expect(await get('one/seven')).toMatchObject({ status: 400 });
  });

  it('make a tree of spans across request-scoped providers', async () => {
    await get('one/7');
    const find = telemetry.span('orders.find');
    expect(find.parentSpanContext?.spanId).toBe(telemetry.span('request').spanContext().spanId);
    expect(find.events.map(({ name }) => name)).toEqual(['found']);
    const reads = telemetry.spans.filter(({ name }) => name === 'RequestState.read');
    expect(reads.map(({ attributes }) => attributes)).toEqual([{ 'order.id': 7 }, { 'order.id': 7 }]);
    for (const span of [...reads, telemetry.span('manual')]) {
      expect(span.parentSpanContext?.spanId).toBe(find.spanContext().spanId);
    }
  });

  it('cover handlers that return an Observable', async () => {
    expect(await get('watch')).toEqual({ status: 200, body: 'done' });
    expect(telemetry.span('OrdersController.watch').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('name inherited handlers after the class whose @Traceable() reached them first', async () => {
    await get('inherited/8');
    expect(telemetry.spanNames).toContain('BaseController.inherited');
  });

  it('let exceptions reach the filters', async () => {
    expect(await get('missing')).toMatchObject({ status: 404, body: { message: 'no such order' } });
    const span = telemetry.span('OrdersController.missing');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no such order' });
    expect(span.attributes).toMatchObject({ 'error.type': 'NotFoundException' });
  });

  it('are seen by guards with their metadata', async () => {
    expect(await get('forbidden')).toMatchObject({ status: 403 });
    expect(telemetry.spanNames).not.toContain('OrdersController.forbidden');
  });

  it('get the span of the request and its baggage as parameters', async () => {
    const { body } = await get('context?n=1');
    const { spanId } = telemetry.span('request').spanContext();
    expect(body).toEqual({ spanId, tenant: 'acme', n: '1' });
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('keep 200 concurrent requests apart', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, id) => get(`one/${id}`)));
    const reads = telemetry.spans.filter(({ name }) => name === 'RequestState.read');
    expect(reads).toHaveLength(400);
    for (const find of telemetry.spans.filter(({ name }) => name === 'orders.find')) {
      const { traceId, spanId } = find.spanContext();
      const own = reads.filter((read) => read.spanContext().traceId === traceId);
      expect(own.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([spanId, spanId]);
      expect(own[0]?.attributes).toEqual(own[1]?.attributes);
    }
  });
});
