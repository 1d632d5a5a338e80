import { Controller, Get, Inject, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Client,
  ClientProxyFactory,
  ClientsModule,
  type ClientProxy,
  MessagePattern,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { SpanKind } from '@opentelemetry/api';
import { TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unusedPort } from '../../../tools/start/ports.js';

let telemetry: TelemetryRecorder;
let tcp: {
  readonly transport: Transport.TCP;
  readonly options: { readonly host: string; readonly port: number };
};
beforeEach(async () => {
  telemetry = recordTelemetry();
  const port = await unusedPort();
  tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port } };
});
afterEach(() => telemetry.stop());

@Controller()
class DoubleController {
  @MessagePattern({ cmd: 'double' })
  double(@Payload() number: number): number {
    return number * 2;
  }
}

@Injectable()
class Caller {
  constructor(@Inject('CLIENT') readonly client: ClientProxy) {}
}

@Module({})
// oxlint-disable-next-line typescript/no-extraneous-class
class AppModule {}

/** An application of these imports, with the handler and a client of it. */
function appOf(...imports: DynamicModule[]): DynamicModule {
  return { module: AppModule, imports, controllers: [DoubleController], providers: [Caller] };
}

const clients = (): DynamicModule => ClientsModule.register([{ name: 'CLIENT', ...tcp }]);

const PATTERN = '{"cmd":"double"}';

/** What kinds of spans a request makes, and whose children they are. */
async function spansOf(client: ClientProxy): Promise<string[]> {
  telemetry.clear();
  expect(await firstValueFrom(client.send({ cmd: 'double' }, 21))).toBe(42);
  await waitForSpans(telemetry, (spans) => spans.filter(({ name }) => name === PATTERN).length === 2);
  const kinds = new Map(telemetry.spans.map((span) => [span.spanContext().spanId, SpanKind[span.kind]]));
  return telemetry.spans
    .map(
      ({ kind, parentSpanContext }) => `${SpanKind[kind]} in ${kinds.get(parentSpanContext?.spanId ?? '')}`,
    )
    .toSorted();
}

const ONE_TRACE = ['CLIENT in undefined', 'SERVER in CLIENT'];

describe('Messages are traced', () => {
  it.each([
    ['first', () => appOf(TelemetryModule.forRoot(), clients())],
    ['last', () => appOf(clients(), TelemetryModule.forRoot())],
  ])('in a microservice that imports TelemetryModule %s', async (_place, module) => {
    const app = await NestFactory.createMicroservice(module(), { ...tcp, logger: false });
    await app.listen();
    expect(await spansOf(app.get(Caller).client)).toEqual(ONE_TRACE);
    await app.close();
  });

  it('in a microservice of a testing module', async () => {
    const compiled = await Test.createTestingModule({
      imports: [clients(), TelemetryModule.forRoot()],
      controllers: [DoubleController],
      providers: [Caller],
    }).compile();
    const app = compiled.createNestMicroservice(tcp);
    await app.listen();
    expect(await spansOf(app.get(Caller).client)).toEqual(ONE_TRACE);
    await app.close();
  });

  it.each([
    ['before', true],
    ['after', false],
  ])('in a hybrid application whose microservices start %s it is initialised', async (_when, early) => {
    const app = await NestFactory.create(appOf(clients(), TelemetryModule.forRoot()), { logger: false });
    app.connectMicroservice(tcp);
    if (!early) await app.init();
    await app.startAllMicroservices();
    // Messages may come and go before the application is complete.
    expect(await spansOf(app.get(Caller).client)).toEqual(ONE_TRACE);
    await app.init();
    expect(await spansOf(app.get(Caller).client)).toEqual(ONE_TRACE);
    await app.close();
  });

  it('from an HTTP request into the microservice, in one trace', async () => {
    @Controller('doubles')
    class GatewayController {
      constructor(private readonly caller: Caller) {}

      @Get()
      find(): unknown {
        return this.caller.client.send({ cmd: 'double' }, 4);
      }
    }
    const module = appOf(TelemetryModule.forRoot(), clients());
    const app = await NestFactory.create(
      { ...module, controllers: [DoubleController, GatewayController] },
      { logger: false },
    );
    app.connectMicroservice(tcp);
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    telemetry.clear();
    expect(await (await fetch(`${url}/doubles`)).text()).toBe('8');
    await waitForSpans(telemetry, 'GET /doubles');
    await waitForSpans(telemetry, (spans) => spans.filter(({ name }) => name === PATTERN).length === 2);
    expect(telemetry).toHaveSpan(PATTERN, { kind: 'client', parent: 'GET /doubles' });
    const traces = new Set(telemetry.spans.map((span) => span.spanContext().traceId));
    expect(traces.size).toBe(1);
    await app.close();
  });

  it('of clients in fields: of @Client() and of ClientProxyFactory', async () => {
    const options = tcp;
    @Injectable()
    class Decorated {
      @Client(options)
      readonly client!: ClientProxy;
    }
    @Injectable()
    class Made {
      readonly client = ClientProxyFactory.create(options);
    }
    for (const holder of [Decorated, Made]) {
      const app = await NestFactory.createMicroservice(
        {
          module: AppModule,
          imports: [TelemetryModule.forRoot()],
          controllers: [DoubleController],
          providers: [holder],
        },
        { ...tcp, logger: false },
      );
      await app.listen();
      const { client } = app.get<{ client: ClientProxy }>(holder);
      expect(await spansOf(client)).toEqual(ONE_TRACE);
      await client.close();
      await app.close();
    }
  });

  it('no longer once the application is closed, nor where messages are switched off', async () => {
    const app = await NestFactory.createMicroservice(
      appOf(clients(), TelemetryModule.forRoot({ traces: { messages: { enabled: false } } })),
      { ...tcp, logger: false },
    );
    await app.listen();
    const { client } = app.get(Caller);
    expect(await firstValueFrom(client.send({ cmd: 'double' }, 1))).toBe(2);
    expect(telemetry.spans).toEqual([]);
    await app.close();

    const traced = await NestFactory.createMicroservice(appOf(clients(), TelemetryModule.forRoot()), {
      ...tcp,
      logger: false,
    });
    await traced.listen();
    const left = traced.get(Caller).client;
    await traced.close();
    telemetry.clear();
    await expect(firstValueFrom(left.send({ cmd: 'double' }, 1))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(telemetry.spans).toEqual([]);
  });
});

describe('Messages that strangers send', () => {
  it('begin a trace of their own where propagation.inboundMessages says so, with a link and without baggage', async () => {
    const app = await NestFactory.createMicroservice(
      appOf(clients(), TelemetryModule.forRoot({ propagation: { inboundMessages: 'restart' } })),
      { ...tcp, logger: false },
    );
    await app.listen();
    expect(await firstValueFrom(app.get(Caller).client.send({ cmd: 'double' }, 1))).toBe(2);
    await waitForSpans(telemetry, (spans) => spans.filter(({ name }) => name === PATTERN).length === 2);
    const [client, server] = [SpanKind.CLIENT, SpanKind.SERVER].map((kind) =>
      telemetry.spans.find((span) => span.kind === kind),
    );
    expect(server?.parentSpanContext).toBeUndefined();
    expect(server?.links.map(({ context }) => context.spanId)).toEqual([client?.spanContext().spanId]);
    await app.close();
  });
});
