import { isDeepStrictEqual } from 'node:util';
import type { Attributes, MeterProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { LeanMeterProvider } from '../sdk/meter/lean.meter-provider.js';
import type { MeterTraits } from '../sdk/runtime-overrides.js';
import {
  RecordingMetricReader,
  toRecordedExemplars,
  toRecordedMetrics,
  type RecordedExemplar,
  type RecordedMetric,
  type RecordedPoint,
} from './recorded-metric.js';

/** Longer than a callback takes, and short enough that a test with one that hangs fails for its own reason. */
const CALLBACK_TIMEOUT_MILLIS = 2_000;

/**
 * What a recorder measures: from the start, or since it was told to begin anew. By the meter provider that applications
 * have, so that a test sees their series, their limit and their exemplars.
 */
export class MetricsRecording {
  private current: {
    readonly traits: MeterTraits;
    readonly reader: RecordingMetricReader;
    readonly provider: MeterProvider;
  };

  constructor(
    private readonly resource: Resource,
    traits: MeterTraits,
  ) {
    this.current = this.begin(traits);
  }

  /** Takes the measurements. */
  get provider(): MeterProvider {
    return this.current.provider;
  }

  /** Forgets what was measured. */
  beginAnew(traits: MeterTraits): void {
    this.current = this.begin(traits);
  }

  /**
   * Measures in this way from now on. Views and limits belong to a meter provider from its first moment, so that what
   * was measured in another way is given up.
   */
  follow(traits: MeterTraits): void {
    if (!isDeepStrictEqual(traits, this.current.traits)) this.beginAnew(traits);
  }

  async all(): Promise<readonly RecordedMetric[]> {
    return toRecordedMetrics(await this.collect()).filter((metric) => metric.points.length > 0);
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
    return (await this.all())
      .filter((metric) => metric.name === name)
      .flatMap((metric) => metric.points)
      .filter((point) => hasAll(attributes, point.attributes));
  }

  async exemplars(name: string, attributes: Attributes = {}): Promise<readonly RecordedExemplar[]> {
    return toRecordedExemplars(
      await this.collect(),
      (metric, ofPoint) => metric === name && hasAll(attributes, ofPoint),
    );
  }

  private async collect(): Promise<ResourceMetrics> {
    return (await this.current.reader.collect({ timeoutMillis: CALLBACK_TIMEOUT_MILLIS })).resourceMetrics;
  }

  private begin(traits: MeterTraits): MetricsRecording['current'] {
    const reader = new RecordingMetricReader();
    const provider = new LeanMeterProvider({ ...traits, resource: this.resource, readers: [reader] });
    return { traits, reader, provider };
  }
}

function hasAll(wanted: Attributes, attributes: Attributes): boolean {
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(attributes[key], value));
}
