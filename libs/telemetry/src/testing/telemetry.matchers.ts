import { toHaveLogged, type LogExpectation } from './matchers/to-have-logged.js';
import { toHaveMetric, type MetricExpectation } from './matchers/to-have-metric.js';
import { toHaveSpan } from './matchers/to-have-span.js';
import type { SpanExpectation } from './matchers/span-expectation.js';

/** The matchers as they are called. `R` is what the test runner's matchers return. */
export interface TelemetryMatchers<R = void> {
  /**
   * A span of that name was recorded, on a recorder or a list of spans.
   *
   * ```ts
   * expect(telemetry).toHaveSpan('SELECT users', { parent: 'GET /users/:id', kind: 'client' });
   * expect(telemetry).not.toHaveSpan(/password/);
   * ```
   */
  toHaveSpan(name: string | RegExp, expected?: SpanExpectation): R;
  /**
   * Something was measured under that name. Collects, so it must be awaited.
   *
   * ```ts
   * await expect(telemetry).toHaveMetric('orders.placed', { attributes: { tenant: 'a' }, value: 1 });
   * ```
   */
  toHaveMetric(name: string, expected?: MetricExpectation): Promise<void>;
  /**
   * A line was logged.
   *
   * ```ts
   * expect(telemetry).toHaveLogged(/placed/, { level: 'log', context: 'OrdersService', traceId });
   * ```
   */
  toHaveLogged(message: string | RegExp | LogExpectation, expected?: Omit<LogExpectation, 'message'>): R;
}

/**
 * For `expect.extend(telemetryMatchers)` in vitest or jest. Importing `nest-telemetry/testing/vitest` or
 * `nest-telemetry/testing/jest` does that, and tells the compiler.
 * @since 0.1.0
 */
export const telemetryMatchers = { toHaveSpan, toHaveMetric, toHaveLogged } as const;
