import { useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import { CopyButton } from '../../parts/copy.button.tsx';
import { amount, clock, duration } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { StatusBadge } from '../../parts/status.badge.tsx';
import { testOf } from './copy.as.test.ts';
import styles from './trace.head.module.css';
import type { TraceModel } from './trace.model.ts';

/** What the trace is, in two lines, and what can be taken away from it. */
export function TraceHead({
  model: { trace },
  onRefresh,
}: {
  readonly model: TraceModel;
  readonly onRefresh: (() => void) | undefined;
}) {
  const { summary } = trace;
  const preview = useRef<HTMLDialogElement>(null);
  const [isPreviewed, setPreviewed] = useState(false);
  return (
    <header className={styles['head']}>
      <div className={styles['title']}>
        <Link href="/traces" aria-label="Back to the list of traces" className={styles['back']}>
          ←
        </Link>
        <h1>{summary.name}</h1>
        <StatusBadge code={summary.httpStatus} isError={summary.errors > 0} />
        <span className={styles['actions']}>
          {onRefresh !== undefined && (
            <button type="button" onClick={onRefresh}>
              Load again
            </button>
          )}
          <CopyButton text={() => window.location.href}>Copy link</CopyButton>
          <button
            type="button"
            onClick={() => {
              setPreviewed(true);
              preview.current?.showModal();
            }}
          >
            Copy as test
          </button>
        </span>
      </div>
      <dl className={styles['facts']}>
        <Fact name="Started">
          <time dateTime={new Date(summary.startUs / 1000).toISOString()}>{clock(summary.startUs)}</time>
        </Fact>
        <Fact name="Duration">{duration(summary.durationUs)}</Fact>
        <Fact name="Spans">{amount(summary.spans)}</Fact>
        <Fact name="Errors">
          <span className={summary.errors > 0 ? 'error' : ''}>{amount(summary.errors)}</span>
        </Fact>
        <Fact name="Services">
          <span className="row">
            {[summary.service, ...summary.services.filter((each) => each !== summary.service)].map(
              (service) => (
                <ServiceName key={service} name={service} />
              ),
            )}
          </span>
        </Fact>
        <Fact name="Trace id">
          <CopyButton
            className={styles['id']}
            label={`Copy the trace id ${summary.traceId}`}
            text={() => summary.traceId}
          >
            <span className="mono">{summary.traceId}</span>
          </CopyButton>
        </Fact>
      </dl>
      <dialog
        ref={preview}
        aria-labelledby="test-title"
        className={styles['preview']}
        onClose={() => setPreviewed(false)}
      >
        {isPreviewed && <TestPreview trace={trace} />}
      </dialog>
    </header>
  );
}

function TestPreview({ trace }: { readonly trace: TraceModel['trace'] }) {
  const code = useMemo(() => testOf(trace), [trace]);
  return (
    <>
      <h2 id="test-title">This trace as a test</h2>
      <p className="hint">
        For vitest, with <code>nest-telemetry/testing</code>: it asks for the same and expects the same spans
        of {trace.summary.service}.
      </p>
      <pre tabIndex={0} aria-label="Code of the test">
        {code}
      </pre>
      <form method="dialog" className="row">
        <CopyButton text={() => code}>Copy</CopyButton>
        <button type="submit">Close</button>
      </form>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
