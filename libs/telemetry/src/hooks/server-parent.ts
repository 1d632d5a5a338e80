import {
  context,
  propagation,
  SpanKind,
  trace,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { admit, restarted } from '../propagation/inbound.policy.js';
import type { InboundPolicy } from '../telemetry.options.js';

/** Where the server span comes from: one that is there already, or one to be started in `parent`. */
export interface ServerParent {
  readonly adopted: Span | undefined;
  readonly parent: Context;
  /** What the span is to be linked with. */
  readonly links: Link[];
}

let lastUnrecordedSpanId: string | undefined;

/**
 * Looks at what is active when a request arrives. That is another library's server span, which is then used instead of
 * a second one; or nothing; or what was active when the application called `listen()`, which Node hands to every
 * request and which is nobody's parent.
 *
 * The policy decides about what came with the request. A span that is adopted has its trace already; then only baggage can
 * still be kept out.
 */
export function serverParent(
  { headers }: IncomingMessage,
  policy: InboundPolicy,
  carriesContext: (headers: IncomingHttpHeaders) => boolean,
): ServerParent {
  const active = context.active();
  const span = trace.getSpan(active);
  const carried = carriesContext(headers) ? headers : undefined;
  if (span === undefined) return arrived(active, carried, policy);
  if (isServerSpanOfThisRequest(span)) {
    const parent = policy === 'restart' ? propagation.deleteBaggage(active) : active;
    return { adopted: span, parent, links: [] };
  }
  const base = span.isRecording() || span.spanContext().isRemote === true ? active : trace.deleteSpan(active);
  return arrived(base, carried, policy);
}

function arrived(
  base: Context,
  carried: IncomingHttpHeaders | undefined,
  policy: InboundPolicy,
): ServerParent {
  if (carried === undefined) {
    return { adopted: undefined, parent: policy === 'restart' ? restarted(base) : base, links: [] };
  }
  const { context: parent, links } = admit(policy, base, carried);
  return { adopted: undefined, parent, links };
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
