import type { Context, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { isAwaited } from '../../sampling.context.js';
import type { KeepLimits } from '../../telemetry.options.js';
import { thresholdIn } from './consistent.threshold.js';
import { certain, DROPPED, isCertain, type KeepPolicy, type Verdict } from './keep.policy.js';
import { isSampled, markDropped, markKept, weigh } from './kept.span.js';
import { LocalTrace } from './local.trace.js';
import { LocalTraces } from './local.traces.js';
import { type EvictionReason, TailCounts } from './tail.counts.js';

/** What a {@link TailSpanProcessor} is made of. */
export interface TailParts {
  /** Gets every span when it starts, and again when it is decided: those that are dropped are not sampled then. */
  readonly next: SpanProcessor;
  readonly policy: KeepPolicy;
  readonly limits: Required<KeepLimits>;
  /** Milliseconds to wait for a caller that may say that it needs a trace. */
  readonly holdMillis: number;
  /** Hears of every trace, and whether it is kept for what happened in it, or in a service it called, or in its caller. */
  readonly onSettled: (traceId: string, isWorthKeeping: boolean) => void;
  readonly onShutdown: () => void;
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

const SWEEP_MILLIS = 500;

/**
 * Holds back the spans of a trace until its part in this process is over, and hands them on as sampled if it is worth
 * keeping, else as not sampled, which exporters pass over.
 *
 * A trace that is sampled with certainty is not held back: nothing could change that. All others are, because a trace that
 * the ratio chose among a hundred and that fails counts once, as those that only the error kept do. What ends after the
 * decision follows it: the contexts of the spans carry it on. Nothing here grows without a bound; what does not fit is
 * decided by what is known so far.
 */
export class TailSpanProcessor implements SpanProcessor {
  readonly counts = new TailCounts();
  readonly #parts: TailParts;
  readonly #traces = new LocalTraces();
  #timer: NodeJS.Timeout | undefined;
  #isShutDown = false;

  constructor(parts: TailParts) {
    this.#parts = parts;
  }

  onStart(span: Span, parentContext: Context): void {
    const context = span.spanContext();
    const isRoot = isLocalRoot(span);
    const trace = isRoot ? this.#enter(context, parentContext) : this.#traces.get(context.traceId);
    if (trace !== undefined) {
      trace.open += 1;
      const known = trace.verdict ?? trace.foreseen;
      if (known !== undefined && known !== DROPPED) markKept(context, known.threshold);
    }
    this.#parts.next.onStart(span, parentContext);
  }

  onEnding(span: Span): void {
    this.#parts.next.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    const context = span.spanContext();
    const trace = this.#traces.get(context.traceId);
    if (trace === undefined) {
      // Its context tells what was decided about its trace.
      if (isSampled(context)) weigh(span);
      this.#parts.next.onEnd(span);
      return;
    }
    trace.open -= 1;
    if (trace.verdict === undefined) this.#collect(trace, span);
    else this.#follow(trace.verdict, span);
    if (trace.verdict !== undefined && trace.open <= 0) this.#traces.delete(trace.traceId);
  }

  /** Keeps a trace because the part of it in another service is kept. */
  keep(traceId: string, reason: 'downstream' | 'caller'): void {
    const trace = this.#traces.get(traceId);
    if (trace !== undefined && trace.verdict === undefined && trace.foreseen === undefined) {
      this.#foresee(trace, certain(reason));
    }
  }

  /**
   * Whether a trace is going to be kept for what happened in it; from then on its spans say that they are sampled.
   * @param isFailed - whether its root is about to end with an error
   */
  promises(traceId: string, isFailed: boolean): boolean {
    const trace = this.#traces.get(traceId);
    if (trace === undefined) return false;
    if (trace.verdict === undefined && trace.foreseen === undefined) {
      const { policy, now } = this.#parts;
      if (isFailed && policy.keepsErrors) this.#foresee(trace, certain('error'));
      else if (policy.isSlowAfter(now() - trace.startedAt)) this.#foresee(trace, certain('slow'));
    }
    return trace.foreseen !== undefined;
  }

  /** Whether it is recorded, and not known whether it will be kept. */
  isUndecided(traceId: string): boolean {
    const trace = this.#traces.get(traceId);
    return trace !== undefined && trace.verdict === undefined && trace.foreseen === undefined;
  }

  forceFlush(): Promise<void> {
    return this.#parts.next.forceFlush();
  }

  /** Decides everything by what is known so far. */
  settle(): void {
    for (const trace of this.#traces.all()) {
      if (this.#traces.isHeld(trace.traceId)) this.#settle(trace, trace.otherwise);
      else this.#decideEarly(trace, 'shutdown');
    }
  }

  shutdown(): Promise<void> {
    if (!this.#isShutDown) {
      this.#isShutDown = true;
      clearInterval(this.#timer);
      this.settle();
      this.#parts.onShutdown();
    }
    return this.#parts.next.shutdown();
  }

  /** A part of a trace begins here, maybe not the first one. */
  #enter(context: SpanContext, parentContext: Context): LocalTrace | undefined {
    const byRatio = headVerdict(context);
    const { traceId } = context;
    let trace = this.#traces.get(traceId);
    if (trace === undefined && isCertain(byRatio)) return undefined;
    if (trace === undefined || trace.verdict !== undefined) trace = this.#admit(context, byRatio, trace);
    if (trace.otherwise === DROPPED) trace.otherwise = byRatio;
    trace.isAwaited ||= isAwaited(parentContext);
    trace.openRoots += 1;
    this.#traces.resume(traceId);
    // The caller knows more of it by now.
    if (isCertain(byRatio) && trace.foreseen === undefined) this.#foresee(trace, certain('caller'));
    return trace;
  }

  #admit(root: SpanContext, byRatio: Verdict, before: LocalTrace | undefined): LocalTrace {
    const trace = new LocalTrace(root, this.#parts.now(), byRatio);
    if (before !== undefined) {
      // Some spans of a part that is decided have not ended yet; they are taken for spans of this one.
      trace.open = before.open;
    } else if (this.#traces.size >= this.#parts.limits.maxTraces) {
      this.#makeRoom('max_traces', () => true);
    }
    this.#traces.add(trace);
    if (!this.#isShutDown) this.#timer ??= setInterval(this.#sweep, SWEEP_MILLIS).unref();
    return trace;
  }

  #collect(trace: LocalTrace, span: ReadableSpan): void {
    const { policy, limits } = this.#parts;
    trace.spans.push(span);
    this.counts.waiting += 1;
    if (trace.foreseen?.reason !== 'error' && policy.isFailed(span)) this.#foresee(trace, certain('error'));
    if (isLocalRoot(span)) this.#rootEnded(trace, span);
    if (trace.verdict !== undefined) return;
    if (trace.spans.length >= limits.maxSpansPerTrace) this.#decideEarly(trace, 'max_spans_per_trace');
    else if (this.counts.waiting > limits.maxSpans) this.#makeRoom('max_spans', isUndecided);
  }

  #rootEnded(trace: LocalTrace, root: ReadableSpan): void {
    const judged = this.#parts.policy.judge(root);
    trace.openRoots -= 1;
    if (judged !== undefined && isCertain(judged)) {
      if (trace.foreseen === undefined) this.#foresee(trace, judged);
    } else if (judged !== undefined) {
      trace.otherwise = judged;
    }
    if (trace.openRoots > 0 || trace.verdict !== undefined) return;
    const { holdMillis, now } = this.#parts;
    if (trace.foreseen !== undefined || !trace.isAwaited || holdMillis === 0) {
      this.#settle(trace, trace.foreseen ?? trace.otherwise);
    } else {
      this.#traces.hold(trace.traceId, now() + holdMillis);
    }
  }

  #foresee(trace: LocalTrace, verdict: Verdict): void {
    trace.foreseen = verdict;
    // Who looks at the root from now on sees a trace that is sampled.
    markKept(trace.root, verdict.threshold);
    if (this.#traces.isHeld(trace.traceId)) this.#settle(trace, verdict);
  }

  #settle(trace: LocalTrace, verdict: Verdict): void {
    const { spans, traceId } = trace;
    this.#traces.resume(traceId);
    trace.verdict = verdict;
    trace.spans = [];
    this.counts.waiting -= spans.length;
    this.counts.decide(verdict.reason);
    for (const span of spans) this.#follow(verdict, span);
    if (trace.open <= 0) this.#traces.delete(traceId);
    this.#parts.onSettled(traceId, isCertain(verdict));
  }

  #decideEarly(trace: LocalTrace, reason: EvictionReason): void {
    if (trace.verdict !== undefined) return;
    const { policy, now } = this.#parts;
    this.counts.evict(reason);
    const isSlow = policy.isSlowAfter(now() - trace.startedAt);
    const verdict = trace.foreseen ?? (isSlow ? certain('slow') : trace.otherwise);
    if (verdict !== DROPPED) markKept(trace.root, verdict.threshold);
    this.#settle(trace, verdict);
  }

  #follow({ reason, threshold }: Verdict, span: ReadableSpan): void {
    const context = span.spanContext();
    if (reason === 'dropped') {
      markDropped(context);
    } else {
      markKept(context, threshold);
      weigh(span, isLocalRoot(span) ? reason : undefined);
    }
    this.#parts.next.onEnd(span);
  }

  #makeRoom(reason: EvictionReason, isOffered: (trace: LocalTrace) => boolean): void {
    const trace = this.#traces.first(isOffered);
    if (trace === undefined) return;
    this.#traces.delete(trace.traceId);
    this.#decideEarly(trace, reason);
  }

  readonly #sweep = (): void => {
    const now = this.#parts.now();
    for (const trace of this.#traces.overdue(now)) this.#settle(trace, trace.otherwise);
    const { maxAgeMillis } = this.#parts.limits;
    for (const trace of this.#traces.startedBefore(now - maxAgeMillis)) {
      this.#decideEarly(trace, 'max_age');
      // Spans that have not ended by now are not waited for any longer.
      if (now - trace.startedAt >= 2 * maxAgeMillis) this.#traces.delete(trace.traceId);
    }
    if (this.#traces.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };
}

function isUndecided({ verdict }: LocalTrace): boolean {
  // One that is decided and lingers for its last spans holds none back.
  return verdict === undefined;
}

function isLocalRoot({ parentSpanContext }: Pick<ReadableSpan, 'parentSpanContext'>): boolean {
  return parentSpanContext === undefined || parentSpanContext.isRemote === true;
}

/** What the sampler decided when the span began, and with which probability. */
function headVerdict(context: SpanContext): Verdict {
  if (!isSampled(context)) return DROPPED;
  return { reason: 'ratio', threshold: thresholdIn(context.traceState) };
}
