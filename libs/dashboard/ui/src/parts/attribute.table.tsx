import { useState } from 'react';
import type { JsonAttributes, JsonValue } from '../../../src/api/api.types.ts';
import styles from './attribute.table.module.css';
import { CopyButton } from './copy.button.tsx';

const SEARCHABLE_FROM = 8;

/** Attributes by name, each to be copied; many can be searched. */
export function AttributeTable({
  attributes,
  label,
}: {
  readonly attributes: JsonAttributes;
  readonly label: string;
}) {
  const [wanted, setWanted] = useState('');
  const all = Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return <p className="hint">None.</p>;
  const low = wanted.toLowerCase();
  const shown = all.filter(
    ([key, value]) => key.toLowerCase().includes(low) || valueText(value).toLowerCase().includes(low),
  );
  return (
    <>
      {all.length >= SEARCHABLE_FROM && (
        <input
          className={styles['filter']}
          aria-label={`Search ${label.toLowerCase()}`}
          placeholder={`Search ${all.length} ${label.toLowerCase()}`}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      )}
      <table className={styles['table']} aria-label={label}>
        <tbody>
          {shown.map(([key, value]) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>
                <span className="mono">{valueText(value)}</span>
              </td>
              <td className={styles['copy']}>
                <CopyButton className="quiet" label={`Copy ${key}`} text={() => valueText(value)}>
                  <svg
                    viewBox="0 0 16 16"
                    width="14"
                    height="14"
                    aria-hidden="true"
                    fill="none"
                    stroke="currentColor"
                  >
                    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
                    <path d="M10.5 3.5v-1a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h1" />
                  </svg>
                </CopyButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length === 0 && <p className="hint">None matches.</p>}
    </>
  );
}

function valueText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
