import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ServiceMap } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { Asked } from '../../parts/asked.tsx';
import { Choice } from '../../parts/choice.tsx';
import { RANGES, useTimeRange } from '../../parts/time.range.ts';
import { useUrlState } from '../../shell/url.state.ts';
import { MapGraph } from './map.graph.tsx';
import styles from './map.module.css';
import { MapTable } from './map.table.tsx';
import { NodeShape } from './node.shape.tsx';

/** Services, databases, queues and other hosts, and the calls between them. */
export function MapPage() {
  const [state, change] = useUrlState();
  const range = useTimeRange('15m');
  const query = useQuery({
    queryKey: ['map', range.name],
    queryFn: ({ signal }) => read<ServiceMap>('map', range.parameters(), signal),
    refetchInterval: range.freshMillis,
    placeholderData: keepPreviousData,
  });
  const isTable = state.get('view') === 'table';
  return (
    <div className="fill">
      <div className="row">
        <h1 style={{ margin: 0, flex: 1 }}>Map</h1>
        <Legend />
        <Choice label="Time" value={range.name} options={RANGES} onChange={range.choose} />
        <button
          type="button"
          aria-pressed={isTable}
          onClick={() => change({ view: isTable ? undefined : 'table' })}
        >
          Table
        </button>
      </div>
      <Asked query={query}>
        {(map) =>
          map.nodes.length === 0 ? (
            <p className="hint">No call was seen in this time.</p>
          ) : isTable ? (
            <MapTable map={map} seconds={range.seconds} />
          ) : (
            <MapGraph map={map} seconds={range.seconds} />
          )
        }
      </Asked>
    </div>
  );
}

const SHAPES = ['service', 'database', 'queue', 'external'] as const;

function Legend() {
  return (
    <span className={`hint ${styles['legend']}`}>
      {SHAPES.map((kind) => (
        <span key={kind}>
          <svg width={26} height={18} viewBox="-39 -27 78 54" aria-hidden="true">
            <NodeShape kind={kind} width={74} height={46} className={styles['sample']} />
          </svg>
          {kind}
        </span>
      ))}
      <span>arrow: calls, errors, p95</span>
    </span>
  );
}
