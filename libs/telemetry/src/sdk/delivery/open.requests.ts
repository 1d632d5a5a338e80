import type { OpenRecord } from '@nest-telemetry/spool';
import { type SpanContext, SpanKind, TraceFlags } from '@opentelemetry/api';
import type { RecordedSpan } from '../tracer/recorded.span.js';
import { encodeInterrupted } from './interrupted.span.js';
import type { SpoolOutlet } from './spool.outlet.js';

const LOOK_MILLIS = 50;
/**
 * So many requests of one look are written down as soon as they wait for something; more, or those of a busy process, only
 * when they last.
 */
const AT_ONCE = 8;

/**
 * Writes down requests and messages that are being handled, so that the next process can tell of those that were
 * interrupted. Most are over before it comes to that: one is written down when it waits for something, and of many at a
 * time those that last for one to two looks. That keeps the cost below a thousandth of the time whatever the load.
 */
export class OpenRequests {
  readonly #outlet: SpoolOutlet;
  // By their context, which a copy without secrets has in common with its span.
  #young = new Map<SpanContext, RecordedSpan>();
  #older = new Map<SpanContext, RecordedSpan>();
  readonly #written = new Map<SpanContext, OpenRecord>();
  #left = AT_ONCE;
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(outlet: SpoolOutlet) {
    this.#outlet = outlet;
    process.on('exit', this.#writeAll);
  }

  started(span: RecordedSpan): void {
    if (span.kind !== SpanKind.SERVER && span.kind !== SpanKind.CONSUMER) return;
    const context = span.spanContext();
    if ((context.traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.#young.set(context, span);
    this.#timer ??= setInterval(this.#look, LOOK_MILLIS).unref();
    if (this.#left > 0 && !this.#outlet.isBusy) this.#immediate ??= setImmediate(this.#writeSome).unref();
  }

  ended(context: SpanContext): void {
    if (this.#young.delete(context) || this.#older.delete(context)) return;
    if (this.#written.size === 0) return;
    this.#written.get(context)?.end();
    this.#written.delete(context);
  }

  stop(): void {
    process.off('exit', this.#writeAll);
    this.#writeAll();
    clearInterval(this.#timer);
    clearImmediate(this.#immediate);
  }

  readonly #look = (): void => {
    this.#left = AT_ONCE;
    for (const span of this.#older.values()) this.#write(span);
    this.#older = this.#young;
    // A map that is emptied and used again makes the garbage collector keep what was in it: each table it outgrew leads to
    // the next one, and once the first of them is old, all of them are.
    this.#young = new Map();
    if (this.#older.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };

  readonly #writeSome = (): void => {
    this.#immediate = undefined;
    for (const [context, span] of this.#young) {
      if (this.#left === 0) return;
      this.#left -= 1;
      this.#young.delete(context);
      this.#write(span);
    }
  };

  readonly #writeAll = (): void => {
    for (const span of [...this.#older.values(), ...this.#young.values()]) this.#write(span);
    this.#older.clear();
    this.#young.clear();
  };

  #write(span: RecordedSpan): void {
    const bytes = encodeInterrupted(span);
    const record = bytes && this.#outlet.stream(span.instrumentationScope)?.begin(bytes);
    if (record !== undefined) this.#written.set(span.spanContext(), record);
  }
}

/** Who is told of spans that begin and end. */
export type RequestWatch = Pick<OpenRequests, 'started' | 'ended' | 'stop'>;

/** Nobody wants to know. */
export const NO_OPEN_REQUESTS: RequestWatch = {
  started: () => {},
  ended: () => {},
  stop: () => {},
};
