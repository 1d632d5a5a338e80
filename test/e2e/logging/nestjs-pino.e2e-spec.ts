import { Controller, Get, Logger as NestLogger, RequestMethod, type DynamicModule } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { Logger, LoggerModule } from 'nestjs-pino';
import { pinoMixin, pinoTelemetry, TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS } from '../module/shop.js';
import { KeptRecords } from './kept-records.js';

@Controller('orders')
class OrdersController {
  private readonly logger = new NestLogger('Orders');

  @Get('broken')
  broken(): never {
    throw new RangeError('out of stock');
  }

  @Get('planted/:id')
  planted(): string {
    this.logger.log({ user: { password: 'pl4nted-field' } }, 'mail ada@pl4nted.example');
    this.logger.error(new Error('no such user: grace@pl4nted.example'));
    throw new Error('token=pl4nted-error', { cause: new Error('password=pl4nted-cause') });
  }

  @Get(':id')
  find(): string {
    this.logger.log('asked for');
    return 'ok';
  }
}

class Root {}

type Line = Record<string, unknown>;

// nestjs-pino makes one logger for the process, whose stream stays the first one's.
const allLines: Line[] = [];
const stream = { write: (line: string) => void allLines.push(JSON.parse(line) as Line) };

const SECRET = /pl4nted/;

interface Served {
  readonly lines: Line[];
  readonly kept: KeptRecords;
  readonly printed: string;
  readonly traceIds: (string | null)[];
}

/** Serves two requests with nestjs-pino as the application's logger. */
async function serve(
  adapter: AbstractHttpAdapter,
  {
    imports = 1,
    paths = ['/orders/7', '/orders/broken'],
    pino = pinoTelemetry({ level: 'info' }),
    ...options
  }: TelemetryOptions & { imports?: number; paths?: readonly string[]; pino?: object } = {},
): Promise<Served> {
  const kept = new KeptRecords();
  allLines.length = 0;
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const warnings: string[] = [];
  const onWarning = (warning: Error & { code?: string }): void => void warnings.push(String(warning.code));
  process.on('warning', onWarning);
  const root: DynamicModule = {
    module: Root,
    imports: [
      TelemetryModule.forRoot({
        serviceName: 'shop',
        ...options,
        logs: { processors: [kept], ...options.logs },
      }),
      ...Array.from({ length: imports }, () =>
        LoggerModule.forRoot({
          pinoHttp: [pino, stream as never],
          // Its own default matches nothing on Fastify, with or without us.
          forRoutes: [{ path: '/*splat', method: RequestMethod.ALL }],
        }),
      ),
    ],
    controllers: [OrdersController],
  };
  const app = await NestFactory.create(root, adapter, { bufferLogs: true });
  app.useLogger(app.get(Logger));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const traceIds: (string | null)[] = [];
  for (const path of paths) {
    const response = await fetch(url + path, {
      headers: { authorization: 'Bearer pl4nted-bearer-1', cookie: 'sid=pl4nted-cookie' },
    });
    await response.text();
    traceIds.push(response.headers.get('x-trace-id'));
  }
  await vi.waitFor(() =>
    expect(allLines.filter(({ responseTime }) => responseTime !== undefined).length).toBeGreaterThanOrEqual(
      paths.length,
    ),
  );
  await app.close();
  process.off('warning', onWarning);
  const printed = output.mock.calls.map(([text]) => String(text)).join('') + warnings.join('\n');
  output.mockRestore();
  return { lines: [...allLines], kept, printed: printed + JSON.stringify(allLines), traceIds };
}

afterEach(() => vi.restoreAllMocks());

describe.each(ADAPTERS)('nestjs-pino on %s', (name, adapter) => {
  it('has the ids of the request in lines of handlers and in those about requests, and sends both', async () => {
    const { lines, kept, traceIds } = await serve(adapter());
    const asked = lines.find(({ msg }) => msg === 'asked for');
    expect(asked).toMatchObject({ trace_id: traceIds[0], 'service.name': 'shop', context: 'Orders' });
    const ended = lines.filter(({ responseTime }) => responseTime !== undefined);
    expect(ended.map(({ trace_id: id, trace_flags: flags }) => [id, flags])).toEqual([
      [traceIds[0], '01'],
      [traceIds[1], '01'],
    ]);
    expect(lines.every((line) => line['service.name'] === 'shop')).toBe(true);

    const sent = (body: unknown) => kept.records.filter((record) => record.body === body);
    expect(sent('asked for')).toMatchObject([
      { severityText: 'INFO', spanContext: { traceId: traceIds[0] }, attributes: { context: 'Orders' } },
    ]);
    expect(sent('request completed')).toMatchObject([
      {
        spanContext: { traceId: traceIds[0] },
        attributes: { req: { method: 'GET', url: '/orders/7' }, res: { statusCode: 200 } },
      },
    ]);
    expect(sent('request errored')).toMatchObject([
      { spanContext: { traceId: traceIds[1] }, attributes: { 'exception.type': expect.any(String) } },
    ]);
    // Nest's own lines as well, each once.
    expect(sent('Nest application successfully started')).toHaveLength(1);
  });

  it('tells no secret of requests, handlers and errors, neither where it prints nor where it sends', async () => {
    const { lines, kept, printed } = await serve(adapter(), {
      paths: ['/orders/planted/7?token=pl4nted-query&to=ada%40pl4nted.example', '/orders/7'],
    });
    const marks = ['password', 'email', 'token', 'authorization', 'cookie'].map(
      (rule) => `[redacted:${rule}]`,
    );
    for (const mark of marks) expect(printed).toContain(mark);
    expect(lines.filter((line) => SECRET.test(JSON.stringify(line)))).toEqual([]);
    expect(printed).not.toMatch(SECRET);
    expect(printed).not.toContain('NT_PINO_NOT_REDACTED');
    const sent = kept.records.map(({ body, attributes }) => JSON.stringify([body, attributes]));
    expect(sent.length).toBeGreaterThan(4);
    expect(sent.filter((record) => SECRET.test(record))).toEqual([]);
  });
});

// On one of them, because a warning is not said twice within a minute.
describe.each(ADAPTERS.slice(0, 1))('nestjs-pino without our options', (_name, adapter) => {
  it('is named, because it prints secrets, unless nothing is to be redacted or the mixin does it', async () => {
    for (const options of [{ pino: {}, redaction: { enabled: false } }, { pino: { mixin: pinoMixin } }]) {
      const { printed } = await serve(adapter(), options);
      expect(printed).not.toContain('NT_PINO_NOT_REDACTED');
    }
    const { printed: named } = await serve(adapter(), { pino: {} });
    expect(named).toContain('NT_PINO_NOT_REDACTED');
  });
});

// On one of them, because a warning is not said twice within a minute.
describe.each(ADAPTERS.slice(0, 1))('nestjs-pino', (_name, adapter) => {
  it('imported twice is named, because every line about a request is there twice', async () => {
    const { lines, printed } = await serve(adapter(), { imports: 2 });
    expect(lines.filter(({ responseTime }) => responseTime !== undefined).length).toBeGreaterThan(2);
    expect(printed).toContain('NT_PINO_REGISTERED_TWICE');
  });
});

describe.each(ADAPTERS.slice(0, 1))('nestjs-pino beside the official instrumentation', (_name, adapter) => {
  it('leaves the sending to it, and says so', async () => {
    const official = {
      instrumentationName: '@opentelemetry/instrumentation-pino',
      instrumentationVersion: '0.70.0',
      enable: () => {},
      disable: () => {},
      setTracerProvider: () => {},
      setMeterProvider: () => {},
      setConfig: () => {},
      getConfig: () => ({}),
    };
    const { kept, printed } = await serve(adapter(), { instrumentations: [official] });
    expect(kept.records.filter(({ body }) => body === 'asked for')).toEqual([]);
    expect(printed).toContain('NT_PINO_INSTRUMENTED_TWICE');
  });
});
