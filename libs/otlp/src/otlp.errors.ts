/** Why OTLP bytes could not be decoded. */
export type OtlpDecodeErrorCode =
  /** The bytes end in the middle of a value. */
  | 'OTLP_TRUNCATED'
  /** The bytes are no protobuf or JSON, or a value has the wrong type. */
  | 'OTLP_MALFORMED'
  /** Decoding would take more memory than {@link DecodeOptions} allows. */
  | 'OTLP_TOO_LARGE'
  /** Messages lie deeper inside each other than {@link DecodeOptions} allows. */
  | 'OTLP_TOO_DEEP';

/**
 * The only error the decoders throw.
 * @since 0.1.0
 */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError';
  readonly code: OtlpDecodeErrorCode;

  constructor(code: OtlpDecodeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
