import { type CollectionResult, type MetricCollectOptions, MetricReader } from '@opentelemetry/sdk-metrics';
import type { SequentialReader } from '../metrics/lean.data-point.js';
import { finishesWithin } from './deadline.js';

/** What is found out about the machine may come later than the first scrape, which does not wait long for it. */
const RESOURCE_TIMEOUT_MILLIS = 1_000;

/** Reads for the metrics page, when it is asked. */
export class PageReader extends MetricReader implements SequentialReader {
  readonly readsSequences = true;

  override async collect(options?: MetricCollectOptions): Promise<CollectionResult> {
    const result = await super.collect(options);
    const { resource } = result.resourceMetrics;
    if (resource.asyncAttributesPending && resource.waitForAsyncAttributes)
      await finishesWithin(RESOURCE_TIMEOUT_MILLIS, resource.waitForAsyncAttributes());
    return result;
  }

  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}
}
