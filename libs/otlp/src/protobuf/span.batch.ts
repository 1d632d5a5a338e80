import type { EncodableSpan } from '../encodable.js';
import { type EncodeOptions, resolveLimits } from '../encode.options.js';
import { ProtobufWriter } from './protobuf.writer.js';
import { RecordBatch } from './record.batch.js';
import type { AttributeParts } from './shared.attributes.encoder.js';
import { writeSpan } from './span.encoder.js';
import { spanKind } from './span.kind.js';

/**
 * Spans on their way into one ExportTraceServiceRequest: each is encoded when it is added and nothing of it is kept but
 * its bytes, which costs less than keeping either the spans or a buffer for each of them until the batch is full.
 * @since 0.1.0
 */
export class SpanBatch {
  readonly #batch: RecordBatch<EncodableSpan>;
  #span: EncodableSpan | undefined;
  #parts: AttributeParts | undefined;

  constructor(options?: EncodeOptions) {
    const writer = new ProtobufWriter();
    writer.reset(resolveLimits(options));
    const write: typeof spanKind.write = (into, span) =>
      writeSpan(into, span, span === this.#span ? this.#parts : undefined);
    this.#batch = new RecordBatch(writer, { ...spanKind, write }, options);
  }

  /** How many spans are in it. */
  get size(): number {
    return this.#batch.size;
  }

  /**
   * Adds one span. Never throws; see `encodeTraces` for what cannot be encoded.
   * @param parts - its attributes in parts, if they are known; taken instead of `span.attributes`
   */
  add(span: EncodableSpan, parts?: AttributeParts): void {
    this.#span = span;
    this.#parts = parts;
    this.#batch.add(span);
    this.#span = undefined;
  }

  /** The request with all spans, grouped by resource and scope, in memory of its own; the batch is empty afterwards. */
  take(): Uint8Array {
    const request = this.#batch.request();
    this.#batch.clear();
    return request;
  }
}
