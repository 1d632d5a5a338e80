import {
  constants,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
  type ELDHistogram,
  type EventLoopUtilization,
  type PerformanceNodeEntry,
} from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { BatchObservableResult, Observable } from '@opentelemetry/api';
import { CPU_MODE, METRICS, NODEJS_EVENTLOOP_STATE, V8JS_GC_TYPE, V8JS_HEAP_SPACE_NAME } from './catalog.js';
import { histogramFor, libraryMeter, observableFor } from './instruments.js';

const NANOS = 1e9;
const MICROS = 1e6;
const MILLIS = 1e3;
/** Collections closer together than this see the same event-loop window: two readers must not halve each other's. */
const MIN_WINDOW_MILLIS = 5_000;

const GC_TYPES: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

interface LoopWindow {
  readonly closedAt: number;
  readonly utilization: number;
  /** Seconds; absent when the loop did not turn in the window. */
  readonly delay:
    Readonly<Record<'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99', number>> | undefined;
}

/**
 * Metrics of the process, its event loop, heap and garbage collector. Everything but garbage collections is read at
 * collection time, so it costs nothing while nobody looks; nothing here keeps the process alive.
 */
export class RuntimeMetrics {
  #delay: ELDHistogram | undefined;
  #collections: PerformanceObserver | undefined;
  #utilization: EventLoopUtilization | undefined;
  #window: LoopWindow | undefined;

  /** Starts measuring; does nothing when it already does. */
  start(): void {
    if (this.#delay !== undefined) return;
    this.#delay = monitorEventLoopDelay();
    this.#delay.enable();
    this.#utilization = performance.eventLoopUtilization();
    this.#collections = observeGarbageCollections();
    libraryMeter().addBatchObservableCallback(this.#observe, observables());
  }

  /** Stops measuring; {@link start} may be called again. */
  stop(): void {
    if (this.#delay === undefined) return;
    libraryMeter().removeBatchObservableCallback(this.#observe, observables());
    this.#collections?.disconnect();
    this.#delay.disable();
    this.#delay = this.#collections = this.#utilization = this.#window = undefined;
  }

  readonly #observe = (result: BatchObservableResult): void => {
    observeProcess(result);
    observeHeap(result);
    this.#observeEventLoop(result);
  };

  #observeEventLoop(result: BatchObservableResult): void {
    const { active, idle } = performance.eventLoopUtilization();
    const time = observableFor(METRICS.eventLoopTime);
    result.observe(time, active / MILLIS, { [NODEJS_EVENTLOOP_STATE]: 'active' });
    result.observe(time, idle / MILLIS, { [NODEJS_EVENTLOOP_STATE]: 'idle' });

    const window = this.#currentWindow();
    if (window === undefined) return;
    result.observe(observableFor(METRICS.eventLoopUtilization), window.utilization);
    const { delay } = window;
    if (delay === undefined) return;
    result.observe(observableFor(METRICS.eventLoopDelayMin), delay.min);
    result.observe(observableFor(METRICS.eventLoopDelayMax), delay.max);
    result.observe(observableFor(METRICS.eventLoopDelayMean), delay.mean);
    result.observe(observableFor(METRICS.eventLoopDelayStddev), delay.stddev);
    result.observe(observableFor(METRICS.eventLoopDelayP50), delay.p50);
    result.observe(observableFor(METRICS.eventLoopDelayP90), delay.p90);
    result.observe(observableFor(METRICS.eventLoopDelayP99), delay.p99);
  }

  #currentWindow(): LoopWindow | undefined {
    const histogram = this.#delay;
    const now = performance.now();
    const open = this.#window === undefined || now - this.#window.closedAt >= MIN_WINDOW_MILLIS;
    if (histogram === undefined || !open) return this.#window;
    const utilization = performance.eventLoopUtilization();
    const { utilization: share } = performance.eventLoopUtilization(utilization, this.#utilization);
    this.#utilization = utilization;
    this.#window = {
      closedAt: now,
      utilization: Number.isFinite(share) ? share : 0,
      delay: histogram.count > 0 ? delayOf(histogram) : undefined,
    };
    histogram.reset();
    return this.#window;
  }
}

/**
 * As the convention says, the values of `monitorEventLoopDelay` as they are: they include its 10 ms sampling interval,
 * so that an idle loop shows 10 ms.
 */
function delayOf(histogram: ELDHistogram): LoopWindow['delay'] {
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

function observeProcess(result: BatchObservableResult): void {
  const { user, system } = process.cpuUsage();
  const cpu = observableFor(METRICS.processCpuTime);
  result.observe(cpu, user / MICROS, { [CPU_MODE]: 'user' });
  result.observe(cpu, system / MICROS, { [CPU_MODE]: 'system' });
  result.observe(observableFor(METRICS.processMemoryUsage), process.memoryUsage.rss());
  result.observe(observableFor(METRICS.processUptime), process.uptime());
}

function observeHeap(result: BatchObservableResult): void {
  for (const space of getHeapSpaceStatistics()) {
    const attributes = { [V8JS_HEAP_SPACE_NAME]: space.space_name };
    result.observe(observableFor(METRICS.heapLimit), space.space_size, attributes);
    result.observe(observableFor(METRICS.heapUsed), space.space_used_size, attributes);
    result.observe(observableFor(METRICS.heapSpaceAvailable), space.space_available_size, attributes);
    result.observe(observableFor(METRICS.heapSpacePhysical), space.physical_space_size, attributes);
  }
}

function observeGarbageCollections(): PerformanceObserver {
  const duration = histogramFor(METRICS.gcDuration);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = (entry as PerformanceNodeEntry).detail as { kind: number };
      const type = GC_TYPES[kind];
      if (type !== undefined) duration.record(entry.duration / MILLIS, { [V8JS_GC_TYPE]: type });
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return observer;
}

function observables(): Observable[] {
  return [
    METRICS.processCpuTime,
    METRICS.processMemoryUsage,
    METRICS.processUptime,
    METRICS.eventLoopDelayMin,
    METRICS.eventLoopDelayMax,
    METRICS.eventLoopDelayMean,
    METRICS.eventLoopDelayStddev,
    METRICS.eventLoopDelayP50,
    METRICS.eventLoopDelayP90,
    METRICS.eventLoopDelayP99,
    METRICS.eventLoopTime,
    METRICS.eventLoopUtilization,
    METRICS.heapLimit,
    METRICS.heapUsed,
    METRICS.heapSpaceAvailable,
    METRICS.heapSpacePhysical,
  ].map(observableFor);
}
