import { cpus, totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { measureMachine } from './system.metrics.js';

describe('Metrics of the machine', () => {
  it('tell of its CPUs, memory and uptime, until they are stopped', async () => {
    await using telemetry = recordTelemetry();
    const stop = measureMachine();
    const cpu = await telemetry.points('system.cpu.time');
    expect(cpu.map(({ attributes }) => attributes['cpu.mode'])).toEqual([
      'user',
      'nice',
      'system',
      'idle',
      'interrupt',
    ]);
    const spent = cpu.reduce((sum, { value = 0 }) => sum + value, 0);
    const [up] = await telemetry.points('system.uptime');
    expect(spent).toBeGreaterThan(0);
    // All CPUs together cannot have spent more than that, whichever of them were there from the start.
    expect(spent).toBeLessThan(((up?.value ?? 0) + 60) * cpus().length * 1.1);
    const memory = await telemetry.points('system.memory.usage');
    expect(memory.map(({ attributes }) => attributes['system.memory.state'])).toEqual(['free', 'used']);
    expect(memory.reduce((sum, { value = 0 }) => sum + value, 0)).toBe(totalmem());
    expect(await telemetry.points('system.memory.limit')).toEqual([{ attributes: {}, value: totalmem() }]);
    stop();
    expect(await telemetry.metrics()).toEqual([]);
  });
});
