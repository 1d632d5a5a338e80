import type { Attributes, Context, Link, Span, SpanKind } from '@opentelemetry/api';
import type { MetricRow } from '../metrics/catalog.js';
import { histogramFor } from '../metrics/instruments.js';
import { ERROR_TYPE } from '../semconv.js';
import { errorType } from '../tracing/error-recording.js';
import { runInSpan } from '../tracing/run-in-span.js';
import { measured } from './measured.attributes.js';
import { recordRequestError } from './request-error.js';

/** What an error means for the work it ended. */
export interface Verdict {
  /** Whether this side is at fault: false leaves the status of the span alone. */
  readonly isError: boolean;
  /** `error.type`: few distinct values. */
  readonly type: string;
  /** Further attributes of low cardinality, e.g. a status code of the protocol. */
  readonly attributes?: Attributes;
  /** What to record, where the error that ended the work is only what a filter made of it. @defaultValue that error */
  readonly origin?: unknown;
}

/** Takes the duration of work, with the low attributes and those of the error it ended with. */
export type RecordDuration = (seconds: number, low: Attributes, context: Context) => void;

/** One piece of work that came in, or goes out, through a door of the application. */
export interface Work {
  readonly name: string;
  readonly kind: SpanKind;
  /** Attributes with few distinct values, for the span and for the metric. */
  readonly low: Attributes;
  /** Attributes for the span only; asked for when it is recorded. */
  readonly high?: () => Attributes | undefined;
  /** @defaultValue the active context */
  readonly parent?: Context;
  readonly links?: Link[];
  /** Row of the histogram that its duration goes to, or what else takes it; none measures nothing. */
  readonly duration?: MetricRow<'histogram'> | RecordDuration;
  /** @defaultValue every error is one, with its `error.type` */
  readonly verdict?: (error: unknown) => Verdict;
}

const atFault = (error: unknown): Verdict => ({ isError: true, type: errorType(error) });

/**
 * Runs work in a span and measures its duration by the same low-cardinality attributes; both end when the promise,
 * Observable or stream it returned does. Every door that does not have to follow the end of its work by events of its
 * own goes through here.
 */
export function observeWork<T>(work: Work, run: (span: Span) => T): T {
  const { name, kind, low, high, parent, links, duration, verdict = atFault } = work;
  return runInSpan(
    name,
    {
      kind,
      attributes: low,
      ...(high !== undefined && { lazyAttributes: high }),
      ...(parent !== undefined && { parent }),
      ...(links !== undefined && { links }),
      recordFailure(span, error) {
        const { isError, type, attributes, origin = error } = verdict(error);
        recordRequestError(span, origin, isError);
        span.setAttributes({ ...attributes, [ERROR_TYPE]: type });
      },
      onEnd({ context, failure, seconds }) {
        if (duration === undefined) return;
        const outcome = failure && verdict(failure.error);
        const all = outcome ? { ...low, ...outcome.attributes, [ERROR_TYPE]: outcome.type } : low;
        if (typeof duration === 'function') duration(seconds, all, context);
        else histogramFor(duration).record(seconds, measured(duration, all), context);
      },
    },
    run,
  );
}
