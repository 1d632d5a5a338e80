import {
  BadRequestException,
  Catch,
  Controller,
  Get,
  HttpException,
  Injectable,
  Module,
  Param,
  ParseIntPipe,
  Post,
  Body,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { catchError, delay, map, mergeMap, of, throwError, timer, type Observable } from 'rxjs';

class DomainError extends Error {}

/** Its private field is lost to whoever calls it by way of a Proxy. */
@Injectable()
export class CountingGuard implements CanActivate {
  #runs = 0;

  get runs(): number {
    return this.#runs;
  }

  canActivate(): boolean {
    if (!(this instanceof CountingGuard)) throw new TypeError('called on something else');
    this.#runs += 1;
    return true;
  }
}

export class AsyncGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    await sleep(1);
    return true;
  }
}
class StreamGuard implements CanActivate {
  canActivate(): Observable<boolean> {
    return timer(1).pipe(map(() => true));
  }
}
class RefusingGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    return false;
  }
}
class ThrowingGuard implements CanActivate {
  canActivate(): boolean {
    throw new DomainError('in guard');
  }
}
@Injectable({ scope: Scope.REQUEST })
class ScopedGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

export class TrimPipe implements PipeTransform {
  readonly #blanks = /^\s+|\s+$/g;
  async transform(value: unknown): Promise<unknown> {
    return typeof value === 'string' ? value.replaceAll(this.#blanks, '') : value;
  }
}
/** What Nest's own ValidationPipe does, without the packages it needs. */
class NamePipe implements PipeTransform<{ name?: unknown }> {
  transform(value: { name?: unknown }): { name?: unknown } {
    if (typeof value.name !== 'string') throw new BadRequestException('name is missing');
    return value;
  }
}

class SlowInterceptor implements NestInterceptor {
  readonly #pause = 20;
  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    await sleep(this.#pause);
    return next.handle().pipe(delay(40));
  }
}
class MappingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value) => ({ value })));
  }
}
class CachingInterceptor implements NestInterceptor {
  intercept(): Observable<unknown> {
    return of('cached');
  }
}
class RescuingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError(() => of('rescued')));
  }
}
class SpoilingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(mergeMap(() => throwError(() => new DomainError('in interceptor'))));
  }
}

@Catch(DomainError)
class TeapotFilter implements ExceptionFilter {
  readonly #status = 418;
  constructor(private readonly host: HttpAdapterHost) {}
  catch(error: DomainError, host: ArgumentsHost): void {
    this.host.httpAdapter.reply(host.getArgByIndex(1), { caught: error.message }, this.#status);
  }
}
@Catch(HttpException)
class LaterFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost) {}
  async catch(error: HttpException, host: ArgumentsHost): Promise<void> {
    await sleep(1);
    this.host.httpAdapter.reply(host.getArgByIndex(1), { later: error.message }, error.getStatus());
  }
}

@Controller()
class PlainController {
  @Get('plain')
  plain(): string {
    return 'plain';
  }
  @Get('plain/:id')
  withParameter(@Param('id') id: string): string {
    return id;
  }
}

@Controller('guards')
@UseGuards(CountingGuard)
class GuardedController {
  @Get('one')
  one(): string {
    return 'one';
  }
  @Get('two')
  two(): string {
    return 'two';
  }
  @Get('again')
  @UseGuards(CountingGuard, AsyncGuard, StreamGuard)
  again(): string {
    return 'again';
  }
  @Get('refused')
  @UseGuards(RefusingGuard)
  refused(): string {
    return 'secret';
  }
  @Get('throwing')
  @UseGuards(ThrowingGuard)
  throwing(): string {
    return 'secret';
  }
  @Get('scoped')
  @UseGuards(ScopedGuard)
  scoped(): string {
    return 'scoped';
  }
}

@Controller('pipes')
class PipedController {
  @Get(':id/:name')
  @UsePipes(TrimPipe)
  both(@Param('id', ParseIntPipe) id: number, @Param('name') name: string): { id: number; name: string } {
    return { id, name };
  }
  @Post()
  create(@Body(NamePipe) body: { name: string }): { name: string } {
    return body;
  }
}

@Controller('interceptors')
class InterceptedController {
  @Get('slow')
  @UseInterceptors(SlowInterceptor)
  async slow(): Promise<string> {
    await sleep(60);
    return 'slow';
  }
  @Get('mapped')
  @UseInterceptors(MappingInterceptor, SlowInterceptor)
  mapped(): string {
    return 'mapped';
  }
  @Get('cached')
  @UseInterceptors(CachingInterceptor)
  cached(): string {
    return 'handler';
  }
  @Get('rescued')
  @UseInterceptors(RescuingInterceptor)
  rescued(): never {
    throw new DomainError('in handler');
  }
  @Get('spoiled')
  @UseInterceptors(SpoilingInterceptor)
  spoiled(): string {
    return 'handler';
  }
  @Get('failing')
  @UseInterceptors(MappingInterceptor)
  failing(): never {
    throw new DomainError('in handler');
  }
}

@Controller('filters')
class FilteredController {
  @Get('teapot')
  @UseFilters(TeapotFilter)
  teapot(): never {
    throw new DomainError('tea');
  }
  @Get('later')
  @UseFilters(TeapotFilter, LaterFilter)
  later(): never {
    throw new BadRequestException('wait');
  }
  @Get('unfiltered')
  unfiltered(): never {
    throw new BadRequestException('no filter of ours');
  }
}

/** Guards, pipes, interceptors and filters of every kind. */
@Module({
  controllers: [
    PlainController,
    GuardedController,
    PipedController,
    InterceptedController,
    FilteredController,
  ],
})
export class LayeredModule {}
