import { context, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import type { OpenSpan } from '../open-span.js';

// Kept from load time, so that fake timers of a test do not hold spans open.
const nextTurn = setImmediate;

/**
 * The span of a call whose result does its work later: when it is subscribed to or iterated over, perhaps several
 * times, perhaps never.
 *
 * Work that begins in the same turn of the event loop takes the span of the call. Work that begins later, or again,
 * gets a span of its own, so that no span covers idle time: in `concat(first(), second())` the second one starts when
 * the first is done. What becomes of the unused span of the call then depends:
 * if it may have been referred to, or the call alone did work (`endsUnused`), it ends with the call;
 * otherwise nothing has happened yet and it is forgotten. A span that never ends is never exported.
 */
export class ColdSpan {
  private unused: OpenSpan | undefined;

  constructor(
    private readonly call: OpenSpan,
    private readonly endsUnused: boolean,
  ) {
    this.unused = call;
    if (call.isAwaited) nextTurn(this.expire).unref();
  }

  /** The span for work that begins now. */
  take(): OpenSpan {
    const { unused } = this;
    if (unused === undefined) return this.call.again(startingPoint(this.call.parent));
    this.unused = undefined;
    return unused;
  }

  private readonly expire = (): void => {
    const { unused } = this;
    if (unused === undefined) return;
    this.unused = undefined;
    if (this.endsUnused || unused.context.seen) unused.end();
    else unused.forget();
  };
}

/** Where later work starts from. Outside of any context, a timer made at load time say, the call's parent is better. */
function startingPoint(parentOfCall: Context): Context {
  const active = context.active();
  return active === ROOT_CONTEXT ? parentOfCall : active;
}
