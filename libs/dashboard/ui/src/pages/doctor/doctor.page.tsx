import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Finding } from '../../../../src/api/api.types.ts';
import { changeSettings, read } from '../../api/client.ts';
import { Asked } from '../../parts/asked.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useRowFocus } from '../../parts/row.focus.ts';
import { SearchField } from '../../parts/search.field.tsx';
import { RANGES, useTimeRange } from '../../parts/time.range.ts';
import { useUrlState } from '../../shell/url.state.ts';
import styles from './doctor.module.css';
import { FindingCard } from './finding.card.tsx';
import { countsOf, filterFindings } from './finding.filter.ts';

const SEVERITIES = [
  ['', 'Any severity'],
  ['error', 'Errors'],
  ['warning', 'Warnings'],
  ['info', 'Infos'],
] as const;

/** What is wrong with the telemetry itself, why, and what to do about it. */
export function DoctorPage() {
  const [state, change] = useUrlState();
  const range = useTimeRange('15m');
  const rows = useRowFocus<HTMLUListElement>();
  const [failure, setFailure] = useState<string>();
  const query = useQuery({
    queryKey: ['doctor', range.name],
    queryFn: ({ signal }) => read<readonly Finding[]>('doctor', range.parameters(), signal),
    refetchInterval: range.freshMillis,
    placeholderData: keepPreviousData,
  });
  const ignored = state.get('ignored') === 'true';
  const filter = {
    text: state.get('q') ?? '',
    severity: state.get('severity') ?? '',
    service: state.get('service') ?? '',
    ignored,
  };
  const services = [...new Set((query.data ?? []).flatMap(({ service }) => service ?? []))].sort();
  const ignore = async ({ key, ignored: isIgnored }: Finding): Promise<void> => {
    try {
      await changeSettings(isIgnored ? { unignoreFinding: key } : { ignoreFinding: key });
      setFailure(undefined);
      await query.refetch();
    } catch (error) {
      setFailure((error as Error).message);
    }
  };
  const ignoredCount = (query.data ?? []).filter((finding) => finding.ignored).length;
  return (
    <>
      <div className="row">
        <h1 style={{ margin: 0 }}>Doctor</h1>
        {query.data !== undefined && <Counts findings={query.data} />}
      </div>
      <form role="search" className={`row ${styles['filters']}`} onSubmit={(event) => event.preventDefault()}>
        <SearchField
          label="Search findings"
          placeholder="Rule, title, evidence, fix …"
          value={filter.text}
          onChange={(q) => change({ q })}
        />
        <Choice
          label="Severity"
          value={filter.severity}
          options={SEVERITIES}
          onChange={(severity) => change({ severity })}
        />
        <Choice
          label="Service"
          value={filter.service}
          options={[['', 'All services'], ...services.map((each) => [each, each] as const)]}
          onChange={(service) => change({ service })}
        />
        <Choice label="Time" value={range.name} options={RANGES} onChange={range.choose} />
        <button
          type="button"
          aria-pressed={ignored}
          onClick={() => change({ ignored: ignored ? undefined : 'true' })}
        >
          Ignored ({ignoredCount})
        </button>
      </form>
      {failure !== undefined && (
        <p role="alert" className="error">
          {failure}
        </p>
      )}
      <Asked query={query}>
        {(findings) => {
          const shown = filterFindings(findings, filter);
          return shown.length === 0 ? (
            <Nothing isFiltered={findings.length > ignoredCount || ignored} />
          ) : (
            <ul ref={rows} className={styles['findings']}>
              {shown.map((finding) => (
                <FindingCard key={finding.key} finding={finding} onIgnore={(each) => void ignore(each)} />
              ))}
            </ul>
          );
        }}
      </Asked>
    </>
  );
}

const COUNTED = [
  ['error', 'errors', 'error'],
  ['warning', 'warnings', 'warning'],
  ['info', 'infos', 'hint'],
] as const;

function Counts({ findings }: { readonly findings: readonly Finding[] }) {
  const counts = countsOf(findings);
  return (
    <span className={`row ${styles['counts']}`}>
      {COUNTED.filter(([severity]) => counts[severity] > 0).map(([severity, many, tone]) => (
        <span key={severity} className={tone}>
          {counts[severity]} {counts[severity] === 1 ? severity : many}
        </span>
      ))}
    </span>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  return isFiltered ? (
    <p className="hint">No finding matches.</p>
  ) : (
    <p>
      <span className="ok">Nothing found.</span>{' '}
      <span className="hint">
        The doctor looks at what came in during this time: names, parents, propagation, repeated queries,
        secrets and more.
      </span>
    </p>
  );
}
