import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { ObservableCallbacks } from './observable.callbacks.js';
import type { ViewRule } from './view.rules.js';

/** What all meters of a provider have in common. */
export interface MetricPipeline {
  readonly views: readonly ViewRule[];
  readonly readers: readonly IMetricReader[];
  readonly callbacks: ObservableCallbacks;
  readonly cardinalityLimit: number;
  readonly keepsExemplars: boolean;
}
