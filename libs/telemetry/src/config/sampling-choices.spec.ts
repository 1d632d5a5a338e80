import { describe, expect, it } from 'vitest';
import type { TracesOptions } from '../telemetry.options.js';
import { resolveOptions } from './resolve-options.js';
import type { ResolvedOptions } from './resolved-options.js';

function resolve(traces: TracesOptions): ResolvedOptions['traces']['choices'] {
  const packageInfo = { name: 'shop', version: '1' };
  return resolveOptions({ traces }, { env: {}, packageInfo, isTerminal: false }).traces.choices;
}

describe('The options about sampling', () => {
  it('change nothing unless they are set', () => {
    expect(resolve({})).toEqual({
      parents: undefined,
      rules: [],
      errorRate: undefined,
      force: undefined,
      keep: undefined,
      readsAttributes: false,
    });
  });

  it('have defaults for what is left out', () => {
    const { keep, errorRate, force } = resolve({
      keep: { slowerThanMillis: 300, limits: { maxTraces: 5 } },
      errorRate: { maxRatio: 0.5 },
      force: { header: 'X-Force', secret: '0123456789abcdef' },
    });
    expect(keep).toEqual({
      errors: true,
      slowerThanMillis: 300,
      firstSeenRoutes: true,
      rules: [],
      unsampledParents: 'decide',
      holdMillis: 5000,
      limits: { maxTraces: 5, maxSpansPerTrace: 1000, maxSpans: 50_000, maxAgeMillis: 60_000 },
    });
    expect(errorRate).toEqual({ maxRatio: 0.5, fullAt: 0.1, halfLifeMillis: 60_000 });
    expect(force?.header).toBe('x-force');
  });

  it.each([
    [{ rules: [{ path: '/a', sample: 'keep' }] }, true],
    [{ errorRate: {} }, true],
    [{ keep: { rules: [{ path: '/a', sample: 'keep' }] } }, false],
  ] satisfies [TracesOptions, boolean][])('%o have attributes made early: %s', (traces, expected) => {
    expect(resolve(traces).readsAttributes).toBe(expected);
  });

  it.each<[unknown, string]>([
    [{ rules: [{ path: '/a' }] }, 'traces.rules.0.sample'],
    [{ rules: [{ route: '/a', sample: 'keep' }] }, 'traces.rules.0.route'],
    [{ rules: [{ sample: 2 }] }, 'traces.rules.0.sample'],
    [{ keep: { slowerThanPercentile: 99 } }, 'traces.keep.slowerThanPercentile'],
    [{ keep: { limits: { maxTraces: 0 } } }, 'traces.keep.limits.maxTraces'],
    [{ keep: { error: true } }, 'traces.keep.error'],
    [{ parents: { remoteSampled: 'maybe' } }, 'traces.parents.remoteSampled'],
    [{ errorRate: { fullAt: 0 } }, 'traces.errorRate.fullAt'],
    [{ force: { header: 'x-force', secret: 'short' } }, 'traces.force.secret'],
  ])('%o is refused at %s', (traces, path) => {
    expect(() => resolve(traces as TracesOptions)).toThrow(`Option ${path} is`);
  });

  it('are not shown when they are secret', () => {
    const force = { header: 'x-force', secret: 'hunter2' };
    expect(() => resolve({ force })).toThrow(/^(?!.*hunter2).*\[hidden\]/);
  });
});
