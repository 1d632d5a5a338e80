/**
 * Adds the telemetry matchers to jest's global `expect`: import it in a test, or name it in `setupFilesAfterEnv`.
 * @module
 */
import { telemetryMatchers, type TelemetryMatchers } from './telemetry.matchers.js';

declare global {
  namespace jest {
    // oxlint-disable-next-line typescript/no-empty-object-type, typescript/no-unused-vars -- merges with @types/jest
    interface Matchers<R, T = {}> extends TelemetryMatchers<R> {}
  }
}

const { expect } = globalThis as { expect?: { extend?(matchers: typeof telemetryMatchers): void } };
if (!expect?.extend)
  throw new Error(
    'nest-telemetry/testing/jest found no global expect. With injectGlobals: false, call ' +
      'expect.extend(telemetryMatchers) with the expect of @jest/globals instead.',
  );
expect.extend(telemetryMatchers);
