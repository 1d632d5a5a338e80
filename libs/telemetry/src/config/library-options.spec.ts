import { describe, expect, it } from 'vitest';
import type { TelemetryOptions } from '../telemetry.options.js';
import { resolveOptions } from './resolve-options.js';

const tracesOf = (traces: NonNullable<TelemetryOptions['traces']>) =>
  resolveOptions({ traces }, { env: {}, packageInfo: { name: 'shop', version: '1' }, isTerminal: false })
    .traces;

describe('Options of Nest libraries', () => {
  it('have everything on', () => {
    expect(tracesOf({})).toMatchObject({
      schedule: { enabled: true },
      events: { enabled: true },
      jobs: { enabled: true, inbound: undefined },
      cqrs: { enabled: true },
    });
  });

  it('switch one off and leave the others', () => {
    const { schedule, events, jobs } = tracesOf({ events: { enabled: false }, jobs: { inbound: 'restart' } });
    expect([schedule.enabled, events.enabled, jobs.enabled, jobs.inbound]).toEqual([
      true,
      false,
      true,
      'restart',
    ]);
  });

  it.each([
    [{ jobs: { inbound: 'ignore' } }, 'traces.jobs.inbound'],
    [{ schedule: { enabled: 'yes' } }, 'traces.schedule.enabled'],
    [{ cqrs: { inbound: 'restart' } }, 'traces.cqrs.inbound'],
  ])('are checked: %j', (traces, path) => {
    expect(() => tracesOf(traces as never)).toThrow(path);
  });
});
