import type { Attributes } from '@opentelemetry/api';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  MetricReader,
  type MetricData,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';

/** A pull reader without a format. */
export class ManualReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
  }

  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** One running SDK, as the runtime would build it. */
export class MetricHarness {
  readonly reader = new ManualReader();
  readonly provider: MeterProvider;

  constructor(options: { readers?: MetricReader[]; views?: ViewOptions[] } = {}) {
    const { readers = [], views = [] } = options;
    this.provider = new MeterProvider({ readers: [this.reader, ...readers], views });
  }

  async collect(): Promise<MetricData[]> {
    const { resourceMetrics } = await this.reader.collect();
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  }

  async metric(name: string): Promise<MetricData | undefined> {
    return (await this.collect()).find((metric) => metric.descriptor.name === name);
  }

  /** Values of a metric by the JSON of their attributes; a histogram counts by its sum. */
  async values(name: string): Promise<Record<string, number>> {
    const metric = await this.metric(name);
    return Object.fromEntries(metric === undefined ? [] : pointsOf(metric));
  }
}

function pointsOf(metric: MetricData): [string, number][] {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
    case DataPointType.GAUGE:
      return metric.dataPoints.map((point) => [keyOf(point.attributes), point.value]);
    default:
      return metric.dataPoints.map((point) => [keyOf(point.attributes), point.value.sum ?? Number.NaN]);
  }
}

function keyOf(attributes: Attributes): string {
  return JSON.stringify(attributes);
}
