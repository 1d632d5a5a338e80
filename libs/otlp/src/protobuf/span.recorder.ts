import type { EncodableSpan } from '../encodable.js';
import { type EncodeLimits, type EncodeOptions, resolveLimits } from '../encode.options.js';
import { attempt } from '../hostile.js';
import { ProtobufWriter } from './protobuf.writer.js';
import { writeSafely } from './record.batch.js';
import type { AttributeParts } from './shared.attributes.encoder.js';
import { writeSpan } from './span.encoder.js';
import { spanKind } from './span.kind.js';
import { encodeSpan } from './traces.encoder.js';

/**
 * Encodes spans one at a time into memory that is used again, for whoever copies the bytes to where they stay: that saves
 * a buffer for each span.
 * @since 0.1.0
 */
export class SpanRecorder {
  readonly #writer = new ProtobufWriter();
  readonly #options: EncodeOptions | undefined;
  readonly #limits: EncodeLimits;
  readonly #kind: typeof spanKind;
  #span: EncodableSpan | undefined;
  #parts: AttributeParts | undefined;

  constructor(options?: EncodeOptions) {
    this.#options = options;
    this.#limits = resolveLimits(options);
    const write: typeof spanKind.write = (into, span) =>
      writeSpan(into, span, span === this.#span ? this.#parts : undefined);
    this.#kind = { ...spanKind, write };
  }

  /**
   * One span as a bare protobuf Span. The bytes are good until the next call. Undefined when nothing of it can be read.
   * Never throws.
   * @param parts - its attributes in parts, if they are known; taken instead of `span.attributes`
   */
  encode(span: EncodableSpan, parts?: AttributeParts): Uint8Array | undefined {
    // A getter of the span that is being encoded has one encoded itself.
    if (this.#span !== undefined) return encodeSpan(span, this.#options);
    const writer = this.#writer;
    this.#span = span;
    this.#parts = parts;
    writer.reset(this.#limits);
    try {
      writeSafely(writer, this.#kind, span, undefined);
      return writer.peek(0, writer.position);
    } catch (reason) {
      attempt(() => this.#options?.onDropped?.(reason));
      return undefined;
    } finally {
      this.#span = undefined;
      this.#parts = undefined;
    }
  }
}
