import {
  All,
  BadRequestException,
  Body,
  Catch,
  Controller,
  Get,
  Injectable,
  Module,
  Options,
  Param,
  ParseIntPipe,
  Post,
  Req,
  Res,
  ServiceUnavailableException,
  Sse,
  StreamableFile,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestModule,
  type PipeTransform,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { context, trace } from '@opentelemetry/api';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { concat, interval, map, Observable, of, throwError } from 'rxjs';
import { TelemetryModule, type HttpOptions } from 'nest-telemetry';

/** A span of the application, made by nothing but the API. */
async function inner<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  const tracer = trace.getTracer('shop');
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await run();
    } finally {
      span.end();
    }
  });
}

@Injectable()
class UserService {
  async find(id: string): Promise<{ id: string }> {
    await sleep(Number(id) % 3);
    return inner(`find ${id}`, async () => {
      await sleep(1);
      return { id };
    });
  }
}

class DomainError extends Error {}

class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}
class ThrowingGuard implements CanActivate {
  canActivate(): boolean {
    throw new DomainError('in guard');
  }
}
class ThrowingPipe implements PipeTransform {
  transform(): never {
    throw new DomainError('in pipe');
  }
}
class ThrowingInterceptor implements NestInterceptor {
  intercept(): Observable<never> {
    throw new DomainError('in interceptor');
  }
}
@Catch(DomainError)
class ThrowingFilter implements ExceptionFilter {
  catch(): void {
    throw new TypeError('in filter');
  }
}
@Catch(DomainError)
class TeapotFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}
  catch(_error: DomainError, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.getArgByIndex(1), { teapot: true }, 418);
  }
}

@Controller('users')
class UserController {
  constructor(private readonly users: UserService) {}

  @Get(':id')
  find(@Param('id') id: string): Promise<{ id: string }> {
    return this.users.find(id);
  }

  @Post()
  async create(@Body() body: { name: string }): Promise<{ name: string; traceId: string | undefined }> {
    const traceId = trace.getActiveSpan()?.spanContext().traceId;
    return inner('create', () => ({ name: body.name, traceId }));
  }
}

@Controller()
class MiscController {
  @Get('health')
  health(): Promise<string> {
    return inner('health check', () => 'ok');
  }
  @All('anything')
  anything(): string {
    return 'anything';
  }
  @Options('preflight')
  preflight(): string {
    return '';
  }
  @Get('files/*')
  wildcard(): string {
    return 'file';
  }
  @Get('raw-status')
  rawStatus(@Res() response: { status(code: number): { send(body: string): void } }): void {
    response.status(503).send('busy');
  }
  @Get('never')
  never(): Promise<never> {
    return new Promise(() => undefined);
  }
}

@Controller('throws')
class ThrowingController {
  @Get('sync')
  sync(): never {
    throw new DomainError('boom');
  }
  @Get('async')
  async async(): Promise<never> {
    await sleep(1);
    throw new DomainError('boom');
  }
  @Get('observable')
  observable(): Observable<never> {
    return throwError(() => new DomainError('boom'));
  }
  @Get('null')
  null(): never {
    // oxlint-disable-next-line typescript/only-throw-error -- what careless code does
    throw null;
  }
  @Get('bad-request')
  badRequest(): never {
    throw new BadRequestException('name is missing');
  }
  @Get('unavailable')
  unavailable(): never {
    throw new ServiceUnavailableException('later');
  }
  @Get('pipe/:id')
  parse(@Param('id', ParseIntPipe) id: number): number {
    return id;
  }
  @Get('pipe-error/:id')
  @UsePipes(ThrowingPipe)
  pipe(@Param('id') id: string): string {
    return id;
  }
  @Get('forbidden')
  @UseGuards(RefusingGuard)
  forbidden(): string {
    return 'secret';
  }
  @Get('guard')
  @UseGuards(ThrowingGuard)
  guard(): string {
    return 'secret';
  }
  @Get('interceptor')
  @UseInterceptors(ThrowingInterceptor)
  interceptor(): string {
    return '';
  }
  @Get('filter')
  @UseFilters(ThrowingFilter)
  filter(): never {
    throw new DomainError('before filter');
  }
  @Get('teapot')
  @UseFilters(TeapotFilter)
  teapot(): never {
    throw new DomainError('handled');
  }
  @Get('middleware')
  middleware(): string {
    return '';
  }
  @Get('next')
  next(): string {
    return '';
  }
}

function chunks(objectMode: boolean, fail: boolean): Readable {
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from('first ');
    await sleep(30);
    if (fail) throw new DomainError('mid-stream');
    yield Buffer.from('second');
  }
  return Readable.from(source(), { objectMode });
}

@Controller('streams')
class StreamController {
  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(chunks(false, false));
  }
  @Get('broken-bytes')
  brokenBytes(): StreamableFile {
    return new StreamableFile(chunks(false, true));
  }
  @Get('broken-objects')
  brokenObjects(): StreamableFile {
    return new StreamableFile(chunks(true, true));
  }
  @Get('endless')
  endless(): StreamableFile {
    return new StreamableFile(
      Readable.from(
        (async function* () {
          while (true) {
            yield Buffer.from('more ');
            await sleep(5);
          }
        })(),
        { objectMode: false },
      ),
    );
  }
  @Sse('events')
  events(): Observable<{ data: string }> {
    return interval(5).pipe(map((count) => ({ data: String(count) })));
  }
  @Sse('three-events')
  threeEvents(): Observable<{ data: string }> {
    return of('a', 'b', 'c').pipe(map((data) => ({ data })));
  }
  @Sse('broken-events')
  brokenEvents(): Observable<{ data: string }> {
    return new Observable((subscriber) => {
      subscriber.next({ data: 'one' });
      setTimeout(() => subscriber.error(new DomainError('mid-events')), 30);
    });
  }
}

@Controller({ path: 'versioned', version: '2' })
class VersionedController {
  @Get(':id')
  find(@Param('id') id: string): string {
    return id;
  }
}

@Controller('context')
class ContextController {
  @Get()
  spanOfRequest(@Req() _request: unknown): Observable<string> {
    return concat(of(trace.getSpan(context.active())?.spanContext().spanId ?? 'none'));
  }
}

/** An application with every kind of route. */
@Module({})
export class ShopModule implements NestModule {
  static with(options?: HttpOptions): DynamicModule {
    return {
      module: ShopModule,
      // The requests of the test itself would be traced as well: it runs in the same process.
      imports: [TelemetryModule.forRoot({ traces: { http: { client: false, ...options } } })],
      controllers: [
        UserController,
        MiscController,
        ThrowingController,
        StreamController,
        VersionedController,
        ContextController,
      ],
      providers: [UserService],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(() => {
        throw new DomainError('in middleware');
      })
      .forRoutes('throws/middleware');
    consumer
      .apply((_request: unknown, _response: unknown, next: (error: unknown) => void) => {
        next(new DomainError('through next'));
      })
      .forRoutes('throws/next');
  }
}
