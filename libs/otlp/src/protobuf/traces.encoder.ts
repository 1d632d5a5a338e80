import type { EncodableResource, EncodableScope, EncodableSpan } from '../encodable.js';
import type { EncodeOptions } from '../encode.options.js';
import { wrapMessages } from './envelope.encoder.js';
import { encodeRecord, encodeRequest } from './request.encoder.js';
import { spanKind } from './span.kind.js';

/**
 * Encodes spans as a protobuf ExportTraceServiceRequest, grouped by resource and scope objects (the SDK shares them).
 * Never throws: a value that cannot be encoded is left out and counted as dropped; a span of which nothing can be
 * read is left out and reported to `onDropped`.
 * @since 0.1.0
 */
export function encodeTraces(spans: readonly EncodableSpan[], options?: EncodeOptions): Uint8Array {
  return encodeRequest(spans, spanKind, options);
}

/**
 * Encodes one span as a bare protobuf Span, to be kept and sent later with {@link wrapSpans}. Undefined when nothing
 * of it can be read. Small results share memory with each other: copy them before transferring them to a thread.
 * @since 0.1.0
 */
export function encodeSpan(span: EncodableSpan, options?: EncodeOptions): Uint8Array | undefined {
  return encodeRecord(span, spanKind, options);
}

/**
 * Puts encoded spans of one resource and scope into an ExportTraceServiceRequest. Resource and scope may be given as
 * the bytes {@link encodeResource} and {@link encodeScope} made of them. Requests may be concatenated: the result is
 * one request with the spans of all.
 * @since 0.1.0
 */
export function wrapSpans(
  resource: EncodableResource | Uint8Array,
  scope: EncodableScope | Uint8Array,
  spans: readonly Uint8Array[],
): Uint8Array {
  return wrapMessages(resource, scope, spans);
}
