import { trace, type Span } from '@opentelemetry/api';
import type { OpenSpan } from '../open-span.js';

/** For each followed object the parent of the span that follows it. */
const parentOfFollower = new WeakMap<object, Span | undefined>();

/**
 * Whether a span may follow an object that is handed out as it is. The first one may, and so may each span around it,
 * as the result is passed up. Any other call that returns the same object, like a getter for a shared stream, did not
 * make it: its span ends at return, and the object does not collect a listener per call.
 */
export function claim(result: object, open: OpenSpan): boolean {
  if (parentOfFollower.has(result) && parentOfFollower.get(result) !== open.span) return false;
  parentOfFollower.set(result, trace.getSpan(open.parent));
  return true;
}
