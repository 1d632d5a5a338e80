import { useState } from 'react';
import { useLocation } from 'wouter';
import { spanHref } from '../../parts/trace.links.ts';
import { VirtualRows } from '../../parts/virtual.rows.tsx';
import { usePageKeys } from '../../shell/shortcuts.ts';
import { useUrlState } from '../../shell/url.state.ts';
import { LogDetail } from './log.detail.tsx';
import { useLogFeed } from './log.feed.ts';
import { LogFilters } from './log.filters.tsx';
import { LogHeads, LogRow } from './log.row.tsx';
import styles from './logs.module.css';
import { ERROR_SEVERITY } from './severity.ts';

const FILTERS = ['service', 'severity', 'traceId', 'spanId', 'q', 'fromUs', 'toUs'] as const;

/** Log records, live. */
export function LogsPage() {
  const [state, change] = useUrlState();
  const [, navigate] = useLocation();
  const [isPaused, setPaused] = useState(false);
  const filters = Object.fromEntries(FILTERS.map((name) => [name, state.get(name) ?? undefined]));
  const chosenId = state.get('log');
  // Who reads a record does not want it to move away.
  const isHeld = isPaused || chosenId !== null;
  const feed = useLogFeed(filters, isHeld);
  const { logs } = feed;
  const selected = chosenId === null ? -1 : logs.findIndex(({ id }) => id === chosenId);
  const chosen = logs[selected];
  const select = (index: number): void => change({ log: logs[index]?.id });
  const close = (): void => change({ log: undefined });
  const nextError = (step: 1 | -1): void => {
    for (let index = selected + step; index >= 0 && index < logs.length; index += step) {
      if ((logs[index]?.severityNumber ?? 0) < ERROR_SEVERITY) continue;
      select(index);
      return;
    }
  };
  const open = (index: number): void => {
    const log = logs[index];
    if (log !== undefined && log.traceId !== null) navigate(spanHref(log.traceId, log.spanId));
  };
  usePageKeys({
    j: () => select(Math.min(selected + 1, logs.length - 1)),
    k: () => select(Math.max(selected - 1, 0)),
    e: () => nextError(1),
    E: () => nextError(-1),
    Enter: () => open(selected),
    p: () => setPaused(!isPaused),
    ...(chosen === undefined ? {} : { Escape: close }),
  });
  const narrow = (term: string): void =>
    change({ q: [state.get('q') ?? '', term].join(' ').trim(), log: undefined });
  return (
    <div className="fill">
      <div className="row">
        <h1 style={{ margin: 0, flex: 1 }}>Logs</h1>
        {feed.waiting > 0 && (
          <span className="hint" role="status">
            {feed.waiting} more came in
          </span>
        )}
        <button
          type="button"
          aria-pressed={isHeld}
          onClick={() => {
            setPaused(!isHeld);
            if (isHeld) close();
          }}
        >
          {isHeld ? 'Paused' : 'Live'}
        </button>
      </div>
      <LogFilters />
      <div className={styles['split']} data-open={chosen !== undefined}>
        <VirtualRows
          items={logs}
          rowHeight={30}
          label="Logs"
          selected={selected}
          onSelect={select}
          onOpen={open}
          onEnd={feed.more}
          keyOf={({ id }) => id}
          header={<LogHeads />}
        >
          {(log) => <LogRow log={log} />}
        </VirtualRows>
        {chosen !== undefined && (
          <LogDetail
            log={chosen}
            onFilter={narrow}
            onTrace={(traceId) => change({ traceId, spanId: undefined, log: undefined })}
            onClose={close}
          />
        )}
      </div>
      {feed.isLoaded && logs.length === 0 && <p className="hint">No log record matches.</p>}
      {feed.error !== null && (
        <p role="alert" className="error">
          {feed.error.message}
        </p>
      )}
    </div>
  );
}
