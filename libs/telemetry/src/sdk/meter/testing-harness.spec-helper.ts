import type { Attributes, Meter, MeterProvider } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type ExponentialHistogram,
  type Histogram,
  MeterProvider as OfficialMeterProvider,
  type MetricData,
  MetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { useWarningSink } from '../../telemetry.warnings.js';
import { LeanMeterProvider, type LeanMeterProviderOptions } from './lean.meter-provider.js';

const RESOURCE = resourceFromAttributes({ 'service.name': 'shop' });

/** A reader that does nothing but be asked. */
export class TestReader extends MetricReader {
  constructor(temporality = AggregationTemporality.CUMULATIVE) {
    super({ aggregationTemporalitySelector: () => temporality });
  }

  protected async onForceFlush(): Promise<void> {}

  protected async onShutdown(): Promise<void> {}

  async metrics(): Promise<MetricData[]> {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  }

  async metric(name: string): Promise<MetricData | undefined> {
    return (await this.metrics()).find(({ descriptor }) => descriptor.name === name);
  }

  /** Numbers of a metric by the JSON of their attributes; a histogram counts by its count. */
  async values(name: string): Promise<Record<string, number>> {
    const points = (await this.metric(name))?.dataPoints ?? [];
    return Object.fromEntries(
      points.map(({ attributes, value }) => [
        JSON.stringify(attributes),
        typeof value === 'number' ? value : value.count,
      ]),
    );
  }
}

/** A provider of ours, read in both ways. */
export interface MeterUnderTest {
  readonly provider: LeanMeterProvider;
  readonly meter: Meter;
  readonly cumulative: TestReader;
  readonly delta: TestReader;
}

export function leanMeter(options: Partial<LeanMeterProviderOptions> = {}): MeterUnderTest {
  const cumulative = new TestReader();
  const delta = new TestReader(AggregationTemporality.DELTA);
  const { readers = [], ...rest } = options;
  const provider = new LeanMeterProvider({
    resource: RESOURCE,
    readers: [cumulative, delta, ...readers],
    ...rest,
  });
  return { provider, meter: provider.getMeter('shop', '1.0'), cumulative, delta };
}

/** The official provider in the same surroundings. */
export function officialMeter(
  views: ViewOptions[],
): Omit<MeterUnderTest, 'provider'> & { provider: MeterProvider } {
  const cumulative = new TestReader();
  const delta = new TestReader(AggregationTemporality.DELTA);
  const provider = new OfficialMeterProvider({ resource: RESOURCE, readers: [cumulative, delta], views });
  return { provider, meter: provider.getMeter('shop', '1.0'), cumulative, delta };
}

/** Collected metrics in a form that can be compared: in a fixed order, without times, and rounded where order of addition shows. */
export function comparable(metrics: readonly MetricData[]): unknown[] {
  return metrics
    .map((metric) => ({
      ...metric,
      dataPoints: metric.dataPoints
        .map(({ attributes, value }) => ({ key: keyOf(attributes), value: rounded(value) }))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    }))
    .toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

/** The warnings given while `run` runs. */
export async function warningsOf(run: () => unknown): Promise<string[]> {
  const texts: string[] = [];
  const restore = useWarningSink((code, text) => texts.push(`${code} ${text}`));
  try {
    await run();
  } finally {
    restore();
  }
  return texts;
}

function identity({ descriptor, dataPointType }: Pick<MetricData, 'descriptor' | 'dataPointType'>): string {
  return `${descriptor.name} ${dataPointType} ${JSON.stringify(descriptor)}`;
}

function keyOf(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function rounded(value: number | Histogram | ExponentialHistogram): unknown {
  if (typeof value === 'number') return round(value);
  return { ...value, sum: value.sum === undefined ? undefined : round(value.sum) };
}

function round(value: number): number {
  return Number(value.toPrecision(7));
}
