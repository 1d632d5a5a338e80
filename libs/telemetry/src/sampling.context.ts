import { type Context, createContextKey } from '@opentelemetry/api';

const FORCED = createContextKey('nest-telemetry.sampling.forced');
const AWAITED = createContextKey('nest-telemetry.sampling.awaited');

/** A context in which a trace is sampled, whatever else says what. */
export function forced(context: Context): Context {
  return context.setValue(FORCED, true);
}

export function isForced(context: Context): boolean {
  return context.getValue(FORCED) === true;
}

/** A context whose remote parent may say later that it needs the trace. */
export function awaited(context: Context): Context {
  return context.setValue(AWAITED, true);
}

export function isAwaited(context: Context): boolean {
  return context.getValue(AWAITED) === true;
}
