import { constants, performance, PerformanceObserver, type PerformanceNodeEntry } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import type { BatchObservableResult, Observable } from '@opentelemetry/api';
import {
  CPU_MODE,
  METRICS,
  NODEJS_EVENTLOOP_STATE,
  V8JS_GC_TYPE,
  V8JS_HEAP_SPACE_NAME,
  V8JS_RESOURCE_TYPE,
} from './catalog.js';
import { EventLoopWindow, type LoopDelay, type LoopReport } from './event-loop.window.js';
import { histogramFor, libraryMeter, observableFor } from './instruments.js';
import { countDescriptors } from './process.descriptors.js';

const MICROS = 1e6;
const MILLIS = 1e3;

const GC_TYPES: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

const DELAY_ROWS = {
  min: METRICS.eventLoopDelayMin,
  max: METRICS.eventLoopDelayMax,
  mean: METRICS.eventLoopDelayMean,
  stddev: METRICS.eventLoopDelayStddev,
  p50: METRICS.eventLoopDelayP50,
  p90: METRICS.eventLoopDelayP90,
  p99: METRICS.eventLoopDelayP99,
} as const satisfies Record<keyof LoopDelay, unknown>;

const OBSERVED_ROWS = [
  METRICS.processCpuTime,
  METRICS.processMemoryUsage,
  METRICS.processUptime,
  ...Object.values(DELAY_ROWS),
  METRICS.processFileDescriptors,
  METRICS.activeResources,
  METRICS.eventLoopTime,
  METRICS.eventLoopUtilization,
  METRICS.heapLimit,
  METRICS.heapUsed,
  METRICS.heapSpaceAvailable,
  METRICS.heapSpacePhysical,
];

/**
 * Metrics of the process, its event loop, heap and garbage collector. What can be read is read at collection time
 * only; nothing here keeps the process alive.
 */
export class RuntimeMetrics {
  #loop: EventLoopWindow | undefined;
  #collections: PerformanceObserver | undefined;

  /** Starts measuring; does nothing when it already does. */
  start(): void {
    if (this.#loop !== undefined) return;
    this.#loop = new EventLoopWindow();
    this.#collections = observeGarbageCollections();
    libraryMeter().addBatchObservableCallback(this.#observe, observables());
  }

  /** Stops measuring; {@link start} may be called again. */
  stop(): void {
    if (this.#loop === undefined) return;
    libraryMeter().removeBatchObservableCallback(this.#observe, observables());
    this.#collections?.disconnect();
    this.#loop.stop();
    this.#loop = this.#collections = undefined;
  }

  readonly #observe = (result: BatchObservableResult): void => {
    observeProcess(result);
    observeHeap(result);
    observeResources(result);
    observeEventLoopTime(result);
    if (this.#loop !== undefined) observeEventLoop(result, this.#loop.report());
  };
}

function observables(): Observable[] {
  return OBSERVED_ROWS.map(observableFor);
}

function observeProcess(result: BatchObservableResult): void {
  const { user, system } = process.cpuUsage();
  const cpu = observableFor(METRICS.processCpuTime);
  result.observe(cpu, user / MICROS, { [CPU_MODE]: 'user' });
  result.observe(cpu, system / MICROS, { [CPU_MODE]: 'system' });
  result.observe(observableFor(METRICS.processMemoryUsage), process.memoryUsage.rss());
  result.observe(observableFor(METRICS.processUptime), process.uptime());
  const descriptors = countDescriptors();
  if (descriptors !== undefined) result.observe(observableFor(METRICS.processFileDescriptors), descriptors);
}

/** The types are names of classes in Node: few, whatever the application does. */
function observeResources(result: BatchObservableResult): void {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  const active = observableFor(METRICS.activeResources);
  for (const [type, count] of counts) result.observe(active, count, { [V8JS_RESOURCE_TYPE]: type });
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

function observeEventLoopTime(result: BatchObservableResult): void {
  const { active, idle } = performance.eventLoopUtilization();
  const time = observableFor(METRICS.eventLoopTime);
  result.observe(time, active / MILLIS, { [NODEJS_EVENTLOOP_STATE]: 'active' });
  result.observe(time, idle / MILLIS, { [NODEJS_EVENTLOOP_STATE]: 'idle' });
}

function observeEventLoop(result: BatchObservableResult, { utilization, delay }: LoopReport): void {
  result.observe(observableFor(METRICS.eventLoopUtilization), utilization);
  if (delay === undefined) return;
  for (const statistic of Object.keys(DELAY_ROWS) as (keyof LoopDelay)[]) {
    result.observe(observableFor(DELAY_ROWS[statistic]), delay[statistic]);
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
