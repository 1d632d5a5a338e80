import type { Attributes } from '@opentelemetry/api';
import type { Cell } from './cell.js';

/** One set of attributes of a metric, and its numbers. */
export interface Series {
  readonly attributes: Attributes;
  readonly cell: Cell;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
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
    gone: false,
    round: 0,
    told: [],
    seenUpdates: -1,
    seenAt: now,
  };
}
