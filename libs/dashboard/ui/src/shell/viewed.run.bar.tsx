import { viewedRun, viewRun } from '../api/viewed.run.ts';

/** Says on every page that it is about an earlier run. */
export function ViewedRunBar() {
  const run = viewedRun();
  if (run === null) return null;
  return (
    <div role="status" className="row" style={{ padding: '0.3rem 1rem', background: 'var(--selected)' }}>
      <span>
        You are looking at the earlier run <code>{run}</code>.
      </span>
      <button type="button" onClick={() => viewRun(null)}>
        Back to the current run
      </button>
    </div>
  );
}
