import { describe, expect, it } from 'vitest';
import { TelemetryDashboardModule } from './index.js';
import { resolveMount, type TelemetryDashboardOptions } from './telemetry.dashboard.options.js';

const TOKEN = 'a-token-of-our-own';

describe('A dashboard in production', () => {
  it.each<[string, TelemetryDashboardOptions]>([
    ['unless it is allowed', { token: TOKEN }],
    ['unless it has a token', { allowInProduction: true }],
    ['with the token turned off', { allowInProduction: true, token: null }],
  ])('is refused %s', (_, options) => {
    expect(() => resolveMount(options, { NODE_ENV: 'production' })).toThrow(
      expect.objectContaining({ name: 'DashboardError', code: 'ND_PRODUCTION' }),
    );
  });

  it('starts if it is allowed and has a token', () => {
    const settings = resolveMount({ allowInProduction: true, token: TOKEN }, { NODE_ENV: 'production' });
    expect(settings).toEqual({ path: '/telemetry', dashboard: { token: TOKEN } });
  });
});

describe('The path of the dashboard', () => {
  it('is /telemetry, or one without parameters', () => {
    expect(TelemetryDashboardModule.forRoot().module).toBe(TelemetryDashboardModule);
    expect(resolveMount({ path: '/dev/telemetry' }, {}).path).toBe('/dev/telemetry');
  });

  it.each(['', '/', 'telemetry', '/:id', '/a/*', '//evil.example', '/a b'])('is not %j', (path) => {
    expect(() => TelemetryDashboardModule.forRoot({ path })).toThrow(
      expect.objectContaining({ code: 'ND_OPTION_INVALID' }),
    );
  });
});
