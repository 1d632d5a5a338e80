import type { Attributes } from '@opentelemetry/api';
import { type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';

export type Metric = MetricData;

/** Reads metrics as the SDK has them, with the names of the conventions, beside whatever else reads them. */
export class PullReader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}

  /** The metrics of one instrumentation scope, or of all. */
  async metrics(scopeName?: string): Promise<Metric[]> {
    // A callback that never answers is part of what is tested.
    const { resourceMetrics } = await this.collect({ timeoutMillis: 100 });
    return resourceMetrics.scopeMetrics
      .filter(({ scope }) => scopeName === undefined || scope.name === scopeName)
      .flatMap(({ metrics }) => metrics);
  }

  /** The points of a metric that have these attributes among theirs. */
  async points(
    name: string,
    attributes: Attributes = {},
  ): Promise<readonly { readonly attributes: Attributes; readonly value: unknown }[]> {
    const wanted = Object.entries(attributes);
    return (await this.metrics())
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => [...dataPoints])
      .filter((point) => wanted.every(([key, value]) => point.attributes[key] === value));
  }
}

/** What a metric is, for whoever reads it. */
export function kindOf(metric: Metric): 'sum' | 'up-down sum' | 'histogram' | 'gauge' {
  if ('isMonotonic' in metric) return metric.isMonotonic ? 'sum' : 'up-down sum';
  const [point] = metric.dataPoints;
  return typeof point?.value === 'number' ? 'gauge' : 'histogram';
}
