import type { Attributes, MeterProvider } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, InstrumentType } from '@opentelemetry/sdk-metrics';
import { LeanMeterProvider } from '../sdk/meter/lean.meter-provider.js';
import type { PageSettings } from './exposition/page.format.js';
import { type PageRequest, PrometheusScrape, type ScrapeAnswer } from './prometheus.scrape.js';
import { PageReader } from '../sdk/page.reader.js';

/** Histograms of the meter of that name are exponential. */
export const EXPONENTIAL_METER = 'exponential';

/** A provider with its page. */
export interface ScrapedMeters {
  readonly provider: MeterProvider;
  scrape(request: Partial<PageRequest>): Promise<ScrapeAnswer>;
}

export function scrapedMeters(attributes: Attributes, settings: PageSettings): ScrapedMeters {
  const reader = new PageReader();
  const provider = new LeanMeterProvider({
    resource: resourceFromAttributes(attributes),
    readers: [reader],
    views: [
      {
        meterName: EXPONENTIAL_METER,
        instrumentType: InstrumentType.HISTOGRAM,
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  });
  const scrape = new PrometheusScrape({ collect: (options) => reader.collect(options), settings });
  const nothing = { accept: undefined, acceptEncoding: undefined, authorization: undefined, host: undefined };
  return { provider, scrape: (request) => scrape.answer({ ...nothing, ...request }) };
}
