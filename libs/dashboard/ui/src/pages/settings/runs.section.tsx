import type { Settings } from '../../../../src/api/api.types.ts';
import { viewedRun, viewRun } from '../../api/viewed.run.ts';
import { bytes } from '../../parts/format.ts';

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const MEANINGS: Readonly<Record<Settings['retention'], string>> = {
  none: 'The data is deleted when the dashboard ends.',
  run: 'Each start is a run of its own; the last ten are kept.',
  resume: 'One file goes on from start to start.',
};

/** What stays, and the runs there are to look at. */
export function RunsSection({ settings: { retention, runs } }: { readonly settings: Settings }) {
  const viewed = viewedRun();
  return (
    <section className="panel" aria-labelledby="runs-title">
      <h2 id="runs-title">Retention and runs</h2>
      <p>
        <code>{retention}</code>: {MEANINGS[retention]}{' '}
        <span className="hint">
          Chosen at the start by <code>--retention none|run|resume</code>.
        </span>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col" className="number">
              Size
            </th>
            <th scope="col">
              <span className="hidden">Open</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ id, startedUs, bytes: size, current }) => {
            const isViewed = viewed === null ? current : viewed === id;
            return (
              <tr key={id}>
                <td>
                  {MOMENT.format(startedUs / 1000)} {current && <span className="hint">this run</span>}
                </td>
                <td className="number">{bytes(size)}</td>
                <td className="number">
                  {isViewed ? (
                    <span className="hint">shown</span>
                  ) : (
                    <button
                      type="button"
                      aria-label={`Open the run of ${MOMENT.format(startedUs / 1000)}`}
                      onClick={() => viewRun(current ? null : id)}
                    >
                      Open
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
