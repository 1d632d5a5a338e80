import { ROOT_CONTEXT, SpanKind, type Span, type SpanContext } from '@opentelemetry/api';
import { METRICS } from '../metrics/catalog.js';
import { NESTJS_LINK } from '../semconv.js';
import {
  scheduleSpan,
  type ScheduledJob,
  type ScheduleSpan,
} from '../tracing/conventions/schedule.conventions.js';
import { observeHandledWork, type NoteFailure } from './handled.work.js';
import { observeWork, type Work } from './work.observation.js';

/**
 * The runs of one job. Each is the root of its own trace, whatever the timer was set in, because a job that runs for
 * months would otherwise make a trace for months; from one run to the one before it leads a link.
 */
export class ScheduledRuns {
  readonly #span: ScheduleSpan;
  #previous: SpanContext | undefined;

  constructor(job: ScheduledJob) {
    this.#span = scheduleSpan(job);
  }

  /** A run whose caller gets to know of errors. */
  run<T>(work: () => T): T {
    return observeWork(this.#next(), (span) => {
      this.#started(span);
      return work();
    });
  }

  /** A run whose errors are handled before they get to the caller. */
  runHandled<T>(work: (failed: NoteFailure) => Promise<T>): Promise<T> {
    return observeHandledWork(this.#next(), (failed, span) => {
      this.#started(span);
      return work(failed);
    });
  }

  #next(): Work {
    const { name, low, high } = this.#span;
    const previous = this.#previous;
    return {
      name,
      kind: SpanKind.INTERNAL,
      low,
      high: () => high,
      parent: ROOT_CONTEXT,
      links:
        previous === undefined ? [] : [{ context: previous, attributes: { [NESTJS_LINK]: 'previous_run' } }],
      duration: METRICS.scheduleRunDuration,
    };
  }

  /** A link to a run that was not recorded would lead nowhere. */
  #started(span: Span): void {
    if (span.isRecording()) this.#previous = span.spanContext();
  }
}
