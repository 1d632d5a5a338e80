import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { context, propagation } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import { Settings } from '../settings.js';
import { tenantOf } from './tenant.js';

/** Tells every service that is called during a request its tenant and environment, as W3C baggage. */
@Injectable()
export class TenantInterceptor implements NestInterceptor {
  constructor(private readonly settings: Settings) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const baggage = (propagation.getActiveBaggage() ?? propagation.createBaggage())
      .setEntry('tenant', { value: tenantOf(execution) })
      .setEntry('environment', { value: this.settings.environment });
    const withBaggage = propagation.setBaggage(context.active(), baggage);
    // An Observable runs where it is subscribed, not where it is returned.
    return new Observable((subscriber) =>
      context.with(withBaggage, () => next.handle().subscribe(subscriber)),
    );
  }
}
