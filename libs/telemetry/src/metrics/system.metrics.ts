import { cpus, freemem, totalmem, uptime } from 'node:os';
import type { BatchObservableResult, Observable } from '@opentelemetry/api';
import { CPU_MODE, METRICS, SYSTEM_MEMORY_STATE } from './catalog.js';
import { libraryMeter, observableFor } from './instruments.js';

const MILLIS = 1e3;
/** What Node calls the modes, and what the conventions do. */
const MODES = { user: 'user', nice: 'nice', sys: 'system', idle: 'idle', irq: 'interrupt' } as const;

const ROWS = [
  METRICS.systemCpuTime,
  METRICS.systemMemoryUsage,
  METRICS.systemMemoryLimit,
  METRICS.systemUptime,
];

/** Measures the machine, at collection time only, until the function it returns is called. */
export function measureMachine(): () => void {
  const observables: Observable[] = ROWS.map(observableFor);
  libraryMeter().addBatchObservableCallback(observe, observables);
  return () => libraryMeter().removeBatchObservableCallback(observe, observables);
}

function observe(result: BatchObservableResult): void {
  const times = cpus().map((cpu) => cpu.times);
  for (const [key, mode] of Object.entries(MODES) as [keyof typeof MODES, string][]) {
    const millis = times.reduce((sum, each) => sum + each[key], 0);
    result.observe(observableFor(METRICS.systemCpuTime), millis / MILLIS, { [CPU_MODE]: mode });
  }
  const [free, total] = [freemem(), totalmem()];
  const memory = observableFor(METRICS.systemMemoryUsage);
  result.observe(memory, free, { [SYSTEM_MEMORY_STATE]: 'free' });
  result.observe(memory, total - free, { [SYSTEM_MEMORY_STATE]: 'used' });
  result.observe(observableFor(METRICS.systemMemoryLimit), total);
  result.observe(observableFor(METRICS.systemUptime), uptime());
}
