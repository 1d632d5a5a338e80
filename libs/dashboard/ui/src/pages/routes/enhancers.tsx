import type { RouteStats } from '../../../../src/api/api.types.ts';
import { visibleText } from '../../parts/visible.text.ts';
import styles from './routes.module.css';

/** What Nest puts around a handler, in the order in which it runs. */
export function Enhancers({ route }: { readonly route: RouteStats }) {
  const kinds = [
    ['guard', route.guards],
    ['interceptor', route.interceptors],
    ['pipe', route.pipes],
    ['filter', route.filters],
  ] as const;
  const all = kinds.flatMap(([kind, names]) => names.map((name) => ({ kind, name })));
  if (all.length === 0) return <span className="hint">–</span>;
  return (
    <ul className={styles['enhancers']}>
      {all.map(({ kind, name }) => (
        <li key={`${kind} ${name}`} className={styles[kind]} title={`${kind} ${name}`}>
          <span className="hidden">{kind} </span>
          {visibleText(shortened(name, kind))}
        </li>
      ))}
    </ul>
  );
}

/** `JwtGuard` is `Jwt` among guards: what kind it is shows by its mark. */
function shortened(name: string, kind: string): string {
  const short = name.replace(new RegExp(`(Exception)?${kind}$`, 'iu'), '');
  return short === '' ? name : short;
}
