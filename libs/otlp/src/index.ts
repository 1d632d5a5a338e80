export type {
  EncodableAttributes,
  EncodableEvent,
  EncodableLink,
  EncodableResource,
  EncodableScope,
  EncodableSpan,
  EncodableSpanContext,
  EncodableTime,
} from './encodable.js';
export type { EncodeOptions } from './encode.options.js';
export { encodeResource, encodeScope } from './protobuf/envelope.encoder.js';
export { encodeSpan, encodeTraces, wrapSpans } from './protobuf/traces.encoder.js';
