import { useUrlState } from '../shell/url.state.ts';

/** How far back a page looks; `run` is everything that is stored. */
export type RangeName = '5m' | '15m' | '1h' | '6h' | 'run';

const MINUTES: Readonly<Record<Exclude<RangeName, 'run'>, number>> = {
  '5m': 5,
  '15m': 15,
  '1h': 60,
  '6h': 360,
};

/** What the ranges are called, shortest first. */
export const RANGES: readonly (readonly [RangeName, string])[] = [
  ['5m', 'Last 5 minutes'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['6h', 'Last 6 hours'],
  ['run', 'Everything'],
];

/** The range in the address, under `last`. */
export interface TimeRange {
  readonly name: RangeName;
  /** Null for everything. */
  readonly seconds: number | null;
  readonly choose: (name: string) => void;
  /** Parameters of a request that is made now. */
  readonly parameters: () => { readonly fromUs: number };
  /** How long an answer is good for: the more is looked at, the longer. */
  readonly freshMillis: number;
}

export function useTimeRange(usual: RangeName): TimeRange {
  const [state, change] = useUrlState();
  const name = RANGES.find(([each]) => each === state.get('last'))?.[0] ?? usual;
  const minutes = name === 'run' ? null : MINUTES[name];
  return {
    name,
    seconds: minutes === null ? null : minutes * 60,
    choose: (chosen) => change({ last: chosen === usual ? undefined : chosen }),
    parameters: () => ({ fromUs: minutes === null ? 0 : (Date.now() - minutes * 60_000) * 1000 }),
    freshMillis: (minutes ?? 360) <= 60 ? 5000 : 15_000,
  };
}
