import type { ExaminedSpan } from './examined.span.js';

/** A clock that is read in whole milliseconds lets neighbours overlap by one. */
const OVERLAP_US = 1;

/** Runs of spans of which each begins after the one before it has ended; longer than one. */
export function serialRuns(spans: readonly ExaminedSpan[], largestGapUs: number): ExaminedSpan[][] {
  const runs: ExaminedSpan[][] = [];
  let run: ExaminedSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.columns.startUs - b.columns.startUs)) {
    const last = run.at(-1);
    const gap = last === undefined ? 0 : span.columns.startUs - last.endUs;
    if (last !== undefined && (gap < -OVERLAP_US || gap > largestGapUs)) {
      runs.push(run);
      run = [];
    }
    run.push(span);
  }
  return [...runs, run].filter(({ length }) => length > 1);
}

/** What a query is but for its values; undefined of spans that are no query. */
export function queryOf(span: ExaminedSpan): string | undefined {
  if (span.text('db.system.name', 'db.system') === undefined) return undefined;
  const summary = span.text('db.query.summary');
  const statement = span.text('db.query.text', 'db.statement');
  if (statement === undefined) return summary ?? span.columns.name;
  return statement
    .replaceAll(/'(?:[^']|'')*'/gu, '?')
    .replaceAll(/\$\d+|:\w+|\b\d+(?:\.\d+)?\b/gu, '?')
    .replaceAll(/\(\s*\?(?:\s*,\s*\?)*\s*\)/gu, '(?)')
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .slice(0, 300);
}
