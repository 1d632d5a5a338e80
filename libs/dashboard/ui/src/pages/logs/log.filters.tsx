import { useQuery } from '@tanstack/react-query';
import type { Overview } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { Choice } from '../../parts/choice.tsx';
import { clock } from '../../parts/format.ts';
import { SearchField } from '../../parts/search.field.tsx';
import { useUrlState } from '../../shell/url.state.ts';
import { SEVERITIES } from './severity.ts';

/** What the list is narrowed down to; all of it in the address. */
export function LogFilters() {
  const [state, change] = useUrlState();
  const { data } = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => read<Overview>('overview', {}, signal),
  });
  const value = (name: string): string => state.get(name) ?? '';
  const services = data?.services.map(({ service }) => [service, service] as const) ?? [];
  return (
    <form role="search" className="row" onSubmit={(event) => event.preventDefault()}>
      <SearchField
        label="Search logs"
        placeholder='words, context="OrdersService", http.response.status_code>=500'
        value={value('q')}
        onChange={(q) => change({ q })}
      />
      <Choice
        label="Service"
        value={value('service')}
        options={[['', 'All services'], ...services]}
        onChange={(service) => change({ service })}
      />
      <Choice
        label="Lowest severity"
        value={value('severity')}
        options={[
          ['', 'Any severity'],
          ...SEVERITIES.map(({ name, from }) => [String(from), `${name} and above`] as const),
        ]}
        onChange={(severity) => change({ severity })}
      />
      <Chip
        name="trace"
        value={value('traceId').slice(0, 8)}
        onRemove={() => change({ traceId: undefined, spanId: undefined })}
      />
      <Chip name="span" value={value('spanId').slice(0, 8)} onRemove={() => change({ spanId: undefined })} />
      <Chip name="from" value={time(value('fromUs'))} onRemove={() => change({ fromUs: undefined })} />
      <Chip name="to" value={time(value('toUs'))} onRemove={() => change({ toUs: undefined })} />
    </form>
  );
}

function time(microseconds: string): string {
  const value = Number(microseconds);
  return microseconds === '' || !Number.isFinite(value) ? '' : clock(value);
}

/** A filter that came with the address and has no control of its own. */
function Chip({
  name,
  value,
  onRemove,
}: {
  readonly name: string;
  readonly value: string;
  readonly onRemove: () => void;
}) {
  if (value === '') return null;
  return (
    <button type="button" aria-label={`Remove the filter ${name} ${value}`} onClick={onRemove}>
      {name} <code>{value}</code> ✕
    </button>
  );
}
