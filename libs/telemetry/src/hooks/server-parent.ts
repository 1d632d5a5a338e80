import { context, propagation, SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';

/** Where the server span comes from: one that is there already, or one to be started in `parent`. */
export type ServerParent =
  | { readonly adopted: Span; readonly parent: Context }
  | { readonly adopted: undefined; readonly parent: Context };

let lastUnrecordedSpanId: string | undefined;

/**
 * Looks at what is active when a request arrives. That is another library's server span, which is then used instead of
 * a second one; or nothing; or what was active when the application called `listen()`, which Node hands to every
 * request and which is nobody's parent.
 */
export function serverParent(request: IncomingMessage): ServerParent {
  const active = context.active();
  const span = trace.getSpan(active);
  if (span === undefined) return { adopted: undefined, parent: propagation.extract(active, request.headers) };
  if (isServerSpanOfThisRequest(span)) return { adopted: span, parent: active };
  const base = span.isRecording() || span.spanContext().isRemote === true ? active : trace.deleteSpan(active);
  return { adopted: undefined, parent: propagation.extract(base, request.headers) };
}

function isServerSpanOfThisRequest(span: Span): boolean {
  const { kind } = span as { kind?: SpanKind };
  if (kind !== undefined) return kind === SpanKind.SERVER && span.isRecording();
  // A span that is not sampled does not tell its kind. One that was there for the last request already is from listen().
  const { isRemote, spanId } = span.spanContext();
  if (isRemote === true || spanId === lastUnrecordedSpanId) return false;
  lastUnrecordedSpanId = spanId;
  return true;
}
