import type { Labelled } from '../lean.data-point.js';
import type { Family } from './families.js';
import { joined, type LabelWriter, scopeLabels } from './labels.js';
import { mergedPoint, type PagePoint } from './merged.points.js';
import { pointsOf, seriesOf } from './metric.points.js';
import { TextSet } from './text.set.js';

/** Points between two chances to let others have their turn. */
const POINTS_PER_STEP = 16;

/** The same for points that are only looked at. */
const KNOWN_POINTS_PER_STEP = 256;

/** Points of one meter. */
export interface PointGroup {
  readonly points: Iterable<PagePoint>;
  /** What tells the meter, where that is wanted or needed. */
  readonly scopeText: string;
}

/** A group before it is known what is in it. */
interface Candidates extends PointGroup {
  /** All that may be among the points. */
  readonly series: Iterable<Labelled>;
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
  const groups = members.map(({ metric, scope }): Candidates => ({
    points: pointsOf(metric),
    series: seriesOf(metric),
    scopeText: tellsScopes ? scopeLabels(scope) : '',
    isSum: 'isMonotonic' in metric,
  }));
  // What was different stays different, also when some of it is gone: mostly there is nothing to compare.
  const latest = yield* latestComparison(groups, labels);
  if (latest.isOfAll || (yield* compare(groups, labels, latest.comparison))) return groups;
  return [yield* merged(groups, labels)];
}

/** The latest comparison that any of them was in. */
function* latestComparison(
  groups: readonly Candidates[],
  labels: LabelWriter,
): Generator<'', { comparison: number; isOfAll: boolean }> {
  let latest: number | undefined;
  let isOfAll = true;
  let count = 0;
  for (const { series } of groups) {
    for (const each of series) {
      const comparison = labels.comparisonOf(each);
      latest ??= comparison;
      if (comparison !== latest) isOfAll = false;
      if (comparison > latest) latest = comparison;
      count += 1;
      if (count % KNOWN_POINTS_PER_STEP === 0) yield '';
    }
  }
  return { comparison: latest ?? 0, isOfAll: isOfAll && latest !== 0 };
}

/**
 * Compares those that were not in the latest comparison with each other and then with the rest, so that a few new series
 * among many are no reason to remember all labels.
 */
function* compare(
  groups: readonly Candidates[],
  labels: LabelWriter,
  latest: number,
): Generator<'', boolean> {
  const seen = new TextSet();
  let added = 0;
  let count = 0;
  for (const { series, scopeText } of groups) {
    for (const each of series) {
      count += 1;
      if (count % POINTS_PER_STEP === 0) yield '';
      if (latest > 0 && labels.comparisonOf(each) === latest) continue;
      if (!seen.add(joined(labels.ofSeries(each), scopeText))) return false;
      added += 1;
    }
  }
  // Each of those added is found once: by itself. Somebody else may compare and note at the same time.
  let found = 0;
  if (latest > 0) {
    for (const { series, scopeText } of groups) {
      for (const each of series) {
        count += 1;
        if (count % POINTS_PER_STEP === 0) yield '';
        if (seen.has(joined(labels.ofSeries(each), scopeText))) found += 1;
      }
    }
    if (found > added) return false;
  }
  const comparison = ++comparisons;
  for (const { series } of groups) {
    for (const each of series) {
      labels.compared(each, comparison);
      count += 1;
      if (count % KNOWN_POINTS_PER_STEP === 0) yield '';
    }
  }
  return true;
}

function* merged(groups: readonly Candidates[], labels: LabelWriter): Generator<'', PointGroup> {
  const byText = new Map<string, PagePoint>();
  let count = 0;
  for (const { points, scopeText, isSum } of groups) {
    for (const point of points) {
      const text = joined(labels.ofSeries(point), scopeText);
      const known = byText.get(text);
      const own = known === undefined ? point : mergedPoint(known, point, isSum);
      byText.set(text, { ...own, notes: { plain: text, utf8: text, plainComparison: 0, utf8Comparison: 0 } });
      count += 1;
      if (count % POINTS_PER_STEP === 0) yield '';
    }
  }
  return { points: [...byText.values()], scopeText: '' };
}
