import { Seeded } from '../../../../libs/otlp/src/seeded.spec-helper.js';
import {
  EXPONENTIAL_METER,
  type ScrapedMeters,
  scrapedMeters,
} from '../../../../libs/telemetry/src/metrics/scraped-meters.spec-helper.js';
import { attributeSets } from './fuzzed-attributes.js';
import { type FuzzedCase, measureFuzzed } from './fuzzed-case.js';
import { FuzzedText } from './fuzzed-text.js';

/** One application's metrics, some of them somebody's idea of a joke. */
export interface FuzzedPage extends Pick<ScrapedMeters, 'scrape'> {
  readonly number: number;
  readonly cases: readonly FuzzedCase[];
}

const SCOPES = ['shop', 'shop', 'le', '', 'a"b\\c\nd', '\ud800', EXPONENTIAL_METER];
const NAMINGS = ['suffixed', 'utf8', 'legacy'] as const;

/** What the counter `witness` has on that page. */
export function witnessOf(page: number): number {
  return 4200 + page;
}

/** The same seed and number make the same page. Pages take turns in how they name things. */
export function fuzzedPage(seed: number, number: number, size: number): FuzzedPage {
  const seeded = new Seeded(seed + number * 7919);
  const [attributes = {}] = attributeSets(seeded, new FuzzedText(seeded), 'resource');
  const naming = NAMINGS[number % NAMINGS.length] ?? 'suffixed';
  const page = scrapedMeters(attributes, { naming, scopeLabels: number % 2 === 1 });
  const witness = page.provider.getMeter('healthy').createCounter('witness', { unit: '{page}' });
  witness.add(witnessOf(number), { is: 'fine' });
  const meters = SCOPES.map((scope, index) => page.provider.getMeter(scope, index > 2 ? `${index}"` : ''));
  const cases = Array.from({ length: size }, (_, index) =>
    measureFuzzed(seeded, meters, `${number}-${index}`),
  );
  return { number, cases, scrape: (request) => page.scrape(request) };
}
