import type { Attributes } from '@opentelemetry/api';
import type { MetricRow } from '../metrics/catalog.js';

/** Of the low-cardinality attributes of a span, those that the catalogue lets onto the metric. */
export function measured(row: MetricRow, low: Attributes): Attributes {
  const attributes: Attributes = {};
  for (const name of row.attributes) {
    const value = low[name];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}
