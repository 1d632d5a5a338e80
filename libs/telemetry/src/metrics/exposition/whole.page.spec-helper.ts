import type { Attributes, Meter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { METRICS, type MetricRow } from '../catalog.js';
import { WORKER_LABEL } from './page.format.js';
import { PageWriter } from './page.writer.js';
import { PageReader } from '../../sdk/page.reader.js';
import { LeanMeterProvider } from '../../sdk/meter/lean.meter-provider.js';

/** Labels that Prometheus gives to everything it scrapes, and the page of a worker to every sample. */
const LABELS_OF_ALL = ['job', 'instance', WORKER_LABEL];

/** Names of all samples that the metrics page writes for the catalogue, each with the labels it may have. */
export async function samplesOfPage(): Promise<Map<string, Set<string>>> {
  const reader = new PageReader();
  const resource = resourceFromAttributes({ 'service.name': 'shop' });
  const provider = new LeanMeterProvider({ resource, readers: [reader] });
  for (const row of Object.values(METRICS)) measure(provider.getMeter('shop'), row);
  const { resourceMetrics } = await reader.collect();
  const writer = new PageWriter({ naming: 'suffixed', scopeLabels: false });
  const format = { syntax: 'prometheus', utf8: false, contentType: '' } as const;
  const page = [...writer.write(resourceMetrics, format)].join('');
  const samples = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of page.matchAll(/^([a-zA-Z_]\w*)(?:\{(.*)\})? \S+$/gm)) {
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label);
    samples.set(name, new Set([...(samples.get(name) ?? LABELS_OF_ALL), ...names]));
  }
  return samples;
}

function measure(meter: Meter, row: MetricRow): void {
  const { name, unit } = row;
  const attributes: Attributes = Object.fromEntries(row.attributes.map((attribute) => [attribute, 'x']));
  switch (row.instrument) {
    case 'counter':
      return meter.createCounter(name, { unit }).add(1, attributes);
    case 'upDownCounter':
      return meter.createUpDownCounter(name, { unit }).add(1, attributes);
    case 'histogram':
      return meter.createHistogram(name, { unit }).record(1, attributes);
    case 'gauge':
      return meter.createGauge(name, { unit }).record(1, attributes);
    case 'observableCounter':
      return meter.createObservableCounter(name, { unit }).addCallback((of) => of.observe(1, attributes));
    case 'observableUpDownCounter':
      return meter
        .createObservableUpDownCounter(name, { unit })
        .addCallback((of) => of.observe(1, attributes));
    case 'observableGauge':
      return meter.createObservableGauge(name, { unit }).addCallback((of) => of.observe(1, attributes));
  }
}
