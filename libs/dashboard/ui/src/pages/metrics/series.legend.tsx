import type { MetricSeries } from '../../../../src/api/api.types.ts';
import { visibleText } from '../../parts/visible.text.ts';
import styles from './metrics.module.css';
import { seriesColor } from './series.color.ts';
import { afterClick, cellText, distinguishingKeys, seriesName } from './series.table.ts';

/** The series of a metric with what they differ in and a value each; a click isolates one. */
export function SeriesLegend({
  series,
  shown,
  values,
  valueName,
  isColored,
  onOnly,
}: {
  readonly series: readonly MetricSeries[];
  /** Positions of those that are shown. */
  readonly shown: readonly number[];
  /** Text of each, by position. */
  readonly values: ReadonlyMap<number, string>;
  readonly valueName: string;
  /** Whether each has a line of its own. */
  readonly isColored: boolean;
  readonly onOnly: (only: string | undefined) => void;
}) {
  const keys = distinguishingKeys(series);
  const isShown = new Set(shown);
  return (
    <section aria-label="Series" className={styles['legend']}>
      <div className="row">
        <h2>Series</h2>
        {series.length > 1 && <span className="hint">Click isolates one; with Ctrl or ⌘ more.</span>}
        {shown.length < series.length && (
          <button type="button" onClick={() => onOnly(undefined)}>
            Show all {series.length}
          </button>
        )}
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{keys[0] === undefined ? 'Series' : visibleText(keys[0])}</th>
            {keys.slice(1).map((key) => (
              <th key={key} scope="col">
                {visibleText(key)}
              </th>
            ))}
            <th scope="col" className="number">
              {valueName}
            </th>
          </tr>
        </thead>
        <tbody>
          {series.map((each, index) => (
            <tr
              key={JSON.stringify(each.attributes)}
              className={isShown.has(index) ? undefined : styles['off']}
            >
              <th scope="row">
                <button
                  type="button"
                  className={`quiet ${styles['swatchButton']}`}
                  data-row=""
                  aria-pressed={isShown.has(index)}
                  aria-label={`Isolate ${seriesName(each, keys)}`}
                  onClick={(event) =>
                    onOnly(afterClick(shown, index, series.length, event.ctrlKey || event.metaKey))
                  }
                >
                  <span
                    aria-hidden="true"
                    className={styles['swatch']}
                    style={{ background: isColored ? seriesColor(index) : 'var(--soft)' }}
                  />
                  <span className="mono">
                    {keys[0] === undefined ? 'all' : cellText(each.attributes[keys[0]])}
                  </span>
                </button>
              </th>
              {keys.slice(1).map((key) => (
                <td key={key} className="mono">
                  {cellText(each.attributes[key])}
                </td>
              ))}
              <td className="number">{values.get(index) ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
