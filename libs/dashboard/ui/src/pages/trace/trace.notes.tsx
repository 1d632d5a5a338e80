import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Finding, Settings } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { useUrlState } from '../../shell/url.state.ts';
import { ARRIVING_US, incompleteness } from './incomplete.ts';
import type { TraceModel } from './trace.model.ts';
import styles from './trace.notes.module.css';

/** What is not as it should be: spans that are missing, and what the doctor finds. Nothing is drawn when all is well. */
export function TraceNotes({ model: { trace } }: { readonly model: TraceModel }) {
  const { data } = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => read<Settings>('settings', {}, signal),
  });
  const nowUs = useNowUs(trace.summary.startUs + trace.summary.durationUs + ARRIVING_US);
  const missing = useMemo(
    () => incompleteness(trace.summary, trace.spans, data?.totals, nowUs),
    [trace, data, nowUs],
  );
  const findings = trace.findings.filter(({ ignored }) => !ignored);
  if (missing === undefined && findings.length === 0) return null;
  return (
    <section aria-label="Notes on this trace" className={styles['notes']}>
      {missing !== undefined && (
        <div className={styles['note']}>
          <strong className="warning">Incomplete trace</strong>
          <span>
            {missing.what} {missing.cause}
          </span>
          {missing.orphans[0] !== undefined && (
            <JumpButton spanId={missing.orphans[0].spanId} text="Show the first" />
          )}
        </div>
      )}
      {findings.map((finding) => (
        <FindingNote key={finding.key} finding={finding} />
      ))}
    </section>
  );
}

/** Clocks of services may be ahead by any time. */
const LONGEST_WAIT_MILLIS = 60_000;

/** The time, looked at again when a moment has passed. */
function useNowUs(momentUs: number): number {
  const [nowUs, setNowUs] = useState(() => Date.now() * 1000);
  useEffect(() => {
    const left = momentUs / 1000 - Date.now();
    if (left < 0) return undefined;
    const timer = setTimeout(() => setNowUs(Date.now() * 1000), Math.min(left + 1, LONGEST_WAIT_MILLIS));
    return () => clearTimeout(timer);
  }, [momentUs]);
  return nowUs;
}

function FindingNote({ finding }: { readonly finding: Finding }) {
  const [first] = finding.spans;
  return (
    <details className={styles['note']}>
      <summary>
        <strong className={finding.severity === 'info' ? 'hint' : finding.severity}>{finding.rule}</strong>{' '}
        {finding.title}
      </summary>
      <p>{finding.evidence}</p>
      <p>{finding.fix}</p>
      {first !== undefined && <JumpButton spanId={first.spanId} text={`Show ${first.name}`} />}
    </details>
  );
}

function JumpButton({ spanId, text }: { readonly spanId: string; readonly text: string }) {
  const [, change] = useUrlState();
  return (
    <button type="button" onClick={() => change({ tab: undefined, span: spanId })}>
      {text}
    </button>
  );
}
