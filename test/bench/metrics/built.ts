// Parts the package does not export, so they are taken from its build by file.
const built = (file: string): Promise<unknown> =>
  import(new URL(`../../../libs/telemetry/dist/${file}.js`, import.meta.url).href);

export const { LeanMeterProvider } = (await built(
  'sdk/meter/lean.meter-provider',
)) as typeof import('../../../libs/telemetry/src/sdk/meter/lean.meter-provider.ts');
export const { PageWriter } = (await built(
  'metrics/exposition/page.writer',
)) as typeof import('../../../libs/telemetry/src/metrics/exposition/page.writer.ts');
export const { PageReader } = (await built(
  'sdk/page.reader',
)) as typeof import('../../../libs/telemetry/src/sdk/page.reader.ts');
export const { bytesOf } = (await built(
  'metrics/exposition/page.body',
)) as typeof import('../../../libs/telemetry/src/metrics/exposition/page.body.ts');
export const { pageRequestOf, PrometheusScrape } = (await built(
  'metrics/prometheus.scrape',
)) as typeof import('../../../libs/telemetry/src/metrics/prometheus.scrape.ts');
export const { meterProvider } = (await built(
  'metrics/global.meter-provider',
)) as typeof import('../../../libs/telemetry/src/metrics/global.meter-provider.ts');
export const { applicationCounter } = (await built(
  'metrics/application.instruments',
)) as typeof import('../../../libs/telemetry/src/metrics/application.instruments.ts');
export const { METRICS } = (await built(
  'metrics/catalog',
)) as typeof import('../../../libs/telemetry/src/metrics/catalog.ts');
export const { histogramFor, reserveFor } = (await built(
  'metrics/instruments',
)) as typeof import('../../../libs/telemetry/src/metrics/instruments.ts');
export const { ServerVocabulary } = (await built(
  'hooks/server.vocabulary',
)) as typeof import('../../../libs/telemetry/src/hooks/server.vocabulary.ts');
