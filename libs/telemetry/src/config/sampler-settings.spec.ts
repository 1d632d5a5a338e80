import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { resolveSampler, type SamplerSettings } from './sampler-settings.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

function resolved(ratio: number | undefined, name?: string, argument?: string): SamplerSettings {
  return resolveSampler(ratio, { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });
}

describe('the sampler', () => {
  it.each<[string, string | undefined, SamplerSettings]>([
    ['always_on', undefined, { root: 'on', ratio: 1, followsParent: false }],
    ['always_off', undefined, { root: 'off', ratio: 1, followsParent: false }],
    ['traceidratio', '0.25', { root: 'ratio', ratio: 0.25, followsParent: false }],
    ['parentbased_always_on', undefined, { root: 'on', ratio: 1, followsParent: true }],
    ['parentbased_always_off', undefined, { root: 'off', ratio: 1, followsParent: true }],
    ['parentbased_traceidratio', '0', { root: 'ratio', ratio: 0, followsParent: true }],
    ['PARENTBASED_TRACEIDRATIO', ' 1 ', { root: 'ratio', ratio: 1, followsParent: true }],
  ])('named %s with argument %s by the environment', (name, argument, settings) => {
    expect(resolved(undefined, name, argument)).toEqual(settings);
    expect(telemetry.warnings).toEqual([]);
  });

  it('follows the parent and records everything when nothing is said', () => {
    expect(resolved(undefined)).toEqual({ root: 'on', ratio: 1, followsParent: true });
    expect(telemetry.warnings).toEqual([]);
  });

  it('is the ratio of the options before that of the environment', () => {
    const settings = { root: 'ratio', ratio: 0.5, followsParent: true };
    expect(resolved(0.5, 'always_off', '0.1')).toEqual(settings);
    expect(telemetry.warnings).toEqual([]);
  });

  it('is the default one when the name is unknown, which is said', () => {
    const settings = resolved(undefined, 'jaeger_remote');
    expect(settings.root).toBe('on');
    expect(telemetry.warnings).toMatchObject([
      { message: expect.stringContaining('OTEL_TRACES_SAMPLER is "jaeger_remote"') },
    ]);
  });

  it.each([
    ['2', '"2"'],
    ['-1', '"-1"'],
    ['half', '"half"'],
    [undefined, 'not set'],
  ])('records everything when its ratio is %s, which is said once', (argument, shown) => {
    const settings = resolved(undefined, 'traceidratio', argument);
    expect(settings.ratio).toBe(1);
    expect(telemetry.warnings).toMatchObject([
      { message: expect.stringContaining(`OTEL_TRACES_SAMPLER_ARG is ${shown}`) },
    ]);
  });
});
