import {
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  ParseIntPipe,
  Scope,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule, Reflector } from '@nestjs/core';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { NoSpan, Span, SpanAttribute } from 'nest-telemetry';

const HIDDEN = Symbol('hidden');

@Injectable()
export class Repository {
  find(id: number): string {
    return `${this.table()} ${id}`;
  }

  table(): string {
    return 'none';
  }
}

@Injectable()
export class OrdersRepository extends Repository {
  override table(): string {
    return 'orders';
  }
}

@Injectable({ scope: Scope.REQUEST })
export class Basket {
  lines(): number {
    return 1;
  }
}

@Injectable()
export class OrdersService implements OnModuleInit {
  #reads = 0;

  constructor(
    private readonly repository: OrdersRepository,
    private readonly basket: Basket,
    private readonly events: EventEmitter2,
  ) {}

  onModuleInit(): void {
    this.#reads = 0;
  }

  get reads(): number {
    return this.#reads;
  }

  async read(@SpanAttribute('order.id') id: number): Promise<string> {
    this.#reads += 1;
    this.ping();
    this[HIDDEN]();
    this.events.emit('order.read', id);
    return `${this.repository.find(id)} of ${this.basket.lines()}`;
  }

  @Span('orders.named')
  named(): string {
    return 'named';
  }

  @NoSpan()
  ping(): void {}

  [HIDDEN](): void {}
}

@Injectable()
class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    return this.reflector.get<string>('role', context.getHandler()) === 'reader';
  }
}

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get(':id')
  @UseGuards(RolesGuard)
  @SetMetadata('role', 'reader')
  async read(@Param('id', ParseIntPipe) id: number): Promise<{ order: string; named: string }> {
    return { order: await this.orders.read(id), named: this.orders.named() };
  }

  @Get(':id/closed')
  @UseGuards(RolesGuard)
  closed(): string {
    return 'closed';
  }
}

@Injectable()
export class AuditListener {
  readonly seen: number[] = [];

  @OnEvent('order.read')
  noted(id: number): void {
    this.seen.push(id);
  }
}

/** A feature, and packages whose classes are providers as well. */
@Module({
  imports: [EventEmitterModule.forRoot(), DiscoveryModule],
  controllers: [OrdersController],
  providers: [Repository, OrdersRepository, Basket, OrdersService, RolesGuard, AuditListener],
})
export class OrdersModule {}
