import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { context, propagation, type Baggage as OtelBaggage } from '@opentelemetry/api';

/** What `@Baggage()` hands to the handler. */
export const baggageParamFactory = (
  key: string | undefined,
  _context?: ExecutionContext,
): OtelBaggage | string | undefined => {
  const baggage = propagation.getBaggage(context.active());
  return key === undefined || key === '' ? baggage : baggage?.getEntry(key)?.value;
};

/**
 * Baggage the request came with: the value of one key, `@Baggage('tenant')`, or all of it. `undefined` when there is none.
 * @since 0.1.0
 */
export const Baggage = createParamDecorator(baggageParamFactory);
