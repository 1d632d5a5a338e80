import { Link } from 'wouter';
import type { ServiceStats } from '../../../../src/api/api.types.ts';
import { amount, duration, percent } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { Sparkline } from '../../parts/sparkline.tsx';
import styles from './overview.module.css';

/** Every service with its rate, errors and p95. */
export function ServiceCards({ services }: { readonly services: readonly ServiceStats[] }) {
  return (
    <ul className={styles['services']} aria-label="Services">
      {services.map((each) => (
        <li key={each.service} className={styles['service']}>
          <h2>
            <Link href={`/traces?service=${encodeURIComponent(each.service)}`}>
              <ServiceName name={each.service} />
            </Link>
            {each.nest && <span className="badge hint">Nest</span>}
            <small className="hint">{[each.version, each.environment].filter(Boolean).join(' · ')}</small>
          </h2>
          <div className={styles['body']}>
            <dl className={styles['figures']}>
              <Figure
                name="Requests/s"
                text={rate(each.requestsPerSecond)}
                title={`${amount(each.requests)} requests`}
              />
              <Figure
                name="Errors"
                text={each.requests === 0 ? '–' : percent(each.errors, each.requests)}
                className={each.errors > 0 ? 'error' : ''}
                title={`${amount(each.errors)} of ${amount(each.requests)}`}
              />
              <Figure
                name="p95"
                text={duration(each.p95Us)}
                title={`p50 ${duration(each.p50Us)}, p99 ${duration(each.p99Us)}`}
              />
            </dl>
            <Sparkline
              width={104}
              height={36}
              label={`Requests of ${each.service} over 15 minutes`}
              values={each.sparkline.map(({ requests }) => requests)}
            />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Figure({
  name,
  text,
  title,
  className,
}: {
  readonly name: string;
  readonly text: string;
  readonly title: string;
  readonly className?: string;
}) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd className={className}>{text}</dd>
    </div>
  );
}

function rate(perSecond: number): string {
  return perSecond === 0 ? '0' : perSecond < 0.01 ? '< 0.01' : perSecond.toPrecision(2);
}
