import type { CallHandler } from '@nestjs/common';
import type { Attributes } from '@opentelemetry/api';
import { Observable, Subscriber } from 'rxjs';
import {
  NESTJS_INTERCEPTOR_AFTER,
  NESTJS_INTERCEPTOR_BEFORE,
  NESTJS_LAYER_DURATION,
  NESTJS_LAYER_NAME,
  NESTJS_LAYER_OUTCOME,
} from '../../semconv.js';
import type { LayerOutcome } from '../../tracing/conventions/layer.conventions.js';

/**
 * One run of an interceptor, with a clock that stands still while others work: the handler and the interceptors inside,
 * and whoever takes the values it passes on.
 */
export class InterceptorRun {
  #own = 0;
  #since = performance.now();
  #isRunning = true;
  /** Own time until the handler was let run. */
  #before: number | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;

  constructor(
    private readonly name: string,
    private readonly report: (attributes: Attributes) => void,
  ) {}

  pause(): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    this.#own += performance.now() - this.#since;
  }

  resume(): void {
    if (this.#isRunning || this.#isOver) return;
    this.#isRunning = true;
    this.#since = performance.now();
  }

  /** The handler, or the next interceptor, starts its work. */
  entered(): void {
    this.pause();
    this.#before ??= this.#own;
  }

  /** The handler failed; what the interceptor makes of that is still open. */
  innerFailed(error: unknown): void {
    this.#failure = { error };
    this.resume();
  }

  /** The next handler as the interceptor gets to see it. */
  next(next: CallHandler): CallHandler {
    return {
      handle: () => {
        const inner = next.handle();
        return new Observable((destination) => {
          this.entered();
          return inner.subscribe(new InnerSubscriber(destination, this));
        });
      },
    };
  }

  /** What the interceptor returned, watched to its end. */
  result(outer: Observable<unknown>): Observable<unknown> {
    this.pause();
    return new Observable((destination) => {
      this.resume();
      const subscriber = new OuterSubscriber(destination, this);
      outer.subscribe(subscriber);
      return subscriber;
    });
  }

  completed(): void {
    if (this.#before === undefined) this.#end('answered');
    else this.#end(this.#failure === undefined ? 'passed' : 'recovered');
  }

  failed(error: unknown): void {
    this.#end(this.#failure !== undefined && this.#failure.error === error ? 'passed' : 'threw');
  }

  cancelled(): void {
    this.#end('cancelled');
  }

  #end(outcome: LayerOutcome): void {
    if (this.#isOver) return;
    this.pause();
    this.#isOver = true;
    const before = this.#before ?? this.#own;
    this.report({
      [NESTJS_LAYER_NAME]: this.name,
      [NESTJS_LAYER_OUTCOME]: outcome,
      [NESTJS_LAYER_DURATION]: this.#own / 1000,
      [NESTJS_INTERCEPTOR_BEFORE]: before / 1000,
      [NESTJS_INTERCEPTOR_AFTER]: (this.#own - before) / 1000,
    });
  }
}

/** Stands between the handler and the interceptor. */
class InnerSubscriber<T> extends Subscriber<T> {
  constructor(
    destination: Subscriber<T>,
    private readonly run: InterceptorRun,
  ) {
    super(destination);
  }

  protected override _next(value: T): void {
    this.run.resume();
    super._next(value);
    this.run.pause();
  }

  protected override _error(error: unknown): void {
    this.run.innerFailed(error);
    super._error(error);
  }

  protected override _complete(): void {
    this.run.resume();
    super._complete();
  }
}

/** Stands between the interceptor and whoever is around it. */
class OuterSubscriber<T> extends Subscriber<T> {
  constructor(
    destination: Subscriber<T>,
    private readonly run: InterceptorRun,
  ) {
    super(destination);
  }

  protected override _next(value: T): void {
    this.run.pause();
    super._next(value);
    this.run.resume();
  }

  protected override _error(error: unknown): void {
    this.run.failed(error);
    super._error(error);
  }

  protected override _complete(): void {
    this.run.completed();
    super._complete();
  }

  override unsubscribe(): void {
    if (this.closed) return;
    super.unsubscribe();
    this.run.cancelled();
  }
}
