import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RouteStats } from '../../../../src/api/api.types.ts';
import { changeSettings, read } from '../../api/client.ts';
import { Asked } from '../../parts/asked.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useRowFocus } from '../../parts/row.focus.ts';
import { SearchField } from '../../parts/search.field.tsx';
import { RANGES, useTimeRange } from '../../parts/time.range.ts';
import { useUrlState } from '../../shell/url.state.ts';
import { CoverageBar } from './coverage.bar.tsx';
import {
  coverageOf,
  declaringServices,
  filterRoutes,
  groupRoutes,
  ROUTE_ORDERS,
  ROUTE_STATES,
} from './route.groups.ts';
import { RouteTable } from './route.table.tsx';

/** Every route the applications told of, with how it is called; and what was called besides. */
export function RoutesPage() {
  const [state, change] = useUrlState();
  const range = useTimeRange('run');
  const rows = useRowFocus<HTMLDivElement>();
  const [failure, setFailure] = useState<string>();
  const query = useQuery({
    queryKey: ['routes', range.name],
    queryFn: ({ signal }) => read<readonly RouteStats[]>('routes', range.parameters(), signal),
    refetchInterval: range.freshMillis,
    placeholderData: keepPreviousData,
  });
  const service = state.get('service') ?? '';
  const shown = ROUTE_STATES.find(([each]) => each === state.get('state'))?.[0] ?? 'all';
  const order = ROUTE_ORDERS.find(([each]) => each === state.get('order'))?.[0] ?? 'path';
  const filter = { text: state.get('q') ?? '', service, state: shown };
  const services = [...new Set((query.data ?? []).map((route) => route.service))];
  const mute = async (route: RouteStats): Promise<void> => {
    const text = `${route.service} ${route.method} ${route.route ?? ''}`;
    try {
      await changeSettings(route.muted ? { unmute: text } : { mute: text });
      setFailure(undefined);
      await query.refetch();
    } catch (error) {
      setFailure((error as Error).message);
    }
  };
  return (
    <div className="fill">
      <div className="row">
        <h1 style={{ margin: 0 }}>Routes</h1>
        {query.data !== undefined && <CoverageBar coverage={coverageOf(query.data)} />}
      </div>
      <form role="search" className="row" onSubmit={(event) => event.preventDefault()}>
        <SearchField
          label="Search routes"
          placeholder="Path, method, controller, handler, guard …"
          value={filter.text}
          onChange={(q) => change({ q })}
        />
        <Choice
          label="Service"
          value={service}
          options={[['', 'All services'], ...services.map((each) => [each, each] as const)]}
          onChange={(chosen) => change({ service: chosen })}
        />
        <Choice
          label="Which routes"
          value={shown}
          options={ROUTE_STATES}
          onChange={(chosen) => change({ state: chosen === 'all' ? undefined : chosen })}
        />
        <Choice
          label="Order"
          value={order}
          options={ROUTE_ORDERS}
          onChange={(chosen) => change({ order: chosen === 'path' ? undefined : chosen })}
        />
        <Choice label="Time" value={range.name} options={RANGES} onChange={range.choose} />
      </form>
      {failure !== undefined && (
        <p role="alert" className="error">
          {failure}
        </p>
      )}
      <Asked query={query}>
        {(routes) => (
          <RouteTable
            ref={rows}
            groups={groupRoutes(filterRoutes(routes, filter), order)}
            declaring={declaringServices(routes)}
            isEmpty={routes.length === 0}
            nowUs={query.dataUpdatedAt * 1000}
            onMute={(route) => void mute(route)}
          />
        )}
      </Asked>
    </div>
  );
}
