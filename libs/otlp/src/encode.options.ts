/** Limits of what one span or log record may cost to encode. Beyond a limit the value is cut, never the record. */
export interface EncodeOptions {
  /**
   * Longest text in UTF-16 units; longer text is cut.
   * @defaultValue 1_048_576
   */
  readonly maxTextLength?: number | undefined;
  /**
   * Deepest nesting of arrays and maps in one value; what lies deeper becomes the text `[Too deep]`. A map costs three
   * protobuf messages, and decoders of other languages refuse more than 100 levels, so 30 is safe everywhere; more than 1000 is never written.
   * @defaultValue 30
   */
  readonly maxDepth?: number | undefined;
  /**
   * Most array elements and map entries in one span or log record; the rest is left out. Top-level attributes are
   * not counted.
   * @defaultValue 10_000
   */
  readonly maxNodes?: number | undefined;
  /** Called for each span or record that could not be encoded at all; what it throws is ignored. */
  readonly onDropped?: ((reason: unknown) => void) | undefined;
}

/** {@link EncodeOptions} with its defaults. */
export interface EncodeLimits {
  readonly maxTextLength: number;
  readonly maxDepth: number;
  readonly maxNodes: number;
}

const DEFAULTS: EncodeLimits = { maxTextLength: 1_048_576, maxDepth: 30, maxNodes: 10_000 };

/** Deeper, the stack of the encoders themselves comes to its end. */
const MAX_DEPTH = 1000;

/** Applies the defaults; a limit that is no positive number counts as not given. */
export function resolveLimits(options: EncodeOptions | undefined): EncodeLimits {
  if (options === undefined) return DEFAULTS;
  return {
    maxTextLength: positive(options.maxTextLength) ?? DEFAULTS.maxTextLength,
    maxDepth: Math.min(positive(options.maxDepth) ?? DEFAULTS.maxDepth, MAX_DEPTH),
    maxNodes: positive(options.maxNodes) ?? DEFAULTS.maxNodes,
  };
}

function positive(limit: number | undefined): number | undefined {
  return typeof limit === 'number' && limit > 0 ? limit : undefined;
}
