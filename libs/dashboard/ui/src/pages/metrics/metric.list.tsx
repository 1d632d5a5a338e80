import { Link } from 'wouter';
import type { MetricInfo } from '../../../../src/api/api.types.ts';
import { amount } from '../../parts/format.ts';
import { useRowFocus } from '../../parts/row.focus.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { visibleText } from '../../parts/visible.text.ts';
import styles from './metrics.module.css';

const KINDS: Readonly<Record<MetricInfo['type'], string>> = {
  gauge: 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  'exponential-histogram': 'exp. histogram',
  summary: 'summary',
};

/** The metrics there are, by service. */
export function MetricList({
  metrics,
  hrefOf,
  isCurrent,
}: {
  readonly metrics: readonly MetricInfo[];
  readonly hrefOf: (metric: MetricInfo) => string;
  readonly isCurrent: (metric: MetricInfo) => boolean;
}) {
  const rows = useRowFocus<HTMLElement>();
  const services = [...new Set(metrics.map(({ service }) => service))];
  return (
    <nav ref={rows} className={styles['list']} aria-label="Metrics">
      {services.map((service) => (
        <section key={service}>
          <h2>
            <ServiceName name={visibleText(service)} />
          </h2>
          <ul>
            {metrics
              .filter((metric) => metric.service === service)
              .map((metric) => (
                <li key={`${metric.scope} ${metric.name} ${metric.type}`}>
                  <Link
                    href={hrefOf(metric)}
                    replace
                    data-row=""
                    aria-current={isCurrent(metric) ? 'true' : undefined}
                    title={visibleText(metric.description)}
                  >
                    <span className="mono">{visibleText(metric.name)}</span>
                    <span className="hint">
                      {KINDS[metric.type]} · {amount(metric.series)} series
                      {metric.exemplars > 0 && ' · exemplars'}
                    </span>
                  </Link>
                </li>
              ))}
          </ul>
        </section>
      ))}
      {metrics.length === 0 && <p className="hint">No metric matches.</p>}
    </nav>
  );
}
