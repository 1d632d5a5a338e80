import { OtlpDecodeError } from './otlp.errors.js';

/** Limits of what bytes from elsewhere may cost to decode. */
export interface DecodeOptions {
  /**
   * Most memory the decoded data may take, estimated in bytes before it is allocated.
   * @defaultValue 268_435_456 (256 MiB)
   */
  readonly maxMemory?: number | undefined;
  /**
   * Most messages inside each other. A map in an attribute takes three, so this allows about 60 of them.
   * @defaultValue 200
   */
  readonly maxDepth?: number | undefined;
}

const MAX_MEMORY = 256 * 1024 * 1024;
const MAX_DEPTH = 200;

/** What is left of the limits while one request is decoded. */
export class DecodeBudget {
  readonly maxDepth: number;
  #memory: number;

  constructor(options: DecodeOptions | undefined) {
    this.maxDepth = options?.maxDepth ?? MAX_DEPTH;
    this.#memory = options?.maxMemory ?? MAX_MEMORY;
  }

  /** Call before allocating. */
  spend(bytes: number): void {
    this.#memory -= bytes;
    if (!(this.#memory >= 0))
      throw new OtlpDecodeError('OTLP_TOO_LARGE', 'Decoding would take too much memory.');
  }

  /** Call before going one message deeper. */
  enter(depth: number): void {
    if (depth > this.maxDepth) {
      throw new OtlpDecodeError('OTLP_TOO_DEEP', `More than ${this.maxDepth} messages inside each other.`);
    }
  }
}
