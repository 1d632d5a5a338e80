import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { MeterService } from 'nest-telemetry';
import { type Observable, tap } from 'rxjs';

/** Counts orders by how they ended. */
@Injectable()
export class OrderMetricsInterceptor implements NestInterceptor {
  private readonly orders;

  constructor(meter: MeterService) {
    this.orders = meter.counter('shop.orders', { description: 'Orders by outcome.', unit: '{order}' });
  }

  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const count = (outcome: string) => this.orders.add(1, { 'order.outcome': outcome });
    return next
      .handle()
      .pipe(tap({ complete: () => count('placed'), error: (error) => count(outcomeOf(error)) }));
  }
}

function outcomeOf(error: unknown): 'refused' | 'failed' {
  return error instanceof HttpException && error.getStatus() < 500 ? 'refused' : 'failed';
}
