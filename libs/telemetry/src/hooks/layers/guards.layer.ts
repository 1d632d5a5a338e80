import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { GuardsConsumer } from '@nestjs/core/guards/guards-consumer.js';
import { isObservable, lastValueFrom } from 'rxjs';
import type { LayerOutcome } from '../../tracing/conventions/layer.conventions.js';
import { wrapMethod } from '../wrapped.method.js';
import { standIns, type KnownLayer } from './known.layers.js';
import { runLayer, type LayerCall } from './layer.run.js';
import { layerSink } from './layer.sink.js';

const outcomeOf = (allowed: unknown): LayerOutcome => (allowed ? 'allowed' : 'denied');

/** Guards, of every kind of handler. */
export function watchGuards(): () => void {
  return wrapMethod(GuardsConsumer.prototype, 'tryActivate', (tryActivate) => {
    return function (
      this: GuardsConsumer,
      guards: CanActivate[] | undefined,
      args: unknown[],
      instance: unknown,
      callback: unknown,
      type: unknown,
    ) {
      const watched =
        guards === undefined || guards.length === 0 || layerSink() === undefined
          ? guards
          : guards.map(standInFor);
      return tryActivate.call(this, watched, args, instance, callback, type);
    };
  });
}

class WatchedGuard implements CanActivate {
  readonly #call: LayerCall<boolean>;

  constructor(
    private readonly guard: CanActivate,
    layer: KnownLayer,
  ) {
    this.#call = { layer, outcomeOf };
  }

  canActivate(execution: ExecutionContext): boolean | Promise<boolean> {
    return runLayer<boolean | Promise<boolean>>(this.#call, () => {
      const result = this.guard.canActivate(execution);
      return typeof result === 'object' && result !== null ? settled(result) : result;
    });
  }
}

/** What Nest makes of an answer that is still to come. */
async function settled(result: Exclude<ReturnType<CanActivate['canActivate']>, boolean>): Promise<boolean> {
  const value: unknown = await result;
  return (isObservable(value) ? await lastValueFrom(value) : value) as boolean;
}

const standInFor = standIns('guard', (guard: CanActivate, layer) => new WatchedGuard(guard, layer));
