import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { InterceptorsConsumer } from '@nestjs/core/interceptors/interceptors-consumer.js';
import { isObservable, type Observable } from 'rxjs';
import { runInSpan } from '../../tracing/run-in-span.js';
import { wrapMethod } from '../wrapped.method.js';
import { InterceptorRun } from './interceptor.run.js';
import { standIns, type KnownLayer } from './known.layers.js';
import { layerDetail } from './layer.detail.js';
import { recordLayerFailure } from './layer.run.js';
import { layerSink } from './layer.sink.js';

type Result = ReturnType<NestInterceptor['intercept']>;

/** Interceptors, of every kind of handler. */
export function watchInterceptors(): () => void {
  return wrapMethod(InterceptorsConsumer.prototype, 'intercept', (intercept) => {
    return function (
      this: InterceptorsConsumer,
      interceptors: NestInterceptor[] | undefined,
      args: unknown[],
      instance: unknown,
      callback: unknown,
      next: unknown,
      type: unknown,
    ) {
      const watched =
        interceptors === undefined || interceptors.length === 0 || layerSink() === undefined
          ? interceptors
          : interceptors.map(standInFor);
      return intercept.call(this, watched, args, instance, callback, next, type);
    };
  });
}

class WatchedInterceptor implements NestInterceptor {
  constructor(
    private readonly interceptor: NestInterceptor,
    private readonly layer: KnownLayer,
  ) {}

  intercept(execution: ExecutionContext, next: CallHandler): Result {
    const { interceptor, layer } = this;
    const sink = layerSink();
    if (sink === undefined) return interceptor.intercept(execution, next);
    if (layerDetail() !== 'spans') {
      const run = new InterceptorRun(layer.name, (attributes) => sink.addEvent(layer.event, attributes));
      return observed(run, () => interceptor.intercept(execution, run.next(next)));
    }
    if (layer.spanned) return interceptor.intercept(execution, next);
    const options = { attributes: layer.attributes, recordFailure: recordLayerFailure };
    return runInSpan(layer.span, options, (span) => {
      const run = new InterceptorRun(layer.name, (attributes) => span.setAttributes(attributes));
      return observed(run, () => interceptor.intercept(execution, run.next(next)));
    });
  }
}

function observed(run: InterceptorRun, intercept: () => Result): Result {
  let result: Result;
  try {
    result = intercept();
  } catch (error) {
    run.failed(error);
    throw error;
  }
  return isObservable(result) ? run.result(result) : awaited(run, result as Promise<Observable<unknown>>);
}

async function awaited(
  run: InterceptorRun,
  result: Promise<Observable<unknown>>,
): Promise<Observable<unknown>> {
  try {
    const value = await result;
    // Anything else is a mistake that Nest has its own words for.
    return isObservable(value) ? run.result(value) : value;
  } catch (error) {
    run.failed(error);
    throw error;
  }
}

const standInFor = standIns(
  'interceptor',
  (interceptor: NestInterceptor, layer) => new WatchedInterceptor(interceptor, layer),
);
