import { useMemo } from 'react';
import type { LogView } from '../../../../../src/api/api.types.ts';
import { AttributeTable } from '../../../parts/attribute.table.tsx';
import { duration } from '../../../parts/format.ts';
import { ServiceName } from '../../../parts/service.name.tsx';
import { VirtualRows } from '../../../parts/virtual.rows.tsx';
import { usePageKeys } from '../../../shell/shortcuts.ts';
import { useUrlState } from '../../../shell/url.state.ts';
import type { TraceModel } from '../trace.model.ts';
import styles from './logs.module.css';

const ERROR_SEVERITY = 17;
const WARNING_SEVERITY = 13;

/** What was logged during the trace, each line with the way to its span. */
export function LogsTab({ model }: { readonly model: TraceModel }) {
  const { logs } = model.trace;
  const [state, change] = useUrlState();
  const chosen = state.get('log') ?? '';
  const selected = useMemo(() => logs.findIndex(({ id }) => id === chosen), [logs, chosen]);
  const choose = (index: number): void => {
    const id = logs[index]?.id;
    if (id !== undefined) change({ log: id });
  };
  const toSpan = (log: LogView | undefined): void => {
    if (log?.spanId != null && model.indexOf(log.spanId) >= 0) change({ tab: undefined, span: log.spanId });
  };
  const nextError = (step: 1 | -1): void => {
    const index =
      step > 0
        ? logs.findIndex((log, at) => at > selected && isError(log))
        : logs.findLastIndex((log, at) => at < selected && isError(log));
    choose(index);
  };
  usePageKeys({
    j: () => choose(Math.min(selected + 1, logs.length - 1)),
    k: () => choose(Math.max(selected - 1, 0)),
    Enter: () => toSpan(logs[selected]),
    e: () => nextError(1),
    E: () => nextError(-1),
  });
  if (logs.length === 0)
    return (
      <p className="hint">
        Nothing was logged inside this trace. Lines come here when a service sends its log records over OTLP
        with the ids of trace and span.
      </p>
    );
  const log = logs[selected];
  return (
    <div className={styles['split']}>
      <VirtualRows
        items={logs}
        rowHeight={28}
        label="Logs of this trace"
        selected={selected}
        onSelect={choose}
        onOpen={(index) => toSpan(logs[index])}
        keyOf={({ id }) => id}
        header={<Heads />}
      >
        {(each) => (
          <div className={styles['columns']} role="presentation">
            <span role="gridcell" className={styles['time']}>
              +{duration(Math.max(0, each.timeUs - model.startUs))}
            </span>
            <span role="gridcell" className={severityClass(each)}>
              {each.severityText || each.severityNumber}
            </span>
            <span role="gridcell" className="cut">
              <ServiceName name={each.service} />
            </span>
            <span role="gridcell" className="cut mono">
              {bodyText(each)}
            </span>
            <span role="gridcell" className="cut">
              <button type="button" className="plain" tabIndex={-1} onClick={() => toSpan(each)}>
                {each.spanId === null ? '' : (model.spanOf(each.spanId)?.name ?? 'span not here')}
              </button>
            </span>
          </div>
        )}
      </VirtualRows>
      {log !== undefined && (
        <aside aria-label="Log record" className={styles['detail']} tabIndex={0}>
          <p className="mono">{bodyText(log)}</p>
          {log.spanId !== null && model.spanOf(log.spanId) !== undefined && (
            <p>
              <button type="button" onClick={() => toSpan(log)}>
                Show span {model.spanOf(log.spanId)?.name}
              </button>
            </p>
          )}
          <AttributeTable attributes={log.attributes} label="Attributes" />
        </aside>
      )}
    </div>
  );
}

function Heads() {
  return (
    <div className={styles['columns']} role="presentation">
      {['Time', 'Level', 'Service', 'Message', 'Span'].map((head) => (
        <span key={head} role="columnheader">
          {head}
        </span>
      ))}
    </div>
  );
}

function isError({ severityNumber }: LogView): boolean {
  return severityNumber >= ERROR_SEVERITY;
}

function severityClass({ severityNumber }: LogView): string {
  return severityNumber >= ERROR_SEVERITY ? 'error' : severityNumber >= WARNING_SEVERITY ? 'warning' : 'hint';
}

function bodyText({ body }: LogView): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
