import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { PipesConsumer } from '@nestjs/core/pipes/pipes-consumer.js';
import { NESTJS_PIPE_ARGUMENT } from '../../semconv.js';
import type { LayerOutcome } from '../../tracing/conventions/layer.conventions.js';
import { wrapMethod } from '../wrapped.method.js';
import { standIns, type KnownLayer } from './known.layers.js';
import { runLayer } from './layer.run.js';
import { layerSink } from './layer.sink.js';

const outcomeOf = (): LayerOutcome => 'passed';

/** Pipes, of every parameter of every kind of handler. */
export function watchPipes(): () => void {
  return wrapMethod(PipesConsumer.prototype, 'apply', (apply) => {
    return function (this: PipesConsumer, value: unknown, metadata: unknown, pipes: PipeTransform[]) {
      const watched = pipes.length === 0 || layerSink() === undefined ? pipes : pipes.map(standInFor);
      return apply.call(this, value, metadata, watched);
    };
  });
}

class WatchedPipe implements PipeTransform {
  constructor(
    private readonly pipe: PipeTransform,
    private readonly layer: KnownLayer,
  ) {}

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const attributes = () => ({ [NESTJS_PIPE_ARGUMENT]: argumentOf(metadata) });
    return runLayer<unknown>({ layer: this.layer, outcomeOf, attributes }, () => {
      const result: unknown = this.pipe.transform(value, metadata);
      // Nest awaits it, too; its `then` is still called once only.
      return isThenable(result) ? Promise.resolve(result) : result;
    });
  }
}

/** Custom decorators may be given anything; a name is a text. */
function argumentOf({ type, data }: ArgumentMetadata): string {
  return typeof data === 'string' ? `${type} ${data}` : type;
}

function isThenable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

const standInFor = standIns('pipe', (pipe: PipeTransform, layer) => new WatchedPipe(pipe, layer));
