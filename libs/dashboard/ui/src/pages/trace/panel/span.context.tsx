import { Link } from 'wouter';
import type { SpanView } from '../../../../../src/api/api.types.ts';
import { CopyButton } from '../../../parts/copy.button.tsx';
import { explainFlags, explainTraceState } from '../span.flags.ts';
import type { TraceModel } from '../trace.model.ts';
import styles from './span.panel.module.css';

/** Where the span belongs, and what its flags and trace state say. */
export function SpanContext({ span, model }: { readonly span: SpanView; readonly model: TraceModel }) {
  const { traceId } = model.trace.summary;
  const parent = span.parentSpanId === null ? undefined : model.spanOf(span.parentSpanId);
  const states = explainTraceState(span.traceState);
  return (
    <dl className={styles['facts']}>
      <dt>Span id</dt>
      <dd>
        <CopyButton className="plain mono" label={`Copy the span id ${span.spanId}`} text={() => span.spanId}>
          {span.spanId}
        </CopyButton>
      </dd>
      <dt>Parent</dt>
      <dd>
        {span.parentSpanId === null ? (
          'none: the trace begins here'
        ) : parent === undefined ? (
          <span className="mono">{span.parentSpanId} (not here)</span>
        ) : (
          <Link href={`/traces/${traceId}?span=${parent.spanId}`}>{parent.name}</Link>
        )}
      </dd>
      <dt>Scope</dt>
      <dd>{span.scope === '' ? 'none' : span.scope}</dd>
      <dt>Flags</dt>
      <dd>
        <code>0x{span.flags.toString(16).padStart(2, '0')}</code> {explainFlags(span).join(' ')}
      </dd>
      <dt>Trace state</dt>
      <dd>
        {states.length === 0
          ? 'empty'
          : states.map(({ key, text }) => (
              <div key={key}>
                <code>{key}</code> {text}
              </div>
            ))}
      </dd>
    </dl>
  );
}
