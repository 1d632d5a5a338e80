import { Controller, Get, Module, Query, type DynamicModule } from '@nestjs/common';
import { context, propagation } from '@opentelemetry/api';
import { TelemetryModule, type PropagationOptions } from 'nest-telemetry';
import { clients } from './peer.js';

@Controller()
class EdgeController {
  /** Calls a peer with what the request came with, and with baggage of its own. */
  @Get('call')
  async call(@Query('client') client: string, @Query('url') url: string): Promise<number[]> {
    const baggage = (propagation.getActiveBaggage() ?? propagation.createBaggage())
      .setEntry('tenant', { value: 'acme' })
      .setEntry('user.group', { value: 'beta@testers' })
      .setEntry('user.email', { value: 'ada@example.com' });
    const get = clients.find(([name]) => name === client)?.[1];
    const status = await context.with(propagation.setBaggage(context.active(), baggage), async () =>
      get?.(url),
    );
    return [status ?? 0];
  }

  @Get('baggage')
  baggage(): [string, string][] {
    const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
    return entries.map(([key, { value }]) => [key, value]);
  }
}

/** A service at the edge of the network. */
@Module({})
export class EdgeModule {
  static with(options: PropagationOptions): DynamicModule {
    const telemetry = TelemetryModule.forRoot({ serviceName: 'edge', propagation: options });
    return { module: EdgeModule, imports: [telemetry], controllers: [EdgeController] };
  }
}
