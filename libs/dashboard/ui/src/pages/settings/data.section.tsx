import { useRef, useState } from 'react';
import type { Settings } from '../../../../src/api/api.types.ts';
import { changeSettings, importFile, write } from '../../api/client.ts';
import { viewedRun } from '../../api/viewed.run.ts';
import { amount, bytes } from '../../parts/format.ts';
import { ConfirmButton } from './confirm.dialog.tsx';
import styles from './settings.module.css';

/** How much is stored, and what can be done with all of it. */
export function DataSection({
  settings,
  onChange,
}: {
  readonly settings: Settings;
  readonly onChange: () => void;
}) {
  const { totals, maxBytes, paused } = settings;
  const file = useRef<HTMLInputElement>(null);
  const [said, say] = useState<{ readonly text: string; readonly isError: boolean }>();
  const [isBusy, setBusy] = useState(false);
  const attempt = async (work: () => Promise<string>): Promise<void> => {
    setBusy(true);
    try {
      say({ text: await work(), isError: false });
    } catch (error) {
      say({ text: (error as Error).message, isError: true });
    } finally {
      setBusy(false);
      onChange();
    }
  };
  const figures = [
    ['Traces', totals.traces],
    ['Spans', totals.spans],
    ['Log records', totals.logs],
    ['Metric points', totals.metricPoints],
    ['Spans that had to leave for room', totals.evictedSpans],
    ['Refused at the door', totals.refused],
  ] as const;
  const run = viewedRun();
  return (
    <section className="panel" aria-labelledby="data-title">
      <h2 id="data-title">Data</h2>
      <dl className={styles['figures']}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{amount(value)}</dd>
          </div>
        ))}
      </dl>
      <p className={styles['room']}>
        <span className={styles['meter']} aria-hidden="true">
          <span style={{ width: `${Math.min(100, (100 * totals.bytes) / maxBytes)}%` }} />
        </span>
        {bytes(totals.bytes)} of {bytes(maxBytes)}; the oldest leaves first.
      </p>
      <div className="row">
        <button
          type="button"
          aria-pressed={paused}
          disabled={isBusy}
          onClick={() =>
            void attempt(async () => {
              await changeSettings({ paused: !paused });
              return paused ? 'Taking telemetry again.' : 'Paused: what is sent now is not kept.';
            })
          }
        >
          {paused ? 'Take telemetry again' : 'Pause'}
        </button>
        <a
          className={styles['button']}
          href={`/api/export${run === null ? '' : `?run=${encodeURIComponent(run)}`}`}
          download
        >
          Export OTLP JSON
        </a>
        <button type="button" disabled={isBusy} onClick={() => file.current?.click()}>
          Import OTLP JSON …
        </button>
        <input
          ref={file}
          type="file"
          accept=".json,.jsonl,.ndjson,application/json"
          hidden
          onChange={(event) => {
            const [chosen] = event.target.files ?? [];
            if (chosen !== undefined) void attempt(() => take(chosen));
            event.target.value = '';
          }}
        />
        <ConfirmButton
          label="Clear …"
          title="Delete everything of this run?"
          confirm="Delete everything"
          onConfirm={() => void attempt(async () => write('clear').then(() => 'Everything is deleted.'))}
        >
          <p>
            {amount(totals.traces)} traces, {amount(totals.logs)} log records and{' '}
            {amount(totals.metricPoints)} metric points go. This cannot be undone; an export before keeps a
            copy.
          </p>
        </ConfirmButton>
      </div>
      <p role="status" className={said?.isError === true ? 'error' : 'hint'}>
        {isBusy ? 'Working …' : said?.text}
      </p>
    </section>
  );
}

async function take(chosen: File): Promise<string> {
  const { requests, accepted, rejected } = await importFile(chosen);
  const refused = rejected === 0 ? '' : `, ${amount(rejected)} refused`;
  return `${chosen.name}: ${amount(accepted)} items of ${amount(requests)} requests taken${refused}.`;
}
