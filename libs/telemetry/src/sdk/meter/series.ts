import type { Attributes } from '@opentelemetry/api';
import type { SeriesNotes } from '../../metrics/lean.data-point.js';
import type { Cell } from './cell.js';

/**
 * One set of attributes of a metric, and its numbers. There may be a hundred thousand, and each object they consist of is
 * marked by every major garbage collection: so it is one, and takes its notes itself.
 */
export class Series implements SeriesNotes {
  plain: string | undefined = undefined;
  utf8: string | undefined = undefined;
  plainComparison = 0;
  utf8Comparison = 0;
  /** Whether it was given up; whoever holds it has to look for its successor. */
  gone = false;
  /** Of observed metrics: the round of callbacks that reported it last. */
  round = 0;
  /** `cell.updates` when each reader of differences was told. */
  told: number[] | undefined = undefined;
  /** `cell.updates` when the guard looked for what is not used any more, and when it last saw them change. */
  seenUpdates = -1;
  seenAt: number;

  constructor(
    readonly attributes: Attributes,
    /** Of the attributes. */
    readonly hash: number,
    readonly cell: Cell,
    /** Milliseconds since 1970. */
    readonly startedAt: number,
    /** Whether it has one of the places that are kept for reserved sets. */
    readonly isReserved: boolean,
  ) {
    this.seenAt = startedAt;
  }

  get notes(): SeriesNotes {
    return this;
  }
}
