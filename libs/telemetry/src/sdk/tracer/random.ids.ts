import { randomFillSync } from 'node:crypto';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { reasonOf, warn } from '../../telemetry.warnings.js';

const POOL_BYTES = 4096;
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');
const ZERO_SPAN_ID = '0'.repeat(16);
const ZERO_TRACE_ID = '0'.repeat(32);

/**
 * Random ids from a pool of hexadecimal digits: asking the operating system for eight bytes at a time, or turning
 * eight bytes into text, costs more than everything else about an id. The ids are strings of their own, not slices:
 * a slice would keep the whole pool alive for as long as somebody remembers one trace id.
 */
export class RandomIds implements IdGenerator {
  readonly #bytes = new Uint8Array(POOL_BYTES);
  readonly #digits = new Uint8Array(POOL_BYTES * 2);
  #next = POOL_BYTES * 2;

  generateTraceId(): string {
    const id = this.#sixteenDigits() + this.#sixteenDigits();
    return id === ZERO_TRACE_ID ? this.generateTraceId() : id;
  }

  generateSpanId(): string {
    const id = this.#sixteenDigits();
    return id === ZERO_SPAN_ID ? this.generateSpanId() : id;
  }

  #sixteenDigits(): string {
    if (this.#next === this.#digits.length) this.#refill();
    const d = this.#digits as unknown as readonly number[] & Uint8Array;
    const i = this.#next;
    this.#next = i + 16;
    return String.fromCharCode(
      d[i] as number,
      d[i + 1] as number,
      d[i + 2] as number,
      d[i + 3] as number,
      d[i + 4] as number,
      d[i + 5] as number,
      d[i + 6] as number,
      d[i + 7] as number,
      d[i + 8] as number,
      d[i + 9] as number,
      d[i + 10] as number,
      d[i + 11] as number,
      d[i + 12] as number,
      d[i + 13] as number,
      d[i + 14] as number,
      d[i + 15] as number,
    );
  }

  #refill(): void {
    randomFillSync(this.#bytes);
    for (let index = 0; index < POOL_BYTES; index += 1) {
      const byte = this.#bytes[index] as number;
      this.#digits[index * 2] = DIGITS[byte >> 4] as number;
      this.#digits[index * 2 + 1] = DIGITS[byte & 15] as number;
    }
    this.#next = 0;
  }
}

/** A user's id generator. Where it throws or answers with something else than text, random ids stand in. */
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
    try {
      const id: unknown = this.ids[method]();
      if (typeof id === 'string') return id;
      warn('NT_USER_CODE_FAILED', {
        where: `traces.idGenerator.${method}()`,
        reason: 'no text was returned',
      });
    } catch (error) {
      warn('NT_USER_CODE_FAILED', { where: `traces.idGenerator.${method}()`, reason: reasonOf(error) });
    }
    return this.#spare[method]();
  }
}
