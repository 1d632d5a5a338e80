import { describe, expect, it } from 'vitest';
import { TelemetryError } from '../telemetry.errors.js';
import type { TelemetryOptions } from '../telemetry.options.js';
import { resolveOptions } from './resolve-options.js';

const throwing = (): never => {
  throw new Error('hostile');
};
const proxy: unknown = new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing });
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const cyclic: Record<string, unknown> = {};
cyclic['traces'] = cyclic;
let deep: unknown = {};
for (let level = 0; level < 20_000; level += 1) deep = { traces: deep };

function outcome(options: unknown): unknown {
  try {
    resolveOptions(options as TelemetryOptions, {
      env: {},
      packageInfo: { name: undefined, version: undefined },
      isTerminal: false,
    });
    return 'resolved';
  } catch (error) {
    return error;
  }
}

describe('Options that are no options are named in a coded error', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'options'],
    ['a text', 'shop', 'options'],
    ['a list', [], 'options'],
    ['a proxy that throws', proxy, 'options'],
    ['a revoked proxy', revoked, 'options'],
    ['an object that contains itself', cyclic, 'options'],
    ['an object nested very deep', deep, 'options'],
    ['a proxy inside', { traces: proxy }, 'options'],
    [
      'a getter that throws',
      { traces: Object.defineProperty({}, 'ratio', { enumerable: true, get: throwing }) },
      'options',
    ],
    ['a symbol', { serviceName: Symbol('shop') }, 'serviceName'],
    ['a bigint', { shutdown: { timeoutMillis: 10n } }, 'shutdown.timeoutMillis'],
    ['NaN', { traces: { ratio: Number.NaN } }, 'traces.ratio'],
    [
      'a limit that is none',
      { traces: { limits: { linkCountLimit: Number.NaN } } },
      'traces.limits.linkCountLimit',
    ],
    ['a time that is none', { traces: { hygiene: { openMillis: 0 } } }, 'traces.hygiene.openMillis'],
    ['null for a processor', { traces: { processors: [null] } }, 'traces.processors.0'],
    ['a sampler without its method', { traces: { sampler: {} } }, 'traces.sampler'],
    ['an unknown name', { traces: { sampeler: {} } }, 'traces.sampeler'],
  ])('%s', (_name, options, path) => {
    const error = outcome(options);
    expect(error).toBeInstanceOf(TelemetryError);
    expect(error).toMatchObject({ code: 'NT_OPTION_INVALID', details: { path } });
  });
});
