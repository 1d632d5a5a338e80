import { useMemo } from 'react';
import { AttributeTable } from '../../../parts/attribute.table.tsx';
import { CopyButton } from '../../../parts/copy.button.tsx';
import { duration } from '../../../parts/format.ts';
import { ServiceName } from '../../../parts/service.name.tsx';
import { selfTimeUs } from '../self.time.ts';
import type { TraceModel } from '../trace.model.ts';
import type { TreeRow } from '../trace.tree.ts';
import { SpanContext } from './span.context.tsx';
import { SpanEvents } from './span.events.tsx';
import { SpanLinks } from './span.links.tsx';
import { SpanLogs } from './span.logs.tsx';
import styles from './span.panel.module.css';

/** Everything that is known of the span that is chosen. */
export function SpanPanel({
  model,
  row,
  onClose,
}: {
  readonly model: TraceModel;
  readonly row: TreeRow | undefined;
  readonly onClose: () => void;
}) {
  const self = useMemo(
    () => (row === undefined ? 0 : selfTimeUs(row.span, model.childrenOf(row.span.spanId))),
    [model, row],
  );
  if (row === undefined) return null;
  const { span } = row;
  const logs = model.logsOf(span.spanId);
  const dropped = [
    [span.droppedAttributes, 'attributes'],
    [span.droppedEvents, 'events'],
    [span.droppedLinks, 'links'],
  ].filter(([amount]) => Number(amount) > 0);
  return (
    <aside aria-label="Span" className={styles['panel']} tabIndex={0}>
      <header className={styles['head']}>
        <h2>{span.name}</h2>
        <button type="button" className="quiet" aria-label="Close the span" onClick={onClose}>
          ×
        </button>
      </header>
      <p className={styles['lead']}>
        <ServiceName name={span.service} /> <span className="badge hint">{span.kind}</span>{' '}
        <span className={`badge ${span.status === 'error' ? 'error' : span.status === 'ok' ? 'ok' : 'hint'}`}>
          {span.status === 'unset' ? 'no error' : span.status}
        </span>
        {row.isOrphan && <span className="badge warning">parent missing</span>}
      </p>
      {span.statusMessage !== '' && <p className="error">{span.statusMessage}</p>}
      <dl className={styles['timing']}>
        <Time name="Starts at" text={`+${duration(span.startUs - model.startUs)}`} />
        <Time name="Duration" text={duration(span.durationUs)} />
        <Time name="Itself" text={duration(self)} />
        <Time name="In children" text={duration(span.durationUs - self)} />
      </dl>
      <div
        className={styles['share']}
        role="img"
        aria-label={`Itself ${duration(self)} of ${duration(span.durationUs)}`}
      >
        <span style={{ width: `${span.durationUs > 0 ? (self / span.durationUs) * 100 : 100}%` }} />
      </div>
      {dropped.length > 0 && (
        <p className="warning">
          Left out by the limits of the sender:{' '}
          {dropped.map(([amount, what]) => `${amount} ${what}`).join(', ')}.
        </p>
      )}
      <Section title="Attributes" amount={Object.keys(span.attributes).length}>
        <AttributeTable key={span.spanId} attributes={span.attributes} label="Attributes" />
      </Section>
      {span.events.length > 0 && (
        <Section title="Events" amount={span.events.length}>
          <SpanEvents span={span} />
        </Section>
      )}
      {logs.length > 0 && (
        <Section title="Logs" amount={logs.length}>
          <SpanLogs logs={logs} startUs={model.startUs} />
        </Section>
      )}
      {span.links.length + span.backLinks.length > 0 && (
        <Section title="Links" amount={span.links.length + span.backLinks.length}>
          <SpanLinks span={span} traceId={model.trace.summary.traceId} />
        </Section>
      )}
      <Section title="Ids and flags">
        <SpanContext span={span} model={model} />
      </Section>
      <Section title="Resource" isClosed>
        <AttributeTable
          key={span.resource}
          attributes={model.trace.resources[span.resource]?.attributes ?? {}}
          label="Resource attributes"
        />
      </Section>
      <CopyButton className={styles['json']} text={() => JSON.stringify(span, undefined, 2)}>
        Copy span as JSON
      </CopyButton>
    </aside>
  );
}

function Time({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

function Section({
  title,
  amount,
  isClosed = false,
  children,
}: {
  readonly title: string;
  readonly amount?: number;
  readonly isClosed?: boolean;
  readonly children: React.ReactNode;
}) {
  return (
    <details open={!isClosed} className={styles['section']}>
      <summary>
        {title} {amount !== undefined && <span className="hint">{amount}</span>}
      </summary>
      {children}
    </details>
  );
}
