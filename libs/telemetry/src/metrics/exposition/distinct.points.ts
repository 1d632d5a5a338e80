import type { Family } from './families.js';
import { joined, type LabelWriter, noteOf, scopeLabels } from './labels.js';
import { mergedPoint, type PagePoint } from './merged.points.js';
import { TextSet } from './text.set.js';

/** Points between two chances to let others have their turn. */
const POINTS_PER_STEP = 16;

/** The same for points that are only looked at. */
const KNOWN_POINTS_PER_STEP = 256;

/** Points of one meter. */
export interface PointGroup {
  readonly points: readonly PagePoint[];
  /** What tells the meter, where that is wanted or needed. */
  readonly scopeText: string;
  /** Whether values of points that become one are added. */
  readonly isSum: boolean;
}

/** Numbers of comparisons are never used again, whoever compares. */
let comparisons = 0;

/** The points of a family, no two of them with the same labels. What it yields is nothing, now and then. */
export function* distinctPoints(
  { members }: Family,
  labels: LabelWriter,
  scopeLabelsWanted: boolean,
): Generator<'', readonly PointGroup[]> {
  const tellsScopes = scopeLabelsWanted || members.length > 1;
  const groups = members.map(({ metric, scope }) => ({
    points: metric.dataPoints as readonly PagePoint[],
    scopeText: tellsScopes ? scopeLabels(scope) : '',
    isSum: 'isMonotonic' in metric,
  }));
  // What was different stays different, also when some of it is gone: mostly there is nothing to compare.
  const areDistinct = (yield* wereCompared(groups, labels)) || (yield* compare(groups, labels));
  return areDistinct ? groups : [yield* merged(groups, labels)];
}

/** Whether one comparison found all of them different. */
function* wereCompared(groups: readonly PointGroup[], labels: LabelWriter): Generator<'', boolean> {
  let found: number | undefined;
  let count = 0;
  for (const { points } of groups) {
    for (const point of points) {
      const { comparison } = labels.ofSeries(point);
      if (comparison === 0 || comparison !== (found ??= comparison)) return false;
      count += 1;
      if (count % KNOWN_POINTS_PER_STEP === 0) yield '';
    }
  }
  return true;
}

/** Compares all of them, and notes which are different. */
function* compare(groups: readonly PointGroup[], labels: LabelWriter): Generator<'', boolean> {
  const comparison = ++comparisons;
  const seen = new TextSet();
  let areDistinct = true;
  let count = 0;
  for (const { points, scopeText } of groups) {
    for (const point of points) {
      const note = labels.ofSeries(point);
      if (seen.add(joined(note.labels, scopeText))) note.comparison = comparison;
      else areDistinct = false;
      count += 1;
      if (count % POINTS_PER_STEP === 0) yield '';
    }
  }
  return areDistinct;
}

function* merged(groups: readonly PointGroup[], labels: LabelWriter): Generator<'', PointGroup> {
  const byText = new Map<string, PagePoint>();
  let count = 0;
  for (const { points, scopeText, isSum } of groups) {
    for (const point of points) {
      const text = joined(labels.ofSeries(point).labels, scopeText);
      const known = byText.get(text);
      const own = known === undefined ? point : mergedPoint(known, point, isSum);
      byText.set(text, { ...own, notes: { plain: noteOf(text), utf8: noteOf(text) } });
      count += 1;
      if (count % POINTS_PER_STEP === 0) yield '';
    }
  }
  return { points: [...byText.values()], scopeText: '', isSum: false };
}
