import type { Attributes } from '@opentelemetry/api';
import { type DataPoint, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';

/** Reads metrics as the SDK has them, with the names of the conventions, beside whatever else reads them. */
export class PullReader extends MetricReader {
  async metrics(): Promise<MetricData[]> {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  }

  /** The points of a metric that have these attributes among theirs. */
  async points(name: string, attributes: Attributes = {}): Promise<DataPoint<unknown>[]> {
    const wanted = Object.entries(attributes);
    return (await this.metrics())
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints as DataPoint<unknown>[])
      .filter((point) => wanted.every(([key, value]) => point.attributes[key] === value));
  }

  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}
}
