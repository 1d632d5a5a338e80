/**
 * Tests of telemetry, for vitest and jest.
 * @module
 */
export { recordTelemetry } from './recorder.js';
export type { RecordOptions, TelemetryRecorder } from './telemetry.recorder.js';
export type { RecordedLog } from './recorded-log.js';
export type { RecordedExemplar, RecordedMetric, RecordedPoint } from './recorded-metric.js';
export type { RecordedWarning } from './recorded-warning.js';
export type { SpanFilter, SpanTraits } from './span-filter.js';
export { telemetryMatchers, type TelemetryMatchers } from './telemetry.matchers.js';
export type { EventExpectation, LinkExpectation, SpanExpectation } from './matchers/span-expectation.js';
export type { MetricExpectation } from './matchers/to-have-metric.js';
export type { LogExpectation } from './matchers/to-have-logged.js';
export type { MatcherContext, MatcherOutcome } from './matchers/matcher-context.js';
export { waitForSpan, waitForSpans, type SpanCondition, type SpansExpected } from './wait-for-spans.js';
export { spanTree, type SpanTreeNode, type SpanTreeOptions } from './span-tree.js';
export { printTelemetry, type Printable } from './print-telemetry.js';
export {
  renderTraceTree,
  type TraceTreeOptions,
  type TreeEvent,
  type TreeLog,
  type TreeSpan,
} from '../sdk/console/trace-tree.js';
