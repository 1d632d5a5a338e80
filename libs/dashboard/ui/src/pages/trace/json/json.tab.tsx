import { useMemo } from 'react';
import { CopyButton } from '../../../parts/copy.button.tsx';
import { VirtualRows } from '../../../parts/virtual.rows.tsx';
import { useUrlState } from '../../../shell/url.state.ts';
import type { TraceModel } from '../trace.model.ts';
import styles from './json.module.css';

/** A larger trace is saved rather than looked at: its text alone would take the page's memory. */
const MOST_SPANS = 2000;

/** The trace as the API tells it, or the one span that is chosen. */
export function JsonTab({ model }: { readonly model: TraceModel }) {
  const [state, change] = useUrlState();
  const { trace } = model;
  const span = model.spanOf(state.get('span') ?? '');
  const isLarge = trace.spans.length > MOST_SPANS;
  const text = useMemo(
    () => (span === undefined && isLarge ? '' : JSON.stringify(span ?? trace, undefined, 2)),
    [span, trace, isLarge],
  );
  const lines = useMemo(() => text.split('\n').map((line, index) => ({ line, index })), [text]);
  return (
    <>
      <div className="row">
        <strong>{span === undefined ? 'The whole trace' : `Span ${span.name}`}</strong>
        {span !== undefined && (
          <button type="button" onClick={() => change({ span: undefined })}>
            The whole trace
          </button>
        )}
        {text !== '' && <CopyButton text={() => text}>Copy</CopyButton>}
        <a href={`/api/traces/${trace.summary.traceId}`} download={`trace-${trace.summary.traceId}.json`}>
          Save the trace
        </a>
      </div>
      {text === '' ? (
        <p className="hint">
          A trace of {trace.spans.length} spans is too large to look at as text: save it, or choose a span in
          the waterfall.
        </p>
      ) : (
        <VirtualRows
          items={lines}
          rowHeight={20}
          label="JSON"
          selected={-1}
          onSelect={() => undefined}
          keyOf={({ index }) => String(index)}
        >
          {({ line }) => (
            <span role="gridcell" className={styles['line']}>
              {line}
            </span>
          )}
        </VirtualRows>
      )}
    </>
  );
}
