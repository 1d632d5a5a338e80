import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from 'wouter';
import type { TraceDetail } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { Asked } from '../../parts/asked.tsx';
import { TabPanel, Tabs } from '../../parts/tabs.tsx';
import { useUrlState } from '../../shell/url.state.ts';
import { JsonTab } from './json/json.tab.tsx';
import { LifecycleTab } from './lifecycle/lifecycle.tab.tsx';
import { LogsTab } from './logs/logs.tab.tsx';
import { TraceHead } from './trace.head.tsx';
import { useTraceModel } from './trace.model.ts';
import { TraceNotes } from './trace.notes.tsx';
import { WaterfallTab } from './waterfall/waterfall.tab.tsx';

/** Traces as large as this one are asked for again only when somebody wants it: each answer has tens of megabytes. */
const LARGE = 5000;

/** One trace. */
export function TracePage() {
  const { traceId = '' } = useParams();
  const queries = useQueryClient();
  const key = ['trace', traceId];
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read<TraceDetail>(`traces/${traceId}`, {}, signal),
  });
  const spans = query.data?.spans.length ?? 0;
  useLive('traces', (traces) => {
    if (spans < LARGE && traces.some((each) => each.traceId === traceId))
      void queries.invalidateQueries({ queryKey: key });
  });
  return (
    <Asked query={query}>{(trace) => <Trace trace={trace} onRefresh={() => void query.refetch()} />}</Asked>
  );
}

function Trace({ trace, onRefresh }: { readonly trace: TraceDetail; readonly onRefresh: () => void }) {
  const [state, change] = useUrlState();
  const model = useTraceModel(trace);
  const tabs = [
    { id: 'waterfall', title: 'Waterfall' },
    { id: 'lifecycle', title: 'Nest lifecycle' },
    { id: 'logs', title: `Logs (${trace.logs.length})` },
    { id: 'json', title: 'JSON' },
  ];
  const wanted = state.get('tab') ?? '';
  const current = tabs.some(({ id }) => id === wanted) ? wanted : 'waterfall';
  return (
    <div className="fill">
      <TraceHead model={model} onRefresh={trace.spans.length < LARGE ? undefined : onRefresh} />
      <TraceNotes model={model} />
      <Tabs
        label="Views of the trace"
        tabs={tabs}
        current={current}
        onChange={(tab) => change({ tab: tab === 'waterfall' ? undefined : tab })}
      />
      <TabPanel id={current}>
        {current === 'waterfall' && <WaterfallTab model={model} />}
        {current === 'lifecycle' && <LifecycleTab model={model} />}
        {current === 'logs' && <LogsTab model={model} />}
        {current === 'json' && <JsonTab model={model} />}
      </TabPanel>
    </div>
  );
}
