import { defineConfig } from 'vitest/config';

// Decorator metadata must be asked for by name: without it vite's compiler fails on the first decorated class.
const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } } as const;
const resolve = { conditions: ['@nest-telemetry/source'] };
const ssr = { resolve: { conditions: ['@nest-telemetry/source'] } };

// What a test leaves behind, another must not deliver; specs of durable delivery ask for it with a directory of their own.
const env = { TELEMETRY_DELIVERY: 'memory' };

// In CI every run also leaves its numbers behind, for .ci/run to add up.
const results = `node_modules/.cache/test-results/${Date.now()}-${process.pid}.json`;

export default defineConfig({
  test: {
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: results }]] : ['default'],
    projects: [
      {
        oxc,
        resolve,
        ssr,
        test: {
          name: 'unit',
          env,
          // Specs provoke warnings and look at them on the recorder.
          execArgv: ['--disable-warning=TelemetryWarning'],
          include: [
            'libs/*/src/**/*.spec.ts',
            'libs/dashboard/ui/src/**/*.spec.ts',
            'tools/**/*.spec.ts',
            'apps/*/src/**/*.spec.ts',
            'test/packaging/**/*.spec.ts',
          ],
        },
      },
      {
        oxc,
        resolve,
        ssr,
        test: {
          name: 'e2e',
          env,
          globalSetup: ['test/e2e/library.setup.ts'],
          include: [
            'test/e2e/**/*.e2e-spec.ts',
            'test/packaging/**/*.e2e-spec.ts',
            'apps/*/test/**/*.e2e-spec.ts',
          ],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        oxc,
        resolve,
        ssr,
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.conformance-spec.ts'],
          testTimeout: 60_000,
        },
      },
      {
        oxc,
        resolve,
        ssr,
        test: {
          name: 'interop',
          include: ['test/interop/**/*.interop-spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        oxc,
        resolve,
        ssr,
        test: {
          name: 'chaos',
          globalSetup: ['test/e2e/library.setup.ts'],
          include: ['test/chaos/**/*.chaos-spec.ts'],
          testTimeout: process.env['CHAOS'] === 'long' ? 900_000 : 120_000,
        },
      },
    ],
  },
});
