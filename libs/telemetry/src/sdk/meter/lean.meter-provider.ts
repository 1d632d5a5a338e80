import { createNoopMeter, type Meter, type MeterOptions, type MeterProvider } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import { extensionName, guarded } from '../../telemetry.warnings.js';
import { LIBRARY_NAME, LIBRARY_VERSION } from '../../library.js';
import { holdingProcess } from '../deadline.js';
import { LeanMeter } from './lean.meter.js';
import type { MetricPipeline } from './metric-pipeline.js';
import { ObservableCallbacks, type Round } from './observable.callbacks.js';
import { OwnMetrics } from './own.metrics.js';
import { type CollectionListener, ReaderCollector } from './reader.collector.js';
import { createViewRules } from './view.rules.js';

/** As for the official provider. */
export interface LeanMeterProviderOptions {
  readonly resource: Resource;
  readonly readers?: readonly IMetricReader[] | undefined;
  readonly views?: readonly ViewOptions[] | undefined;
  /** Series of one metric at most, where neither view nor reader says otherwise. @defaultValue 2000 */
  readonly cardinalityLimit?: number | undefined;
  /** Whether histograms keep one measurement for each bucket with the trace it was made in. @defaultValue `true` */
  readonly exemplars?: boolean | undefined;
  /** Is told of every collection. @defaultValue nobody is */
  readonly onCollected?: CollectionListener | undefined;
  /** Is told of readers that fail when they are flushed or shut down. @defaultValue nobody is */
  readonly onReaderFailed?: ReaderFailureListener | undefined;
}

/** Takes what a reader threw or rejected. */
export type ReaderFailureListener = (
  reader: IMetricReader,
  method: 'forceFlush' | 'shutdown',
  error: unknown,
) => void;

/**
 * Makes meters whose measurements are added up once, however many readers there are, because the official ones cost a
 * request several times what the rest of its metrics does (docs/adr/0011). Readers, exporters and views are the official
 * interfaces.
 */
export class LeanMeterProvider implements MeterProvider {
  readonly #resource: Resource;
  readonly #pipeline: MetricPipeline;
  readonly #meters = new Map<string, LeanMeter>();
  #own: OwnMetrics | undefined;
  readonly #onCollected: CollectionListener;
  readonly #onFailed: ReaderFailureListener;
  #stopped = false;

  /** @throws TelemetryError `NT_OPTION_INVALID` for a view that cannot work */
  constructor(options: LeanMeterProviderOptions) {
    const { resource, readers = [], views = [], cardinalityLimit = 2000, exemplars = true } = options;
    this.#resource = resource;
    this.#onCollected = options.onCollected ?? (() => undefined);
    this.#onFailed = options.onReaderFailed ?? (() => undefined);
    this.#pipeline = {
      views: createViewRules(views),
      readers,
      callbacks: new ObservableCallbacks(),
      cardinalityLimit,
      keepsExemplars: exemplars,
    };
    for (const [index, reader] of readers.entries())
      guarded(
        `${extensionName(reader, 'A metric reader')}.setMetricProducer()`,
        () => reader.setMetricProducer(new ReaderCollector(this.#source(), reader, index)),
        undefined,
      );
  }

  getMeter(name: string, version?: string, options?: MeterOptions): Meter {
    if (this.#stopped) return createNoopMeter();
    const scope = { name: typeof name === 'string' ? name : '', version: version ?? '' };
    const schemaUrl = options?.schemaUrl;
    return this.#meter(schemaUrl === undefined ? scope : { ...scope, schemaUrl });
  }

  /** Asks every reader to hand on what there is. Never rejects. */
  async forceFlush(): Promise<void> {
    if (this.#stopped) return;
    await holdingProcess(this.#all('forceFlush'));
  }

  /** Shuts the readers down, which collect for the last time. Meters asked for later do nothing. Never rejects. */
  async shutdown(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#all('shutdown');
  }

  async #all(method: 'forceFlush' | 'shutdown'): Promise<void> {
    await Promise.all(
      this.#pipeline.readers.map(async (reader) => {
        try {
          await reader[method]();
        } catch (error) {
          this.#onFailed(reader, method, error);
        }
      }),
    );
  }

  #meter(scope: InstrumentationScope): LeanMeter {
    const key = JSON.stringify([scope.name, scope.version, scope.schemaUrl]);
    let meter = this.#meters.get(key);
    if (meter === undefined) {
      meter = new LeanMeter(scope, this.#pipeline);
      this.#meters.set(key, meter);
    }
    return meter;
  }

  #source() {
    const meters = this.#meters;
    return {
      resource: this.#resource,
      get meters() {
        return meters.values();
      },
      ask: async (deadlineMillis: number | undefined): Promise<Round> => {
        const { callbacks } = this.#pipeline;
        const round = await callbacks.ask(deadlineMillis);
        // Made late, so that they come last on a page.
        this.#own ??= new OwnMetrics(this.#meter({ name: LIBRARY_NAME, version: LIBRARY_VERSION }));
        this.#own.observe(meters.values(), callbacks, round.number);
        return round;
      },
      onCollected: this.#onCollected,
    };
  }
}
