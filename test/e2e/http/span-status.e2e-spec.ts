import {
  BadRequestException,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ExternalContextCreator, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { defer, finalize, type Observable } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SpanStatusInterceptor, TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, waitForSpan, type TelemetryRecorder } from 'nest-telemetry/testing';
import { exceptionsOf } from './span-details.js';

/** Makes the span that another library would make for this transport. */
@Injectable()
class ForeignSpanInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return defer(() =>
      trace.getTracer('foreign').startActiveSpan('message', (span) => {
        return next.handle().pipe(finalize(() => span.end()));
      }),
    );
  }
}

@Controller('orders')
@UseInterceptors(ForeignSpanInterceptor, SpanStatusInterceptor)
class OrderController {
  @Get(':outcome')
  place(@Param('outcome') outcome: string): string {
    if (outcome === 'invalid') throw new BadRequestException('no lines');
    if (outcome === 'fails') throw new TypeError('boom');
    return outcome;
  }
}

describe('SpanStatusInterceptor', () => {
  let telemetry: TelemetryRecorder;

  beforeAll(() => {
    telemetry = recordTelemetry();
  });
  afterEach(() => telemetry.clear());
  afterAll(() => telemetry.stop());

  /** Calls the handler as a transport without HTTP does. */
  const call = async (outcome: string): Promise<ReadableSpan> => {
    @Module({ providers: [OrderController] })
    class OrderModule {}
    const app = await NestFactory.createApplicationContext(OrderModule, { logger: false });
    const controller = app.get(OrderController);
    const handler = app.get(ExternalContextCreator).create(
      controller,
      // The metadata of the method is found by the function itself.
      Reflect.get(controller, 'place') as () => unknown,
      'place',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'rpc',
    ) as (outcome: string) => Promise<unknown>;
    await handler(outcome).catch(() => undefined);
    await app.close();
    const [span] = telemetry.spans;
    if (span === undefined) throw new Error('no span');
    return span;
  };

  it('puts class and method on the current span of any transport', async () => {
    const span = await call('placed');
    expect(span.name).toBe('message');
    expect(span.attributes).toEqual({
      'nestjs.controller': 'OrderController',
      'nestjs.callback': 'place',
      'code.function.name': 'OrderController.place',
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('records what the handler throws', async () => {
    const span = await call('fails');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'boom' });
    expect(exceptionsOf(span)).toEqual(['boom']);
  });

  it('records an HttpException below 500 without an error status', async () => {
    const span = await call('invalid');
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(exceptionsOf(span)).toEqual(['no lines']);
  });

  it('adds nothing to an HTTP request that is observed already', async () => {
    @Module({ imports: [TelemetryModule.forRoot()], controllers: [OrderController] })
    class OrderModule {}
    const app = await NestFactory.create<NestFastifyApplication>(OrderModule, new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
    await app.inject('/orders/fails');
    const server = await waitForSpan(telemetry, { kind: 'server' });
    expect(exceptionsOf(server)).toEqual(['boom']);
    expect(server.attributes['code.function.name']).toBe('OrderController.place');
    await app.close();
  });
});
