import { duration } from '../../../parts/format.ts';
import { serviceColor } from '../../../parts/service.color.ts';
import { ServiceName } from '../../../parts/service.name.tsx';
import { useUrlState } from '../../../shell/url.state.ts';
import styles from './lifecycle.module.css';
import type { Block, Lifecycle, Phase } from './nest.lifecycle.ts';

const TITLES: Readonly<Record<Phase, string>> = {
  before: 'Before Nest',
  guard: 'Guards',
  'interceptor-in': 'Interceptors in',
  pipe: 'Pipes',
  handler: 'Handler',
  'interceptor-out': 'Interceptors out',
  filter: 'Filter',
  after: 'Answer',
};
/** Phases that a request which is refused does not come to. */
const ORDER = Object.keys(TITLES) as Phase[];
const SKIPPABLE = new Set<Phase>(['interceptor-in', 'pipe', 'handler']);
const MOST_SERVICES = 8;

/** One request's way as one row: what let it through, how long each took, and where it ended. */
export function LifecycleCard({ life, offsetUs }: { readonly life: Lifecycle; readonly offsetUs: number }) {
  const [, change] = useUrlState();
  const { span, handler, blocks, verdict, services } = life;
  const open = (spanId: string): void => change({ tab: undefined, span: spanId });
  const last = blocks.find(({ isEnd }) => isEnd)?.phase;
  const refused = blocks.some(({ isEnd }) => isEnd);
  const present = ORDER.filter(
    (phase) =>
      blocks.some((block) => block.phase === phase) ||
      (refused && SKIPPABLE.has(phase) && ORDER.indexOf(phase) > ORDER.indexOf(last ?? 'before')),
  );
  return (
    <section className={styles['card']} aria-label={span.name}>
      <header className={styles['head']}>
        <h2>
          <button type="button" className="plain" onClick={() => open(span.spanId)}>
            {span.name}
          </button>
        </h2>
        <ServiceName name={span.service} />
        <span className="hint">{span.kind}</span>
        {handler !== null && <code>{handler}</code>}
        {verdict !== null && (
          <span
            className={`${styles['verdict']} ${span.status === 'error' || refused ? 'error' : 'warning'}`}
          >
            {verdict}
          </span>
        )}
        <span className={styles['length']}>
          {duration(span.durationUs)} <span className="hint">from +{duration(offsetUs)}</span>
        </span>
      </header>
      <ol className={styles['phases']}>
        {present.map((phase) => {
          const own = blocks.filter((block) => block.phase === phase);
          const total = own.reduce((sum, block) => sum + block.durationUs, 0);
          return (
            <li key={phase} className={styles['phase']} style={{ flexGrow: growth(total, span.durationUs) }}>
              <h3>
                {TITLES[phase]} {own.length > 0 && <span>{duration(total)}</span>}
              </h3>
              {own.length === 0 && <div className={styles['skipped']}>not reached</div>}
              {own.map((block, index) => (
                <BlockBox key={index} block={block} />
              ))}
              {phase === 'handler' && services.length > 0 && (
                <ul className={styles['services']} aria-label="Called by the handler">
                  {services
                    .toSorted((a, b) => b.durationUs - a.durationUs)
                    .slice(0, MOST_SERVICES)
                    .toSorted((a, b) => a.startUs - b.startUs)
                    .map((each) => (
                      <li key={each.spanId}>
                        <button type="button" className="plain" onClick={() => open(each.spanId)}>
                          {each.name}
                        </button>
                        <span>{duration(each.durationUs)}</span>
                      </li>
                    ))}
                  {services.length > MOST_SERVICES && (
                    <li className="hint">and {services.length - MOST_SERVICES} shorter ones</li>
                  )}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
      <Scale life={life} />
    </section>
  );
}

function BlockBox({ block }: { readonly block: Block }) {
  const { name, outcome, detail, durationUs, isEnd, phase } = block;
  return (
    <div className={`${styles['block']} ${styles[phase]} ${isEnd ? styles['end'] : ''}`}>
      <span className={styles['blockName']} title={name}>
        {name}
      </span>
      <span className={styles['blockFacts']}>
        {detail !== null && <span>{detail} </span>}
        {outcome !== null && outcome !== '' && phase !== 'interceptor-in' && (
          <span className={isEnd ? styles['refused'] : ''}>{isEnd ? `✗ ${outcome}` : outcome} </span>
        )}
        <span className={styles['time']}>{duration(durationUs)}</span>
      </span>
    </div>
  );
}

/** The same, true to scale. */
function Scale({ life: { span, blocks, services } }: { readonly life: Lifecycle }) {
  const share = (us: number): string => `${(us / Math.max(span.durationUs, 0.001)) * 100}%`;
  return (
    <div className={styles['scale']} aria-hidden="true">
      {blocks.map(({ phase, startUs, durationUs, name }, index) => (
        <span
          key={index}
          title={`${name} ${duration(durationUs)}`}
          className={`${styles['piece']} ${styles[phase]}`}
          style={{ left: share(startUs - span.startUs), width: share(durationUs) }}
        />
      ))}
      {services.slice(0, 200).map(({ spanId, startUs, durationUs, service }) => (
        <span
          key={spanId}
          className={styles['call']}
          style={{
            left: share(startUs - span.startUs),
            width: share(Math.min(durationUs, span.startUs + span.durationUs - startUs)),
            background: serviceColor(service),
          }}
        />
      ))}
    </div>
  );
}

/** Long phases are wider, but never so much that short ones cannot be read. */
function growth(us: number, wholeUs: number): number {
  return 1 + 3 * Math.sqrt(us / Math.max(wholeUs, 0.001));
}
