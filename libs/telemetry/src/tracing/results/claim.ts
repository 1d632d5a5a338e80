import { trace, type Context } from '@opentelemetry/api';
import type { OpenSpan } from '../open-span.js';

/** For each followed object the context that the work which follows it was started from. */
const parentOfFollower = new WeakMap<object, Context>();

/**
 * Whether a span may follow an object that is handed out as it is. The first one may, and so may each span around it,
 * as the result is passed up. Any other call that returns the same object, like a getter for a shared stream, did not
 * make it: its span ends at return, and the object does not collect a listener per call.
 */
export function claim(result: object, open: OpenSpan): boolean {
  const parent = parentOfFollower.get(result);
  if (parent !== undefined && !isAround(open, parent)) return false;
  parentOfFollower.set(result, open.parent);
  return true;
}

/** Whether work was started in another one; something in between may have put values of its own into the context. */
function isAround(outer: OpenSpan, parentOfInner: Context): boolean {
  if (parentOfInner === outer.context) return true;
  return outer.options.withoutSpan !== true && trace.getSpan(parentOfInner) === outer.span;
}
