import {
  LAYER_METHODS,
  layerNames,
  type Layer,
  type LayerType,
} from '../../tracing/conventions/layer.conventions.js';
import { hasSpan } from '../../tracing/method-metadata.js';
import { guarded } from '../../telemetry.warnings.js';
import { SpanStatusInterceptor } from '../span-status.interceptor.js';

/** A guard, interceptor, pipe or filter of the application: an instance, or a class with static methods. */
export type Enhancer = object;

/** A layer together with what is known of its class. */
export interface KnownLayer extends Layer {
  /** Its method makes a span already, by `@Span()` or `@Traceable()`. */
  readonly spanned: boolean;
}

/**
 * What stands in for each enhancer, made once however often it is bound and however many requests it serves. The
 * enhancer itself is not touched, and is called as itself, so that private fields and `instanceof` go on working.
 */
export function standIns<E extends Enhancer, S extends Enhancer>(
  type: LayerType,
  make: (enhancer: E, layer: KnownLayer) => S,
): (enhancer: E) => E | S {
  const made = new WeakMap<E, E | S>();
  return (enhancer) => {
    const existing = made.get(enhancer);
    if (existing !== undefined) return existing;
    // Ours says nothing about the application.
    const standIn =
      enhancer instanceof SpanStatusInterceptor ? enhancer : make(enhancer, describeLayer(type, enhancer));
    made.set(enhancer, standIn);
    return standIn;
  };
}

export function describeLayer(type: LayerType, enhancer: Enhancer): KnownLayer {
  return guarded(
    `A ${type} of the application`,
    () => {
      const isClass = typeof enhancer === 'function';
      const name = isClass ? enhancer.name : (enhancer.constructor as { name?: string } | undefined)?.name;
      return { ...layerNames(type, name || 'anonymous'), spanned: isSpanned(enhancer, LAYER_METHODS[type]) };
    },
    { ...layerNames(type, 'anonymous'), spanned: false },
  );
}

function isSpanned(enhancer: object, method: string): boolean {
  for (
    let owner: object | null = enhancer;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    if (Object.hasOwn(owner, method)) return hasSpan(owner, method);
  }
  return false;
}
