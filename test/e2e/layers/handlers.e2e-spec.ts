import {
  Catch,
  Controller,
  Module,
  ParseIntPipe,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplicationContext,
  type NestInterceptor,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientTCP, MessagePattern, Payload, RpcException, ServerTCP } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { runInSpan, TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { lastValueFrom, map, throwError, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { shortLayersOf } from './describe-layers.js';

class KindGuard implements CanActivate {
  #kinds: string[] = [];
  canActivate(context: ExecutionContext): boolean {
    this.#kinds.push(context.getType());
    return this.#kinds.length > 0;
  }
}
class DoublingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<number>): Observable<number> {
    return next.handle().pipe(map((value) => value * 2));
  }
}
@Catch()
class MessageFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => ({ status: 'error', message: (error as Error).message }));
  }
}
@Catch()
class SocketFilter implements ExceptionFilter {
  catch(error: Error, host: ArgumentsHost): void {
    host
      .switchToWs()
      .getClient<WebSocket>()
      .send(JSON.stringify({ refused: error.message }));
  }
}

@Controller()
@UseGuards(KindGuard)
@UseInterceptors(DoublingInterceptor)
class MathController {
  @MessagePattern('half')
  @UseFilters(MessageFilter)
  half(@Payload(ParseIntPipe) value: number): number {
    if (value % 2 === 1) throw new RpcException('odd');
    return value / 2;
  }
}

@WebSocketGateway()
@UseGuards(KindGuard)
@UseInterceptors(DoublingInterceptor)
class MathGateway {
  @SubscribeMessage('half')
  @UseFilters(SocketFilter)
  half(@MessageBody(ParseIntPipe) value: number): number {
    if (value % 2 === 1) throw new WsException('odd');
    return value / 2;
  }
}

/** A span around each handler, whoever else makes one. */
class SpanningServer extends ServerTCP {
  override addHandler(...[pattern, callback, ...rest]: Parameters<ServerTCP['addHandler']>): void {
    super.addHandler(pattern, (...args) => runInSpan('message', {}, () => callback(...args)), ...rest);
  }
}
class SpanningWsAdapter extends WsAdapter {
  override bindMessageHandlers(
    ...[client, handlers, transform]: Parameters<WsAdapter['bindMessageHandlers']>
  ) {
    const spanned = handlers.map((handler) => ({
      ...handler,
      callback: (...args: unknown[]) =>
        runInSpan('message', {}, () =>
          (handler.callback as (...each: unknown[]) => Promise<unknown>)(...args),
        ),
    }));
    super.bindMessageHandlers(client, spanned, transform);
  }
}

let telemetry: TelemetryRecorder;
let app: INestApplicationContext;
beforeEach(() => void (telemetry = recordTelemetry()));
afterEach(async () => {
  await app.close();
  await telemetry.stop();
});

const LAYERS = [
  'guard KindGuard allowed',
  'pipe ParseIntPipe passed',
  'interceptor DoublingInterceptor passed',
];

/** What was told of one message, on whichever span is that of the handler. */
async function layersOfMessage(): Promise<string[]> {
  const spans = await waitForSpans(telemetry, 'message');
  const told = spans.flatMap(shortLayersOf);
  telemetry.clear();
  return told;
}

describe('Layers around the handlers', () => {
  it('of a microservice', async () => {
    @Module({ imports: [TelemetryModule.forRoot()], controllers: [MathController] })
    class MathModule {}
    const service = await NestFactory.createMicroservice(MathModule, {
      strategy: new SpanningServer({ host: '127.0.0.1', port: 0 }),
      logger: false,
    });
    app = service;
    await service.listen();
    const { port } = service.unwrap<Server>().address() as AddressInfo;
    const client = new ClientTCP({ host: '127.0.0.1', port });
    try {
      expect(await lastValueFrom(client.send<number>('half', 8))).toBe(8);
      expect(await layersOfMessage()).toEqual(LAYERS);
      await expect(lastValueFrom(client.send('half', 7))).rejects.toMatchObject({ message: 'odd' });
      expect(await layersOfMessage()).toEqual([...LAYERS, 'filter MessageFilter handled']);
    } finally {
      client.close();
    }
  });

  it('of a WebSocket gateway', async () => {
    @Module({ imports: [TelemetryModule.forRoot()], providers: [MathGateway] })
    class MathModule {}
    const http = await NestFactory.create(MathModule, new ExpressAdapter(), { logger: false });
    app = http;
    http.useWebSocketAdapter(new SpanningWsAdapter(http));
    await http.listen(0, '127.0.0.1');
    const socket = new WebSocket((await http.getUrl()).replace('http', 'ws'));
    await once(socket, 'open');
    const ask = async (data: number): Promise<unknown> => {
      socket.send(JSON.stringify({ event: 'half', data }));
      const [answer] = (await once(socket, 'message')) as [Buffer];
      return JSON.parse(answer.toString());
    };
    try {
      expect(await ask(8)).toBe(8);
      expect(await layersOfMessage()).toEqual(LAYERS);
      expect(await ask(7)).toEqual({ refused: 'odd' });
      expect(await layersOfMessage()).toEqual([...LAYERS, 'filter SocketFilter handled']);
    } finally {
      socket.terminate();
    }
  });
});
