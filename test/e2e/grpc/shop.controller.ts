import {
  Catch,
  Controller,
  HttpException,
  Injectable,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall, GrpcStreamMethod, Payload, RpcException } from '@nestjs/microservices';
import type { Metadata, ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import { propagation, trace } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { concatMap, from, interval, map, Observable, reduce, take, throwError } from 'rxjs';

export interface Query {
  id: string;
}
export interface Item {
  id: string;
  traceId: string;
  tenant: string;
}

/** An error that a filter of the application knows what to do with. */
export class SoldOut extends Error {}

@Catch(SoldOut)
class SoldOutFilter implements ExceptionFilter {
  catch(exception: SoldOut): Observable<never> {
    return throwError(() => ({ code: 9, message: `sold out: ${exception.message}` }));
  }
}

@Injectable()
class ClosedGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    return execution.switchToRpc().getData<Query>().id !== 'guard';
  }
}

@Injectable()
class FailingInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (execution.switchToRpc().getData<Query>().id === 'interceptor') throw new TypeError('interceptor');
    return next.handle();
  }
}

@Injectable()
class FailingPipe implements PipeTransform {
  transform(value: Query): Query {
    if (value.id === 'pipe') throw new RpcException({ code: 3, message: 'id is bad' });
    return value;
  }
}

/** A child span and what is current, as code deep in a service sees them. */
async function work(id: string, milliseconds = 0): Promise<Item> {
  await sleep(milliseconds);
  return trace.getTracer('spec').startActiveSpan(`work ${id}`, (span) => {
    span.end();
    return seen(id);
  });
}

function seen(id: string): Item {
  const traceId = trace.getActiveSpan()?.spanContext().traceId ?? '';
  const tenant = propagation.getActiveBaggage()?.getEntry('tenant')?.value ?? '';
  return { id, traceId, tenant };
}

const wrong: Readonly<Record<string, () => Error>> = {
  error: () => new TypeError('secret of the house'),
  http: () => new HttpException('no such item', 404),
  soldOut: () => new SoldOut('socks'),
};

function fail(id: string): void {
  const [kind = '', code] = id.split(':');
  const make = wrong[kind];
  if (make !== undefined) throw make();
  if (kind === 'rpc') throw new RpcException({ code: Number(code), message: `code ${code}` });
}

@Controller()
@UseFilters(SoldOutFilter)
export class ShopController {
  @GrpcMethod('Shop', 'Find')
  @UseGuards(ClosedGuard)
  @UseInterceptors(FailingInterceptor)
  async find(@Payload(FailingPipe) { id }: Query): Promise<Item> {
    if (id.startsWith('slow:')) return work(id, Number(id.slice(5)));
    if (id === 'unserialisable') return { ...seen(id), detail: 'no object' } as Item;
    await sleep(0);
    fail(id);
    return work(id);
  }

  @GrpcMethod('Shop', 'Watch')
  watch({ id }: Query): Observable<Item> {
    const [kind, count = '3'] = id.split(':');
    if (kind === 'fails')
      return interval(1).pipe(
        take(2),
        concatMap((n) => (n === 0 ? work('0') : fails())),
      );
    return interval(2).pipe(
      take(Number(count)),
      concatMap((n) => work(`${id} ${n}`)),
    );
  }

  @GrpcStreamMethod('Shop', 'Total')
  total(messages: Observable<Query>): Observable<Item> {
    return messages.pipe(
      concatMap(({ id }) => work(id)),
      reduce((sum, { id }) => `${sum}${id}`, ''),
      map((ids) => seen(ids)),
    );
  }

  @GrpcStreamMethod('Shop', 'Chat')
  chat(messages: Observable<Query>): Observable<Item> {
    return messages.pipe(
      map(({ id }) => {
        fail(id);
        return seen(id);
      }),
    );
  }

  @GrpcStreamCall('Shop', 'TotalCall')
  totalCall(call: ServerReadableStream<Query, Item>, answer: sendUnaryData<Item>): void {
    let ids = '';
    call.on('data', ({ id }: Query) => {
      ids += seen(id).id;
    });
    call.on('end', () => {
      if (ids === 'bad') answer(Object.assign(new Error('bad'), { code: 3 }));
      else answer(null, seen(ids));
    });
  }

  @GrpcStreamCall('Shop', 'ChatCall')
  chatCall(call: ServerDuplexStream<Query, Item>): void {
    call.on('data', ({ id }: Query) => {
      if (id === 'bad') call.emit('error', Object.assign(new Error('bad'), { code: 13 }));
      else call.write(seen(id));
    });
    call.on('end', () => call.end());
  }
}

async function fails(): Promise<Item> {
  await sleep(1);
  throw new RangeError('half way');
}

/** What the client side of the contract calls. */
export interface Shop {
  find(query: Query, metadata?: Metadata, options?: object): Observable<Item>;
  watch(query: Query, metadata?: Metadata, options?: object): Observable<Item>;
  total(queries: Observable<Query>, metadata?: Metadata): Observable<Item>;
  chat(queries: Observable<Query>, metadata?: Metadata): Observable<Item>;
  totalCall(queries: Observable<Query>): Observable<Item>;
  chatCall(queries: Observable<Query>): Observable<Item>;
  missing(query: Query): Observable<Item>;
}

export function queries(...ids: string[]): Observable<Query> {
  return from(ids.map((id) => ({ id })));
}
