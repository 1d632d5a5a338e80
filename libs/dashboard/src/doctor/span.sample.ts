import { numberIn, textIn } from '../query/row.values.js';
import { readSpans, type StoredSpan } from '../query/stored.span.js';
import type { TimeWindow } from '../query/time.window.js';
import type { Store } from '../store/store.js';
import { ExaminedSpan } from './examined.span.js';
import { grouped } from './grouped.js';

/** Enough to see what goes wrong again and again, and read in some tens of milliseconds. */
const MOST_TRACES = 200;
const MOST_SPANS = 3000;
/** Of a trace that somebody looks at, which may be a long one. */
const MOST_SPANS_OF_ONE = 20_000;

/** A trace of the sample, its spans by their start. */
export interface ExaminedTrace {
  readonly traceId: string;
  readonly endUs: number;
  readonly spans: readonly ExaminedSpan[];
  readonly byId: ReadonlyMap<string, ExaminedSpan>;
  /** By the id of the parent, which need not be there. */
  readonly children: ReadonlyMap<string, readonly ExaminedSpan[]>;
  /** False when there were more spans than are read. */
  readonly isWhole: boolean;
}

export interface Asked extends TimeWindow {
  readonly traceId: string | undefined;
  /** The spans of that trace, when somebody has read them already. */
  readonly spans?: readonly StoredSpan[] | undefined;
}

/** The newest traces of a window, or one trace, read once for all rules. */
export class SpanSample {
  readonly traces: readonly ExaminedTrace[];
  readonly spans: readonly ExaminedSpan[];

  constructor(
    private readonly store: Store,
    asked: Asked,
  ) {
    this.traces = this.#traces(asked);
    this.spans = this.traces.flatMap(({ spans }) => spans);
  }

  #traces({ fromUs, toUs, traceId, spans: given }: Asked): ExaminedTrace[] {
    const { database } = this.store;
    const rows =
      traceId === undefined
        ? database
            .prepare(
              'SELECT tid, trace_id, end_us, spans FROM trace WHERE start_us <= ? AND end_us >= ? ORDER BY tid DESC LIMIT ?',
            )
            .all(toUs, fromUs, MOST_TRACES)
        : database.prepare('SELECT tid, trace_id, end_us, spans FROM trace WHERE trace_id = ?').all(traceId);
    const most = traceId === undefined ? MOST_SPANS : MOST_SPANS_OF_ONE;
    const traces: ExaminedTrace[] = [];
    let left = most;
    for (const row of rows) {
      const count = numberIn(row, 'spans');
      // Whole traces only, as one that is cut would look like one with lost spans; the newest is looked at anyhow.
      if (count > left && traces.length > 0) break;
      left -= count;
      const trace = { tid: numberIn(row, 'tid'), traceId: textIn(row, 'trace_id') };
      const stored = given?.slice(0, most) ?? readSpans(this.store, trace, most);
      const spans = stored.map((span) => new ExaminedSpan(span));
      const endUs = numberIn(row, 'end_us');
      traces.push({
        traceId: trace.traceId,
        endUs,
        spans,
        ...familyOf(spans),
        isWhole: count <= most,
      });
    }
    return traces;
  }
}

function familyOf(spans: readonly ExaminedSpan[]): Pick<ExaminedTrace, 'byId' | 'children'> {
  const byId = new Map(spans.map((span) => [span.columns.spanId, span]));
  const withParent = spans.filter(({ columns }) => columns.parentId !== null);
  return { byId, children: grouped(withParent, ({ columns }) => columns.parentId ?? '') };
}
