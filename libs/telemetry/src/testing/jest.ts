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

/** @ts-ignore -- `@jest/globals` takes its types from here; where it is not installed there is nothing to merge with */
declare module 'expect' {
  // oxlint-disable-next-line typescript/no-empty-object-type, typescript/no-unused-vars -- merges with jest's
  interface Matchers<R extends void | Promise<void>, T = unknown> extends TelemetryMatchers<R> {}
}

const { expect } = globalThis as { expect?: { extend?(matchers: typeof telemetryMatchers): void } };
if (!expect?.extend)
  throw new Error(
    'nest-telemetry/testing/jest found no global expect. With injectGlobals: false, call ' +
      'expect.extend(telemetryMatchers) with the expect of @jest/globals instead.',
  );
expect.extend(telemetryMatchers);
