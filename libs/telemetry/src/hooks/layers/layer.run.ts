import type { Attributes, Span } from '@opentelemetry/api';
import { types } from 'node:util';
import { ERROR_TYPE, NESTJS_LAYER_DURATION, NESTJS_LAYER_NAME, NESTJS_LAYER_OUTCOME } from '../../semconv.js';
import type { LayerOutcome } from '../../tracing/conventions/layer.conventions.js';
import { errorType, recordError } from '../../tracing/error-recording.js';
import { runInSpan } from '../../tracing/run-in-span.js';
import { isServerFault } from '../request-error.js';
import type { KnownLayer } from './known.layers.js';
import { layerDetail } from './layer.detail.js';
import { layerSink, type LayerSink } from './layer.sink.js';

/** One call of a guard, pipe or filter. */
export interface LayerCall<T> {
  readonly layer: KnownLayer;
  readonly outcomeOf: (result: T) => LayerOutcome;
  /** Of this call; asked for when it is told. */
  readonly attributes?: () => Attributes | undefined;
}

/**
 * Runs a guard, pipe or filter and tells about it when it is over, which for a promise is when it settles. Whatever
 * else it returns is its result: a pipe may well make streams or Observables.
 */
export function runLayer<T>(call: LayerCall<Awaited<T>>, run: () => T): T {
  const sink = layerSink();
  if (sink === undefined) return run();
  return layerDetail() === 'spans' ? runAsSpan(call, run) : runAsEvent(call, run, sink);
}

function runAsEvent<T>(call: LayerCall<Awaited<T>>, run: () => T, sink: LayerSink): T {
  const startedAt = performance.now();
  let result: T;
  try {
    result = run();
  } catch (error) {
    tell(call, sink, startedAt, 'threw');
    throw error;
  }
  if (!types.isPromise(result)) {
    tell(call, sink, startedAt, call.outcomeOf(result as Awaited<T>));
    return result;
  }
  // A promise derived from it, because listening beside it would silence `unhandledRejection`.
  return (result as Promise<Awaited<T>>).then(
    (value) => {
      tell(call, sink, startedAt, call.outcomeOf(value));
      return value;
    },
    (error: unknown) => {
      tell(call, sink, startedAt, 'threw');
      throw error;
    },
  ) as T;
}

function tell<T>(
  { layer, attributes }: LayerCall<T>,
  sink: LayerSink,
  startedAt: number,
  outcome: LayerOutcome,
): void {
  sink.addEvent(layer.event, {
    [NESTJS_LAYER_NAME]: layer.name,
    [NESTJS_LAYER_OUTCOME]: outcome,
    [NESTJS_LAYER_DURATION]: (performance.now() - startedAt) / 1000,
    ...attributes?.(),
  });
}

/** Keeps `runInSpan` from following anything but a promise. */
interface Box<T> {
  readonly value: T;
}

function runAsSpan<T>({ layer, outcomeOf, attributes }: LayerCall<Awaited<T>>, run: () => T): T {
  if (layer.spanned) return run();
  const boxed = runInSpan(
    layer.span,
    {
      attributes: layer.attributes,
      ...(attributes !== undefined && { lazyAttributes: attributes }),
      onResult: (box) => ({
        attributes: { [NESTJS_LAYER_OUTCOME]: outcomeOf((box as Box<Awaited<T>>).value) },
      }),
      recordFailure: recordLayerFailure,
    },
    (): Box<T> | Promise<Box<Awaited<T>>> => {
      const result = run();
      if (!types.isPromise(result)) return { value: result };
      return (result as Promise<Awaited<T>>).then((value) => ({ value }));
    },
  );
  return boxed instanceof Promise ? (boxed.then(({ value }) => value) as T) : boxed.value;
}

/** An answer below 500 is what guards and pipes are there for, and no error of theirs. */
export function recordLayerFailure(span: Span, error: unknown): void {
  span.setAttribute(NESTJS_LAYER_OUTCOME, 'threw' satisfies LayerOutcome);
  if (isServerFault(error)) recordError(span, error);
  else span.setAttribute(ERROR_TYPE, errorType(error));
}
