/**
 * Adds the telemetry matchers to vitest's `expect`: import it in a test, or name it in `setupFiles`.
 * @module
 */
import { expect } from 'vitest';
import { telemetryMatchers, type TelemetryMatchers } from './telemetry.matchers.js';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-empty-object-type, typescript/no-unused-vars -- merges with vitest's
  interface Matchers<
    R extends void | Promise<void> = void | Promise<void>,
    T = unknown,
  > extends TelemetryMatchers<R> {}
}

expect.extend(telemetryMatchers);
