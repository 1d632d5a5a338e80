import { Link } from 'wouter';
import type { MapNode, ServiceMap } from '../../../../src/api/api.types.ts';
import { duration } from '../../parts/format.ts';
import { useRowFocus } from '../../parts/row.focus.ts';
import { visibleText } from '../../parts/visible.text.ts';
import { rate, share } from './map.figures.ts';
import { edgeTracesHref, nodeTracesHref } from './map.links.ts';
import styles from './map.module.css';

/** The map as a table: who calls whom. */
export function MapTable({ map, seconds }: { readonly map: ServiceMap; readonly seconds: number | null }) {
  const rows = useRowFocus<HTMLDivElement>();
  const nodes = new Map(map.nodes.map((node) => [node.id, node]));
  const calls = map.edges.flatMap((edge) => {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ edge, from, to }];
  });
  return (
    <div ref={rows} className={styles['tableFrame']}>
      <table>
        <caption className="hidden">Who calls whom</caption>
        <thead>
          <tr>
            <th scope="col">Caller</th>
            <th scope="col">Callee</th>
            <th scope="col" className="number">
              Calls
            </th>
            <th scope="col" className="number">
              Errors
            </th>
            <th scope="col" className="number">
              p95
            </th>
            <th scope="col">
              <span className="hidden">Traces</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {calls
            .toSorted((a, b) => b.edge.calls - a.edge.calls)
            .map(({ edge, from, to }) => (
              <tr key={`${from.id} ${to.id}`}>
                <td>
                  <NodeLink node={from} />
                </td>
                <td>
                  <NodeLink node={to} />
                </td>
                <td className="number">{rate(edge.calls, seconds)}</td>
                <td className={`number ${edge.errors > 0 ? 'error' : ''}`}>
                  {share(edge.errors, edge.calls)}
                </td>
                <td className="number">{duration(edge.p95Us)}</td>
                <td>
                  <Link
                    href={edgeTracesHref(from, to, edge)}
                    data-row={edge.errors > 0 ? 'error' : ''}
                    aria-label={`Traces of ${from.label} calling ${to.label}`}
                  >
                    Traces
                  </Link>
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function NodeLink({ node }: { readonly node: MapNode }) {
  return (
    <>
      <Link href={nodeTracesHref(node)}>{visibleText(node.label)}</Link>{' '}
      <span className="hint">{node.kind}</span>
    </>
  );
}
