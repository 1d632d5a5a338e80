import { useState } from 'react';
import { changeSettings } from '../../api/client.ts';
import { visibleText } from '../../parts/visible.text.ts';
import styles from './settings.module.css';

/** The routes whose traces are left out of the list. */
export function MutedSection({
  routes,
  onChange,
}: {
  readonly routes: readonly string[];
  readonly onChange: () => void;
}) {
  const [failure, setFailure] = useState<string>();
  const unmute = async (route: string): Promise<void> => {
    try {
      await changeSettings({ unmute: route });
      setFailure(undefined);
    } catch (error) {
      setFailure((error as Error).message);
    }
    onChange();
  };
  return (
    <section className="panel" aria-labelledby="muted-title">
      <h2 id="muted-title">Muted routes</h2>
      {routes.length === 0 ? (
        <p className="hint">
          None. A route is muted on the pages Routes and Traces; its traces are stored all the same.
        </p>
      ) : (
        <ul className={styles['muted']}>
          {routes.map((route) => (
            <li key={route}>
              <code>{visibleText(route)}</code>
              <button type="button" aria-label={`Unmute ${route}`} onClick={() => void unmute(route)}>
                Unmute
              </button>
            </li>
          ))}
        </ul>
      )}
      {failure !== undefined && (
        <p role="alert" className="error">
          {failure}
        </p>
      )}
    </section>
  );
}
