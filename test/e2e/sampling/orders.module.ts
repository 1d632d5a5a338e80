import { Controller, Get, HttpException, Module, Query, type DynamicModule } from '@nestjs/common';
import { Span, TelemetryModule, type PropagationOptions, type TracesOptions } from 'nest-telemetry';

@Controller()
class OrdersController {
  @Get('orders/fine')
  @Span('read')
  fine(): string {
    return 'ok';
  }

  @Get('orders/failing')
  @Span('read')
  failing(): string {
    throw new Error('the database is gone');
  }

  /** Fails inside, and answers as if nothing had happened. */
  @Get('orders/hidden')
  hidden(): string {
    try {
      this.failing();
    } catch {
      return 'ok';
    }
    return 'never';
  }

  @Get('orders/unknown')
  unknown(): string {
    throw new HttpException('no such order', 404);
  }

  @Get('orders/called')
  async called(@Query('url') url: string): Promise<number> {
    const response = await fetch(url);
    await response.text();
    return response.status;
  }
}

@Module({})
export class OrdersModule {
  static with(traces: TracesOptions, propagation: PropagationOptions = {}): DynamicModule {
    const telemetry = TelemetryModule.forRoot({ serviceName: 'orders', traces, propagation });
    return { module: OrdersModule, imports: [telemetry], controllers: [OrdersController] };
  }
}
