import { type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { KeepOptions } from '../../telemetry.options.js';
import { EVERYTHING, isWithin, type Threshold } from './consistent.threshold.js';
import { RouteDurations } from './route.durations.js';
import { type CompiledRule, compileRule } from './span.criteria.js';

/** Why a trace was kept. `downstream` and `caller`: because another service needs it to be complete. */
export type KeepReason = 'error' | 'slow' | 'first_seen' | 'rule' | 'ratio' | 'downstream' | 'caller';

/** What is made of a trace. */
export interface Verdict {
  readonly reason: KeepReason | 'dropped';
  /** With which probability a trace like this one is kept; undefined when nobody told. */
  readonly threshold: Threshold | undefined;
}

export const DROPPED: Verdict = { reason: 'dropped', threshold: undefined };

/** Nothing that happens can change how much such a trace counts. */
export function isCertain({ reason, threshold }: Verdict): boolean {
  return reason !== 'dropped' && (threshold === undefined || threshold === EVERYTHING);
}

/** {@link KeepOptions} with defaults. */
export type KeepSettings = Pick<KeepOptions, 'slowerThanMillis' | 'slowerThanPercentile'> &
  Required<Pick<KeepOptions, 'errors' | 'firstSeenRoutes' | 'rules'>>;

/** Names that are remembered. Names of spans are few; should they not be, further ones are nothing new. */
const MAX_ROUTES = 2000;

/** Which traces are worth keeping, by what their spans say. */
export class KeepPolicy {
  readonly #durations: RouteDurations | undefined;
  readonly #seen = new Set<string>();
  readonly #rules: readonly CompiledRule[];

  constructor(private readonly settings: KeepSettings) {
    const { slowerThanPercentile, rules } = settings;
    if (slowerThanPercentile !== undefined) this.#durations = new RouteDurations(slowerThanPercentile);
    this.#rules = rules.map(compileRule);
  }

  get keepsErrors(): boolean {
    return this.settings.errors;
  }

  /** Whether a span that has ended makes its trace worth keeping. */
  isFailed(span: ReadableSpan): boolean {
    if (!this.settings.errors) return false;
    const { status, kind } = span;
    if (status.code !== SpanStatusCode.UNSET) return status.code === SpanStatusCode.ERROR;
    // A server span tells of what it answered with a 4xx, too, and says by its status that this is no error.
    if (kind === SpanKind.SERVER) return false;
    return span.events.some(({ name }) => name === 'exception');
  }

  /** Judges a root by itself; undefined leaves it to the ratio. Every root has to be shown once. */
  judge(root: ReadableSpan): Verdict | undefined {
    const { slowerThanMillis, firstSeenRoutes } = this.settings;
    const millis = millisOf(root.duration);
    // Both learn from every root.
    const isSlow = this.#durations?.isSlow(root.name, millis) === true;
    const isNew = firstSeenRoutes && this.#isNew(root.name);
    if (isSlow || (slowerThanMillis !== undefined && millis > slowerThanMillis)) return certain('slow');
    if (isNew) return certain('first_seen');
    if (this.#rules.length === 0) return undefined;
    const rule = this.#rules.find(({ matches }) => matches(root));
    if (rule === undefined) return undefined;
    const { threshold } = rule;
    const { traceId, traceState } = root.spanContext();
    return threshold !== undefined && isWithin(threshold, traceId, traceState)
      ? { reason: 'rule', threshold }
      : DROPPED;
  }

  /** Whether a trace that is still under way is slow already. */
  isSlowAfter(millis: number): boolean {
    const { slowerThanMillis } = this.settings;
    return slowerThanMillis !== undefined && millis > slowerThanMillis;
  }

  #isNew(name: string): boolean {
    if (this.#seen.has(name) || this.#seen.size >= MAX_ROUTES) return false;
    this.#seen.add(name);
    return true;
  }
}

/** Traces like this one are all kept, so each stands for itself. */
export function certain(reason: KeepReason): Verdict {
  return { reason, threshold: EVERYTHING };
}

function millisOf([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}
