import { useQuery } from '@tanstack/react-query';
import type { Settings } from '../../../../src/api/api.types.ts';
import { changeSettings, read } from '../../api/client.ts';
import { Popover } from '../../parts/popover.tsx';

/** That some routes are left out of the list, and how to have them back. */
export function MutedRoutes({ onChange }: { readonly onChange: () => void }) {
  const { data } = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => read<Settings>('settings', {}, signal),
  });
  const muted = data?.mutedRoutes ?? [];
  if (muted.length === 0) return null;
  return (
    <Popover
      title={`${muted.length} ${muted.length === 1 ? 'route' : 'routes'} muted`}
      heading="Muted routes"
    >
      <p className="hint">Their traces are kept, and shown where the route is asked for.</p>
      <ul style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        {muted.map((route) => (
          <li key={route} className="row">
            <code>{route}</code>
            <button type="button" onClick={() => void changeSettings({ unmute: route }).then(onChange)}>
              Unmute<span className="hidden"> {route}</span>
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
