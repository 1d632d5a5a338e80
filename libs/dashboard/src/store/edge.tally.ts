import { callTarget, type NodeKind } from './call.target.js';
import type { Database } from './database.js';
import { addDuration, type Buckets, mergeBuckets } from './duration.buckets.js';
import { KIND, type SpanRow } from './span.row.js';

/** A call that waits for the span of whom it was for. */
interface Call {
  readonly service: string;
  readonly target: string;
  readonly figures: Figures;
  readonly since: number;
}

interface Figures {
  readonly minute: number;
  readonly durationUs: number;
  readonly isError: boolean;
}

interface Edge {
  readonly key: readonly [
    source: string,
    sourceKind: NodeKind,
    target: string,
    targetKind: NodeKind,
    minute: number,
  ];
  calls: number;
  errors: number;
  readonly buckets: Buckets;
}

/** How many calls wait for their other side; of more the oldest are told without it. */
const MOST_WAITING = 20_000;
/** Programs send what they have every few seconds: whose other side has not come by then is no program that sends. */
const PATIENCE_MILLIS = 30_000;
const MINUTE_US = 60_000_000;

/**
 * Who called whom, per minute. Both sides of a call are spans of two programs that arrive in any order: whichever is
 * first waits, in bounded maps. A call whose callee does not show up counts as one to what its attributes name.
 * Messages are counted from each side alone, for one may have many consumers or none: into the queue, and out of it.
 */
export class EdgeTallies {
  readonly #calls = new Map<string, Call>();
  readonly #served = new Map<string, { readonly service: string; readonly since: number }>();
  #batch = new Map<string, Edge>();

  constructor(
    private readonly database: Database,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(row: SpanRow, service: string): void {
    if (row.kind === KIND.client || row.kind === KIND.producer) this.#called(row, service);
    else if (row.kind === KIND.consumer) this.#consumed(row, service);
    else if (row.kind === KIND.server && row.parentId !== null)
      this.#serves(row.traceId + row.parentId, service);
  }

  /** Writes what has been added since, and what has waited long enough. Call inside a transaction. */
  write(): void {
    this.#giveUp();
    if (this.#batch.size === 0) return;
    const read = this.database.prepare(
      'SELECT buckets FROM edge WHERE source = ? AND source_kind = ? AND target = ? AND target_kind = ? AND minute = ?',
    );
    const upsert = this.database.prepare(`
      INSERT INTO edge (source, source_kind, target, target_kind, minute, calls, errors, buckets) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, errors = errors + excluded.errors, buckets = excluded.buckets`);
    for (const { key, calls, errors, buckets } of this.#batch.values()) {
      const present = read.get(...key);
      if (present !== undefined) mergeBuckets(buckets, JSON.parse(String(present['buckets'])) as Buckets);
      upsert.run(...key, calls, errors, JSON.stringify(buckets));
    }
    this.#batch = new Map();
  }

  /** Whether a call has waited long enough to be told without its other side. */
  get isOverdue(): boolean {
    const [oldest] = this.#calls.values();
    return oldest !== undefined && oldest.since <= this.now() - PATIENCE_MILLIS;
  }

  forget(): void {
    this.#calls.clear();
    this.#served.clear();
    this.#batch.clear();
  }

  #giveUp(): void {
    const late = this.now() - PATIENCE_MILLIS;
    for (const [id, { service, target, figures, since }] of this.#calls) {
      if (since > late && this.#calls.size <= MOST_WAITING) break;
      this.#calls.delete(id);
      this.#count(service, 'service', target, 'external', figures);
    }
    for (const [id, { since }] of this.#served) {
      if (since > late && this.#served.size <= MOST_WAITING) break;
      this.#served.delete(id);
    }
  }

  #called(row: SpanRow, service: string): void {
    const to = callTarget(row);
    if (to === undefined) return;
    const figures = figuresOf(row);
    if (to.kind !== 'external') {
      this.#count(service, 'service', to.name ?? to.kind, to.kind, figures);
      return;
    }
    const id = row.traceId + row.spanId;
    const callee = this.#served.get(id);
    if (callee === undefined) {
      this.#calls.set(id, { service, target: to.name ?? 'unknown', figures, since: this.now() });
      return;
    }
    this.#served.delete(id);
    this.#count(service, 'service', callee.service, 'service', figures);
  }

  #consumed(row: SpanRow, service: string): void {
    const from = callTarget(row);
    if (from?.kind === 'queue')
      this.#count(from.name ?? 'queue', 'queue', service, 'service', figuresOf(row));
  }

  #serves(id: string, service: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) {
      this.#served.set(id, { service, since: this.now() });
      return;
    }
    this.#calls.delete(id);
    this.#count(call.service, 'service', service, 'service', call.figures);
  }

  #count(source: string, sourceKind: NodeKind, target: string, targetKind: NodeKind, figures: Figures): void {
    const { minute, durationUs, isError } = figures;
    const id = `${sourceKind}\n${source}\n${targetKind}\n${target}\n${minute}`;
    let edge = this.#batch.get(id);
    if (edge === undefined) {
      edge = { key: [source, sourceKind, target, targetKind, minute], calls: 0, errors: 0, buckets: {} };
      this.#batch.set(id, edge);
    }
    edge.calls += 1;
    if (isError) edge.errors += 1;
    addDuration(edge.buckets, durationUs);
  }
}

function figuresOf({ startUs, endUs, isError }: SpanRow): Figures {
  return { minute: Math.floor(startUs / MINUTE_US), durationUs: endUs - startUs, isError };
}
