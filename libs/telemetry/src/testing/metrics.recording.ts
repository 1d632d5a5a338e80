import { isDeepStrictEqual } from 'node:util';
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';
import {
  RecordingMetricReader,
  toRecordedMetrics,
  type RecordedMetric,
  type RecordedPoint,
} from './recorded-metric.js';

/** What a recorder measures: from the start, or since it was told to begin anew. */
export class MetricsRecording {
  private current: { readonly reader: RecordingMetricReader; readonly provider: MeterProvider };

  constructor(
    private readonly resource: Resource,
    views: readonly ViewOptions[] | undefined,
  ) {
    this.current = this.begin(views);
  }

  /** Takes the measurements. */
  get provider(): MeterProvider {
    return this.current.provider;
  }

  /** Forgets what was measured. Views belong to a meter provider from its first moment, so there is a new one. */
  beginAnew(views: readonly ViewOptions[] | undefined): void {
    this.current = this.begin(views);
  }

  async all(): Promise<readonly RecordedMetric[]> {
    const { resourceMetrics } = await this.current.reader.collect();
    return toRecordedMetrics(resourceMetrics).filter((metric) => metric.points.length > 0);
  }

  async named(name: string): Promise<RecordedMetric> {
    const all = await this.all();
    const found = all.filter((metric) => metric.name === name);
    const [first] = found;
    if (first) return { ...first, points: found.flatMap((metric) => metric.points) };
    const names = all.map((metric) => metric.name).join(', ') || 'nothing';
    throw new Error(`No metric is named ${name}. Measured: ${names}`);
  }

  async points(name: string, attributes: Attributes = {}): Promise<readonly RecordedPoint[]> {
    const wanted = Object.entries(attributes);
    return (await this.all())
      .filter((metric) => metric.name === name)
      .flatMap((metric) => metric.points)
      .filter((point) => wanted.every(([key, value]) => isDeepStrictEqual(point.attributes[key], value)));
  }

  private begin(views: readonly ViewOptions[] | undefined): MetricsRecording['current'] {
    const reader = new RecordingMetricReader();
    const provider = new MeterProvider({
      resource: this.resource,
      readers: [reader],
      ...(views && { views: [...views] }),
    });
    return { reader, provider };
  }
}
