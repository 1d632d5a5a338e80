import { useQuery } from '@tanstack/react-query';
import type { Overview } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { clock } from '../../parts/format.ts';
import { SearchField } from '../../parts/search.field.tsx';
import { useUrlState } from '../../shell/url.state.ts';
import { QueryHelp } from './query.help.tsx';
import { RANGES } from './time.range.ts';

const STATUSES = ['2xx', '3xx', '4xx', '5xx'];
const ALL = ['q', 'service', 'status', 'route', 'minMs', 'maxMs', 'error', 'range', 'fromUs', 'toUs', 'sort'];

/** What the list is narrowed down to; all of it in the address. */
export function TraceFilters() {
  const [state, change] = useUrlState();
  const { data } = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => read<Overview>('overview', {}, signal),
    refetchInterval: 15_000,
  });
  const value = (name: string): string => state.get(name) ?? '';
  const services = new Set(data?.services.map(({ service }) => service));
  // A link may name a service that has not come in here.
  if (value('service') !== '') services.add(value('service'));
  const statuses =
    STATUSES.includes(value('status')) || value('status') === '' ? STATUSES : [...STATUSES, value('status')];
  const field = (name: string, label: string, width: string, type: 'text' | 'number') => (
    <SearchField
      label={label}
      placeholder={label}
      type={type}
      width={width}
      value={value(name)}
      onChange={(text) => change({ [name]: text })}
    />
  );
  const select = (
    name: string,
    label: string,
    none: string,
    options: Iterable<readonly [string, string]>,
  ) => (
    <select
      aria-label={label}
      value={value(name)}
      onChange={(event) => change({ [name]: event.target.value })}
    >
      <option value="">{none}</option>
      {[...options].map(([id, title]) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
  const isCut = state.get('fromUs') !== null || state.get('toUs') !== null;
  return (
    <form role="search" aria-label="Traces" onSubmit={(event) => event.preventDefault()}>
      <div className="row">
        <SearchField
          label="Search attributes"
          placeholder='Search: http.response.status_code>=500 enduser.id="u-1" checkout'
          value={value('q')}
          onChange={(q) => change({ q })}
        />
        <QueryHelp />
        {ALL.some((name) => state.get(name) !== null) && (
          <button
            type="button"
            onClick={() => change(Object.fromEntries(ALL.map((name) => [name, undefined])))}
          >
            Clear filters
          </button>
        )}
      </div>
      <div className="row" style={{ marginTop: '0.45rem' }}>
        {select(
          'service',
          'Service',
          'All services',
          [...services].map((each) => [each, each]),
        )}
        {select(
          'status',
          'Status',
          'Any status',
          statuses.map((each) => [each, each]),
        )}
        {field('route', 'Route', '11rem', 'text')}
        {field('minMs', 'from ms', '6.3rem', 'number')}
        {field('maxMs', 'to ms', '6.3rem', 'number')}
        <button
          type="button"
          aria-pressed={value('error') === 'true'}
          onClick={() => change({ error: value('error') === 'true' ? undefined : 'true' })}
        >
          Errors only
        </button>
        {isCut ? (
          <button type="button" onClick={() => change({ fromUs: undefined, toUs: undefined })}>
            {edge(state.get('fromUs'))} – {edge(state.get('toUs'))} <span aria-hidden="true">×</span>
            <span className="hidden">: show all of the time</span>
          </button>
        ) : (
          select(
            'range',
            'Time',
            'All of the time',
            RANGES.map(({ id, title }) => [id, title]),
          )
        )}
        {select('sort', 'Order', 'Newest first', [
          ['slowest', 'Slowest first'],
          ['fastest', 'Fastest first'],
        ])}
      </div>
    </form>
  );
}

function edge(microseconds: string | null): string {
  const time = Number(microseconds);
  return microseconds === null || !Number.isFinite(time) ? '…' : clock(time);
}
