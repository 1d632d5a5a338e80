import { useMemo } from 'react';
import type { TraceModel } from '../trace.model.ts';
import { LifecycleCard } from './lifecycle.card.tsx';
import styles from './lifecycle.module.css';
import { lifecycleOf } from './nest.lifecycle.ts';

/** More are looked for by choosing them in the waterfall. */
const MOST = 50;

/** The way of every request and message of the trace through Nest. */
export function LifecycleTab({ model }: { readonly model: TraceModel }) {
  const lives = useMemo(
    () =>
      model.rows.flatMap(({ span }) => {
        // A span of a layer is a part of the way, not one of its own.
        if ('nestjs.layer.type' in span.attributes) return [];
        const life = lifecycleOf(span, model.childrenOf);
        return life === undefined ? [] : [life];
      }),
    [model],
  );
  if (lives.length === 0)
    return (
      <p className="hint">
        No span of this trace tells of guards, interceptors, pipes or filters. Services with TelemetryModule
        do, unless <code>traces.layers.detail</code> is <code>off</code>.
      </p>
    );
  return (
    <div className={styles['lives']} tabIndex={0} role="group" aria-label="Requests through Nest">
      {lives.slice(0, MOST).map((life) => (
        <LifecycleCard key={life.span.spanId} life={life} offsetUs={life.span.startUs - model.startUs} />
      ))}
      {lives.length > MOST && (
        <p className="hint">{lives.length - MOST} more are not drawn; the waterfall has them all.</p>
      )}
    </div>
  );
}
