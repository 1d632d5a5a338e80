import { context, type Context } from '@opentelemetry/api';
import { isObservable, Observable, Subscriber } from 'rxjs';
import type { OpenSpan } from '../open-span.js';
import { ColdSpan } from './cold-span.js';
import type { ResultKind } from './result-kind.js';

/**
 * Observables: one span per subscription, until complete, error or unsubscribe. Everything upstream runs in the span's
 * context; what the subscriber does with the values runs in the subscriber's own, so `concat`, `retry` or a
 * `switchMap` behind it do not become children of this span.
 */
export const observableResult: ResultKind = {
  inPlace: false,
  matches: (result) => typeof result['subscribe'] === 'function' && isObservable(result) && isPlain(result),

  follow(result, open) {
    const source = result as unknown as Observable<unknown>;
    const cold = new ColdSpan(open, false);
    return new Observable((destination) => {
      // Nobody listens any more, as may happen inside `mergeMap` and `take`; rxjs subscribes all the same.
      if (destination.closed) return source.subscribe(destination);
      const subscriber = new SpanSubscriber(destination, cold.take(), context.active());
      context.with(subscriber.open.context, () => source.subscribe(subscriber));
      return subscriber;
    });
  },
};

/**
 * Whether nothing but `subscribe` and `pipe` is lost by returning another Observable. A Subject, a WebSocketSubject or
 * a class of the user has more to offer; its span ends at return. What `subject.pipe()` returns is a Subject in name
 * only and known by its operator.
 */
function isPlain(result: object): boolean {
  const prototype: object = Object.getPrototypeOf(result);
  return (
    Object.getPrototypeOf(prototype) === Object.prototype || Reflect.get(result, 'operator') !== undefined
  );
}

/** Stands between source and subscriber the way rxjs' own operators do, so that unsubscribing reaches a source that is still inside `subscribe`. */
class SpanSubscriber<T> extends Subscriber<T> {
  private received = false;
  private last: T | undefined;

  constructor(
    destination: Subscriber<T>,
    readonly open: OpenSpan,
    private readonly outer: Context,
  ) {
    super(destination);
  }

  protected override _next(value: T): void {
    this.received = true;
    this.last = value;
    if (context.active() === this.outer) super._next(value);
    else context.with(this.outer, () => super._next(value));
  }

  protected override _error(error: unknown): void {
    this.open.fail(error);
    context.with(this.outer, () => super._error(error));
  }

  protected override _complete(): void {
    this.finish();
    context.with(this.outer, () => super._complete());
  }

  override unsubscribe(): void {
    if (this.closed) return;
    // Teardown of the source is part of its work.
    context.with(this.open.context, () => super.unsubscribe());
    this.finish();
  }

  /** `first()` and `take(n)` unsubscribe when they have what they want: that is a result as well. */
  private finish(): void {
    if (this.received) this.open.succeed(this.last);
    else this.open.end();
  }
}
