import type { MetricReader, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { reasonOf, warn } from '../telemetry.warnings.js';

/** Where a page comes from: a pull reader and the text format. */
export interface PrometheusSource {
  readonly reader: Pick<MetricReader, 'collect'>;
  readonly serialize: (metrics: ResourceMetrics) => string;
}

/** Answer to one scrape. */
export interface ScrapeAnswer {
  readonly status: 200 | 503;
  readonly contentType: string;
  readonly body: string;
}

/** Below the 10 s a Prometheus server waits by default, so that a callback that hangs costs its own metric only. */
const CALLBACK_TIMEOUT_MILLIS = 5_000;
const DRAIN_INTERVAL_MILLIS = 60_000;
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** Collects for scrapes that come in at the same time only once. */
export class PrometheusScrape {
  #running: Promise<ScrapeAnswer> | undefined;
  #collected = false;
  #drain: NodeJS.Timeout | undefined;

  constructor(private readonly source: PrometheusSource) {}

  /** The page as it is now; never rejects. */
  answer(): Promise<ScrapeAnswer> {
    this.#running ??= this.#collect().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /**
   * Collects and throws away while nobody scrapes. The SDK stashes what it gathers under a view for every other
   * reader until that reader collects, so that next to a push exporter an unscraped page grows without end.
   */
  startDraining(): void {
    this.#drain ??= setInterval(() => {
      if (!this.#collected && this.#running === undefined) void this.#read().catch(() => {});
      this.#collected = false;
    }, DRAIN_INTERVAL_MILLIS).unref();
  }

  stopDraining(): void {
    clearInterval(this.#drain);
    this.#drain = undefined;
  }

  async #collect(): Promise<ScrapeAnswer> {
    this.#collected = true;
    try {
      const { resourceMetrics, errors } = await this.#read();
      // What could be collected is worth more than nothing: one bad callback must not take the whole target down.
      for (const error of errors) warn('NT_METRICS_COLLECTION_FAILED', { reason: reasonOf(error) });
      return { status: 200, contentType: TEXT_FORMAT, body: this.source.serialize(resourceMetrics) };
    } catch (error) {
      const reason = reasonOf(error);
      warn('NT_METRICS_COLLECTION_FAILED', { reason });
      return {
        status: 503,
        contentType: 'text/plain; charset=utf-8',
        body: 'Metrics could not be collected.\n',
      };
    }
  }

  #read() {
    return this.source.reader.collect({ timeoutMillis: CALLBACK_TIMEOUT_MILLIS });
  }
}
