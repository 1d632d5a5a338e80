import type { JsonAttributes, ServiceStats } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { jsonIn, numberIn, numberOrNull, type Row, textIn } from './row.values.js';
import type { TimeWindow } from './time.window.js';

const SLICES = 30;
const FIGURES = `count(*) AS requests, sum(status = 2 OR coalesce(http_status, 0) >= 500) AS errors,
  percentile(duration_us, 50) AS p50, percentile(duration_us, 95) AS p95, percentile(duration_us, 99) AS p99`;
const ENTRIES = 'FROM span s WHERE kind IN (2, 5) AND start_us BETWEEN ? AND ?';

/** Every service that sent something, with what it served in a window. */
export function serviceStats(store: Store, { fromUs, toUs }: TimeWindow): ServiceStats[] {
  const { database } = store;
  const length = Math.max(1, toUs - fromUs);
  const totals = new Map(
    database
      .prepare(`SELECT service, ${FIGURES} ${ENTRIES} GROUP BY service`)
      .all(fromUs, toUs)
      .map((row) => [numberIn(row, 'service'), row]),
  );
  const slices = database
    .prepare(
      `SELECT service, min(?, cast((start_us - ?) * ? / ? AS INTEGER)) AS slice, ${FIGURES} ${ENTRIES} GROUP BY service, slice`,
    )
    .all(SLICES - 1, fromUs, SLICES, length, fromUs, toUs);
  // Of several resources of one service (restarts, replicas) the newest speaks.
  const services = database
    .prepare(
      'SELECT r.service AS word, w.text AS service, r.attributes AS attributes, max(r.id) FROM resource r JOIN word w ON w.id = r.service GROUP BY r.service ORDER BY w.text',
    )
    .all();
  return services.map((row) => {
    const word = numberIn(row, 'word');
    const own = slices.filter((slice) => numberIn(slice, 'service') === word);
    return statsOf(row, totals.get(word) ?? {}, own, length);
  });
}

function statsOf(service: Row, figures: Row, slices: readonly Row[], lengthUs: number): ServiceStats {
  const attributes = jsonIn<JsonAttributes>(service, 'attributes', {});
  const requests = numberIn(figures, 'requests');
  const bySlice = new Map(slices.map((row) => [numberIn(row, 'slice'), row]));
  return {
    service: textIn(service, 'service'),
    version: text(attributes['service.version']),
    environment: text(attributes['deployment.environment.name'] ?? attributes['deployment.environment']),
    nest: attributes['telemetry.distro.name'] === 'nest-telemetry',
    requests,
    errors: numberIn(figures, 'errors'),
    requestsPerSecond: requests / (lengthUs / 1e6),
    p50Us: numberOrNull(figures, 'p50'),
    p95Us: numberOrNull(figures, 'p95'),
    p99Us: numberOrNull(figures, 'p99'),
    sparkline: Array.from({ length: SLICES }, (_, index) => {
      const row = bySlice.get(index) ?? {};
      return {
        requests: numberIn(row, 'requests'),
        errors: numberIn(row, 'errors'),
        p95Us: numberOrNull(row, 'p95'),
      };
    }),
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
