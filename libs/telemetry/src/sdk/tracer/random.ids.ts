import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { userCodeFailed, warn, watchRejection } from '../../telemetry.warnings.js';

const POOL_BYTES = 4096;
const ZERO_SPAN_ID = '0'.repeat(16);
const ZERO_TRACE_ID = '0'.repeat(32);

/**
 * Random ids from a pool of hexadecimal digits: asking the operating system for eight bytes at a time, or turning
 * eight bytes into text, costs more than everything else about an id. The ids are strings of their own, not slices:
 * a slice would keep the whole pool alive for as long as somebody remembers one trace id.
 */
export class RandomIds implements IdGenerator {
  readonly #bytes = Buffer.alloc(POOL_BYTES);
  readonly #digits = Buffer.alloc(POOL_BYTES * 2);
  #next = POOL_BYTES * 2;

  generateTraceId(): string {
    const start = this.#take(32);
    const id = this.#digits.toString('latin1', start, start + 32);
    return id === ZERO_TRACE_ID ? this.generateTraceId() : id;
  }

  generateSpanId(): string {
    const d = this.#digits;
    const i = this.#take(16);
    // For so short a text this is faster than a slice of the buffer.
    const id = String.fromCharCode(
      digit(d, i),
      digit(d, i + 1),
      digit(d, i + 2),
      digit(d, i + 3),
      digit(d, i + 4),
      digit(d, i + 5),
      digit(d, i + 6),
      digit(d, i + 7),
      digit(d, i + 8),
      digit(d, i + 9),
      digit(d, i + 10),
      digit(d, i + 11),
      digit(d, i + 12),
      digit(d, i + 13),
      digit(d, i + 14),
      digit(d, i + 15),
    );
    return id === ZERO_SPAN_ID ? this.generateSpanId() : id;
  }

  /** Where the next so many digits start. */
  #take(count: number): number {
    if (this.#next + count > this.#digits.length) {
      randomFillSync(this.#bytes);
      this.#digits.write(this.#bytes.toString('hex'), 'latin1');
      this.#next = 0;
    }
    const start = this.#next;
    this.#next += count;
    return start;
  }
}

function digit(digits: Buffer, index: number): number {
  return digits[index] as number;
}

const IS_VALID = { generateTraceId: isValidTraceId, generateSpanId: isValidSpanId } as const;

/** A user's id generator. Where it throws or answers with something else than an id, random ids stand in. */
export class GuardedIds implements IdGenerator {
  readonly #spare = new RandomIds();

  constructor(private readonly ids: IdGenerator) {}

  generateTraceId(): string {
    return this.#ask('generateTraceId');
  }

  generateSpanId(): string {
    return this.#ask('generateSpanId');
  }

  #ask(method: 'generateTraceId' | 'generateSpanId'): string {
    const where = `traces.idGenerator.${method}()`;
    try {
      const id: unknown = this.ids[method]();
      if (typeof id === 'string' && IS_VALID[method](id)) return id;
      watchRejection(where, id);
      warn('NT_USER_CODE_FAILED', { where, reason: 'no valid id was returned' });
    } catch (error) {
      userCodeFailed(where, error);
    }
    return this.#spare[method]();
  }
}
