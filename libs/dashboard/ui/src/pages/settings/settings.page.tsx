import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Settings, StoreTotals } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { Asked } from '../../parts/asked.tsx';
import { AppearanceSection } from './appearance.section.tsx';
import { DataSection } from './data.section.tsx';
import { MutedSection } from './muted.section.tsx';
import { RunsSection } from './runs.section.tsx';
import { SetupSection } from './setup.section.tsx';
import styles from './settings.module.css';

/** What is stored and for how long, what is left out, and how telemetry comes here. */
export function SettingsPage() {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => read<Settings>('settings', {}, signal),
  });
  const [totals, setTotals] = useState<StoreTotals>();
  useLive('totals', setTotals);
  const onChange = (): void => {
    // Of a store that was emptied nothing more is streamed until something comes in.
    setTotals(undefined);
    void queries.invalidateQueries();
  };
  return (
    <>
      <h1>Settings</h1>
      <Asked query={query}>
        {(settings) => (
          <div className={styles['columns']}>
            <div>
              <DataSection
                settings={{ ...settings, totals: totals ?? settings.totals }}
                onChange={onChange}
              />
              <RunsSection settings={settings} />
              <MutedSection routes={settings.mutedRoutes} onChange={onChange} />
              <AppearanceSection version={settings.version} />
            </div>
            <SetupSection ingest={settings.ingest} />
          </div>
        )}
      </Asked>
    </>
  );
}
