import type { Attributes, HrTime } from '@opentelemetry/api';
import { hrTimeOf } from '../../metrics/hr-time.js';
import type { SeriesNotes } from '../../metrics/lean.data-point.js';
import type { Cell } from './cell.js';

/** One set of attributes of a metric, and its numbers. */
export interface Series {
  readonly attributes: Attributes;
  readonly cell: Cell;
  /** Milliseconds since 1970, and the same as readers want it. */
  readonly startedAt: number;
  readonly startTime: HrTime;
  readonly notes: SeriesNotes;
  /** Whether it was given up; whoever holds it has to look for its successor. */
  gone: boolean;
  /** Of observed metrics: the round of callbacks that reported it last. */
  round: number;
  /** `cell.updates` when each reader of differences was told. */
  readonly told: number[];
  /** `cell.updates` when the guard looked for what is not used any more, and when it last saw them change. */
  seenUpdates: number;
  seenAt: number;
}

export function createSeries(attributes: Attributes, cell: Cell, now: number): Series {
  return {
    attributes,
    cell,
    startedAt: now,
    startTime: hrTimeOf(now),
    notes: { plain: undefined, utf8: undefined },
    gone: false,
    round: 0,
    told: [],
    seenUpdates: -1,
    seenAt: now,
  };
}
