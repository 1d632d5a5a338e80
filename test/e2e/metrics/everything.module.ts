import { join } from 'node:path';
import { Body, Controller, Get, Injectable, Module, Post, type DynamicModule } from '@nestjs/common';
import { CommandHandler, CqrsModule } from '@nestjs/cqrs';
import { EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import {
  ClientsModule,
  EventPattern,
  GrpcMethod,
  MessagePattern,
  Transport,
  type GrpcOptions,
  type TcpOptions,
} from '@nestjs/microservices';
import { Interval, ScheduleModule } from '@nestjs/schedule';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Counted, InFlight, TelemetryModule, Timed, type TelemetryOptions } from 'nest-telemetry';
import { DataSource } from 'typeorm';

/** Where the parts of the application that are no HTTP are served. */
export interface Places {
  readonly tcpPort: number;
  readonly grpcUrl: string;
}

export class Ring {}

@Controller('shop')
class ShopController {
  @Get()
  list(): string[] {
    return ['bread'];
  }

  @Post()
  add(@Body() body: object): object {
    return body;
  }

  @MessagePattern('sum')
  sum(): number {
    return 2;
  }

  @EventPattern('sold')
  sold(): void {}

  @GrpcMethod('Shop', 'Find')
  find({ id }: { id: string }): { id: string } {
    return { id };
  }
}

@WebSocketGateway()
class ShopGateway {
  @SubscribeMessage('ask')
  ask(): { event: string; data: string } {
    return { event: 'answer', data: 'open' };
  }
}

@Injectable()
export class ShopService {
  @Interval(10)
  beat(): void {}

  @OnEvent('shop.opened')
  opened(): void {}

  @Counted()
  @Timed()
  @InFlight()
  measured(): void {}
}

@CommandHandler(Ring)
class RingHandler {
  async execute(): Promise<void> {}
}

export function tcpOf({ tcpPort: port }: Places): TcpOptions {
  return { transport: Transport.TCP, options: { host: '127.0.0.1', port } };
}

export function grpcOf({ grpcUrl: url }: Places): GrpcOptions {
  const protoPath = join(import.meta.dirname, '../grpc/shop.proto');
  return { transport: Transport.GRPC, options: { package: 'shop.v1', protoPath, url } };
}

/** An application with every way in and out that needs no server of somebody else. */
@Module({})
export class EverythingModule {
  static with(places: Places, options: TelemetryOptions): DynamicModule {
    return {
      module: EverythingModule,
      imports: [
        TelemetryModule.forRoot(options),
        ScheduleModule.forRoot(),
        EventEmitterModule.forRoot(),
        CqrsModule.forRoot(),
        ClientsModule.register([
          { name: 'TCP', ...tcpOf(places) },
          { name: 'GRPC', ...grpcOf(places) },
        ] as never),
      ],
      controllers: [ShopController],
      providers: [
        ShopGateway,
        ShopService,
        RingHandler,
        {
          provide: DataSource,
          useFactory: () => new DataSource({ type: 'better-sqlite3', database: ':memory:' }).initialize(),
        },
      ],
    };
  }
}
