import type { Attributes } from '@opentelemetry/api';
import { CODE_FUNCTION_NAME, NESTJS_LAYER_NAME, NESTJS_LAYER_TYPE } from '../../semconv.js';

/** What Nest runs around a handler. */
export type LayerType = 'guard' | 'interceptor' | 'pipe' | 'filter';

/**
 * What came of it. `answered`: the interceptor gave an answer without the handler; `recovered`: it turned the error of
 * the handler into an answer; `cancelled`: nobody waited for its end any more.
 */
export type LayerOutcome =
  'allowed' | 'denied' | 'passed' | 'answered' | 'recovered' | 'handled' | 'cancelled' | 'threw';

/** One guard, interceptor, pipe or filter, as it is named in telemetry. */
export interface Layer {
  readonly type: LayerType;
  /** Its class. */
  readonly name: string;
  /** Name of the event, e.g. `nestjs.guard`. */
  readonly event: string;
  /** Name of the span, e.g. `AuthGuard.canActivate`. */
  readonly span: string;
  /** Attributes of the span. */
  readonly attributes: Attributes;
}

/** The method by which Nest calls each of them. */
export const LAYER_METHODS: Readonly<Record<LayerType, string>> = {
  guard: 'canActivate',
  interceptor: 'intercept',
  pipe: 'transform',
  filter: 'catch',
};

/** Names of a layer from its class. */
export function layerNames(type: LayerType, name: string): Layer {
  const span = `${name}.${LAYER_METHODS[type]}`;
  const attributes = { [NESTJS_LAYER_TYPE]: type, [NESTJS_LAYER_NAME]: name, [CODE_FUNCTION_NAME]: span };
  return { type, name, event: `nestjs.${type}`, span, attributes };
}
