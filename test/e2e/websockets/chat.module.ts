import {
  BadRequestException,
  Inject,
  Injectable,
  Module,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import {
  BaseWsExceptionFilter,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type WsResponse,
} from '@nestjs/websockets';
import { propagation, trace } from '@opentelemetry/api';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { interval, map, of, take, throwError, timer, type Observable } from 'rxjs';
import { runInSpan, TelemetryModule, type TelemetryOptions } from 'nest-telemetry';

const active = (): string => trace.getActiveSpan()?.spanContext().spanId ?? 'none';

/** Span ids seen where an application's code runs. */
export const seen: { readonly where: string; readonly spanId: string }[] = [];

@Injectable()
class ChatGuard implements CanActivate {
  canActivate(): boolean {
    seen.push({ where: 'guard', spanId: active() });
    return true;
  }
}

@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
class ChatPipe implements PipeTransform<unknown, number> {
  transform(value: unknown): number {
    seen.push({ where: 'pipe', spanId: active() });
    if (!/^\d+$/.test(String(value))) throw new BadRequestException('no number');
    return Number(value);
  }
}

@Injectable()
class ChatInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    seen.push({ where: 'interceptor', spanId: active() });
    return next.handle();
  }
}

class ChatFilter extends BaseWsExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    // oxlint-disable-next-line promise/valid-params -- no promise
    super.catch(exception, host);
    seen.push({ where: 'filter', spanId: active() });
  }
}

@WebSocketGateway()
class ChatGateway implements OnGatewayConnection, OnGatewayDisconnect {
  async handleConnection(): Promise<void> {
    await sleep(2);
    runInSpan('welcome', {}, () => undefined);
  }

  handleDisconnect(): void {
    runInSpan('farewell', {}, () => undefined);
  }

  @SubscribeMessage('say')
  async say(@MessageBody() text: unknown): Promise<WsResponse> {
    await runInSpan('store', { attributes: { 'chat.text': String(text).slice(0, 20) } }, () => sleep(1));
    return { event: 'said', data: text };
  }

  @SubscribeMessage('enhanced')
  @UseGuards(ChatGuard)
  @UseInterceptors(ChatInterceptor)
  enhanced(@MessageBody(ChatPipe) value: number): WsResponse {
    seen.push({ where: 'handler', spanId: active() });
    return { event: 'enhanced', data: value };
  }

  @SubscribeMessage('count')
  count(): Observable<WsResponse> {
    return timer(1, 1).pipe(
      take(3),
      map((data) => ({ event: 'counted', data })),
    );
  }

  @SubscribeMessage('follow')
  follow(): Observable<WsResponse> {
    return interval(5).pipe(map((data) => ({ event: 'tick', data })));
  }

  @SubscribeMessage('tenant')
  tenant(): WsResponse {
    return { event: 'tenant', data: propagation.getActiveBaggage()?.getEntry('tenant')?.value ?? 'none' };
  }

  @SubscribeMessage('fail')
  @UseFilters(ChatFilter)
  fail(@MessageBody() how: string): Observable<WsResponse> {
    if (how === 'ws') throw new WsException('room is full');
    if (how === 'http') throw new BadRequestException('no such room');
    if (how === 'stream') return throwError(() => new RangeError('stream broke'));
    throw new TypeError('room broke');
  }

  @SubscribeMessage('secret')
  @UseGuards(RefusingGuard)
  secret(): void {
    throw new Error('never');
  }
}

/** Shares its server with the other one, and hears of the same clients. */
@WebSocketGateway()
class SecondGateway implements OnGatewayConnection {
  handleConnection(): void {
    seen.push({ where: 'second connection', spanId: active() });
  }

  @SubscribeMessage('second')
  second(): Observable<WsResponse> {
    return of({ event: 'second', data: 1 });
  }
}

const VISIT = Symbol('visit');

@WebSocketGateway()
@Injectable({ scope: Scope.REQUEST })
class VisitGateway {
  constructor(@Inject(VISIT) readonly visit: string) {}

  @SubscribeMessage('visit')
  visited(): WsResponse {
    seen.push({ where: 'request-scoped', spanId: active() });
    return { event: 'visited', data: this.visit };
  }
}

/** Sends everybody away who says so in the handshake. */
@WebSocketGateway()
class DoorGateway implements OnGatewayConnection {
  handleConnection(client: DoorClient, request?: IncomingMessage): void {
    const { headers } = client.handshake ?? request ?? { headers: {} };
    if (headers['x-unwelcome'] === undefined) return;
    if (client.disconnect === undefined) client.close?.(1008);
    else client.disconnect(true);
  }
}

interface DoorClient {
  readonly handshake?: { readonly headers: IncomingHttpHeaders };
  disconnect?(close: boolean): void;
  close?(code: number): void;
}

@Module({})
export class ChatModule {
  static with(options: TelemetryOptions): DynamicModule {
    return {
      module: ChatModule,
      imports: [TelemetryModule.forRoot({ serviceName: 'chat', ...options })],
      providers: [
        ChatGateway,
        SecondGateway,
        VisitGateway,
        DoorGateway,
        { provide: VISIT, scope: Scope.REQUEST, useFactory: () => 'here' },
      ],
    };
  }
}
