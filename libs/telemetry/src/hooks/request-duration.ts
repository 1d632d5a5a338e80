import { metrics, type Histogram, type MeterProvider } from '@opentelemetry/api';
import { LIBRARY_NAME, LIBRARY_VERSION } from '../library.js';

// Stands in for `histogramFor(METRICS.httpServerRequestDuration)` of metrics/ until both are on one branch.

const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

let provider: MeterProvider | undefined;
let histogram: Histogram | undefined;

/** The `http.server.request.duration` histogram of the SDK that is running now. */
export function requestDuration(): Histogram {
  const current = metrics.getMeterProvider();
  if (histogram === undefined || provider !== current) {
    provider = current;
    histogram = current
      .getMeter(LIBRARY_NAME, LIBRARY_VERSION)
      .createHistogram('http.server.request.duration', {
        unit: 's',
        description: 'Duration of HTTP server requests.',
        advice: { explicitBucketBoundaries: BOUNDARIES },
      });
  }
  return histogram;
}
