import { BARE, type Entrant, OURS, USUAL } from './lineup.ts';
import type { MessageComparison } from './messages.ts';
import type { Comparison, Series } from './rounds.ts';
import type { StartComparison, Starts } from './startup.ts';
import { pairwise, type Spread } from './statistics.ts';

/** What our telemetry may add to a request, as a share of what the usual set-up adds. */
const REQUEST_TARGET = 1 / 3;
/** What an empty application with our module may cost to start, in multiples of bare Nest. */
const START_TARGET = 1.8;

/** One figure the library promises; less is better. */
export interface Verdict {
  readonly what: string;
  readonly measured: number;
  readonly target: number;
  /** @defaultValue none, for ratios */
  readonly unit?: string;
  readonly pass: boolean;
}

export function cpuOf(series: Series): number[] {
  return series.blocks.map((block) => block.cpuMicrosPerRequest);
}

export function find<T extends { readonly entrant: Entrant }>(
  all: readonly T[],
  entrant: Entrant,
): T | undefined {
  return all.find((one) => one.entrant === entrant);
}

/** CPU a variant adds to a bare request, round by round. */
export function addedBy(series: Series, bare: Series): number[] {
  const base = cpuOf(bare);
  return cpuOf(series).map((cpu, round) => cpu - (base[round] ?? Number.NaN));
}

/** What a variant adds, as a share of what the usual set-up adds. */
export function shareOfUsual(series: Series, bare: Series, usual: Series): Spread {
  return pairwise(addedBy(series, bare), addedBy(usual, bare), (left, right) => left / right);
}

/** Start-up CPU in multiples of bare. */
export function startRatio(starts: Starts, bare: Starts): Spread {
  return pairwise(starts.cpuMillis, bare.cpuMillis, (left, right) => left / right);
}

function arrivedAt(names: Readonly<Record<string, number>>, matches: (span: string) => boolean): number {
  return Object.entries(names).reduce((sum, [span, count]) => sum + (matches(span) ? count : 0), 0);
}

/** The same for messages: each has a span where it is sent and one where it is handled. */
export function missingMessageSpans(comparisons: readonly MessageComparison[]): string[] {
  return comparisons.flatMap(({ transport, series }) =>
    series.flatMap(({ entrant, requests, names }) =>
      ['client', 'server'].flatMap((kind) => {
        const actual = arrivedAt(names, (span) => span.startsWith(`${kind} `));
        const expected = entrant.server ? requests : 0;
        if (actual === expected) return [];
        return [
          `${entrant.name} on messages over ${transport}: ${actual} ${kind} spans arrived, expected ${expected}`,
        ];
      }),
    ),
  );
}

/** Says for every variant that did not export what it should, what arrived instead. */
export function missingSpans(comparisons: readonly Comparison[]): string[] {
  const findings: string[] = [];
  for (const { adapter, route, series } of comparisons) {
    for (const { entrant, requests, names } of series) {
      const arrived = (matches: (span: string) => boolean): number => arrivedAt(names, matches);
      const expect = (what: string, actual: number, expected: number): void => {
        if (actual === expected) return;
        findings.push(
          `${entrant.name} on ${adapter}, ${route.title}: ${actual} ${what} spans arrived, expected ${expected}`,
        );
      };
      expect(
        'server',
        arrived((span) => span.startsWith('server ')),
        entrant.server ? requests : 0,
      );
      for (const method of route.methods) {
        expect(
          method,
          arrived((span) => span === `internal ${method}`),
          entrant.methods ? requests : 0,
        );
      }
    }
  }
  return findings;
}

/**
 * The promised ratios of applications, on the route with the decorated methods; empty while our library is not in the line-up.
 * Whoever did not export everything was not measured doing its work, so nothing passes then.
 */
export function judge(
  comparisons: readonly Comparison[],
  startComparisons: readonly StartComparison[],
): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const comparison of comparisons) {
    const { adapter, route, series } = comparison;
    const [bare, usual, ours] = [BARE, USUAL, OURS].map((entrant) => find(series, entrant));
    if (!bare || !usual || !ours || route.methods.length === 0) continue;
    const ratio = shareOfUsual(ours, bare, usual).median;
    verdicts.push({
      what: `${adapter}: added CPU per request, relative to the usual set-up`,
      measured: ratio,
      target: REQUEST_TARGET,
      pass: ratio <= REQUEST_TARGET && missingSpans([comparison]).length === 0,
    });
  }
  for (const { adapter, starts } of startComparisons) {
    const [bare, ours] = [BARE, OURS].map((entrant) => find(starts, entrant));
    if (!bare || !ours) continue;
    const ratio = startRatio(ours, bare).median;
    verdicts.push({
      what: `${adapter}: start-up CPU, relative to bare`,
      measured: ratio,
      target: START_TARGET,
      pass: ratio <= START_TARGET,
    });
  }
  return verdicts;
}
