import {
  monitorEventLoopDelay,
  performance,
  type ELDHistogram,
  type EventLoopUtilization,
} from 'node:perf_hooks';

const NANOS = 1e9;
/** Collections closer together than this see the same window: two readers must not halve each other's. */
const MIN_WINDOW_MILLIS = 5_000;

/** Seconds, as `monitorEventLoopDelay` measures them: an idle loop shows its sampling interval of 10 ms. */
export type LoopDelay = Readonly<Record<'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99', number>>;

/** How the event loop did between two collections. */
export interface LoopReport {
  /** Share of the time in which the loop was busy, 0 to 1. */
  readonly utilization: number;
  /** Absent when the loop did not turn. */
  readonly delay: LoopDelay | undefined;
}

/** Measures the event loop from one collection to the next. */
export class EventLoopWindow {
  readonly #delay: ELDHistogram = monitorEventLoopDelay();
  #utilization: EventLoopUtilization = performance.eventLoopUtilization();
  #closedAt = Number.NEGATIVE_INFINITY;
  #report: LoopReport = { utilization: 0, delay: undefined };

  constructor() {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
  }

  /** The window that ends now, or the last one if that was closed only just. */
  report(): LoopReport {
    const now = performance.now();
    if (now - this.#closedAt < MIN_WINDOW_MILLIS) return this.#report;
    const total = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(total, this.#utilization);
    this.#report = {
      utilization: Number.isFinite(utilization) ? utilization : 0,
      delay: this.#delay.count > 0 ? delayOf(this.#delay) : undefined,
    };
    // A window in which the loop did not turn stays open: closed, it would be all there is to see for a while.
    if (this.#report.delay === undefined) return this.#report;
    this.#closedAt = now;
    this.#utilization = total;
    this.#delay.reset();
    return this.#report;
  }
}

function delayOf(histogram: ELDHistogram): LoopDelay {
  return {
    min: histogram.min / NANOS,
    max: histogram.max / NANOS,
    mean: histogram.mean / NANOS,
    stddev: histogram.stddev / NANOS,
    p50: histogram.percentile(50) / NANOS,
    p90: histogram.percentile(90) / NANOS,
    p99: histogram.percentile(99) / NANOS,
  };
}
