import {
  decodeLogs,
  decodeLogsJson,
  decodeMetrics,
  decodeMetricsJson,
  decodeTraces,
  decodeTracesJson,
  type Signal,
} from '@nest-telemetry/otlp';
import type { StoreTotals } from '../api/api.types.js';
import { ArrivalMinutes } from './arrival.minutes.js';
import { Database } from './database.js';
import { EdgeTallies } from './edge.tally.js';
import { Evictor } from './evictor.js';
import { LogWriter } from './log.writer.js';
import { MetricWriter } from './metric.writer.js';
import { RowCounts } from './row.counts.js';
import { Resources } from './resources.js';
import { SpanWriter } from './span.writer.js';
import { TokenIndex } from './token.index.js';
import { TraceTallies } from './trace.tally.js';
import { Words } from './words.js';

/** One export request as it came. */
export interface IngestRequest {
  readonly signal: Signal;
  readonly encoding: 'protobuf' | 'json';
  readonly bytes: Uint8Array;
}

/** What became of it. */
export interface IngestResult {
  readonly accepted: number;
  readonly rejected: number;
  /** Traces that changed, and the range of logs that came, for who watches. */
  readonly traceIds: readonly string[];
  readonly logs: readonly [number, number] | null;
}

export interface StoreOptions {
  readonly file: string;
  readonly maxBytes: number;
  /** Another run, which is only looked at. @defaultValue false */
  readonly readOnly?: boolean;
}

const DECODE_LIMITS = { maxMemory: 256 * 1024 * 1024, maxDepth: 100 };

/** What {@link Store.clear} empties. */
const TABLES = [
  'trace',
  'doomed',
  'trace_service',
  'span',
  'body',
  'link',
  'edge',
  'log',
  'metric',
  'series',
  'point',
  'resource',
  'word',
  'declared_route',
  'arrival',
] as const;

/** Everything that was received, and how it gets in. Lives on the thread of the store. */
export class Store {
  readonly database: Database;
  readonly words: Words;
  /** What spans and log records are found by. */
  readonly spanTokens: TokenIndex;
  readonly logTokens: TokenIndex;
  readonly #edges: EdgeTallies;
  readonly #minutes: ArrivalMinutes;
  readonly #counts: RowCounts;
  readonly #resources: Resources;
  readonly #traces: TraceTallies;
  readonly #spans: SpanWriter;
  readonly #logs: LogWriter;
  readonly #metrics: MetricWriter;
  readonly #evictor: Evictor;
  #refused = 0;

  /** @throws DashboardError `ND_STORE_IN_USE` or `ND_STORE_UNREADABLE` */
  constructor({ file, maxBytes, readOnly = false }: StoreOptions) {
    const database = new Database(file, { readOnly });
    this.database = database;
    this.#counts = new RowCounts(database);
    this.#minutes = new ArrivalMinutes(database);
    this.words = new Words(database, this.#minutes);
    this.spanTokens = new TokenIndex(database, 'span_token', maxBytes);
    this.logTokens = new TokenIndex(database, 'log_token', maxBytes);
    this.#edges = new EdgeTallies(database);
    this.#resources = new Resources(database, this.words, this.#minutes);
    this.#traces = new TraceTallies(database, this.words, this.#counts);
    this.#spans = new SpanWriter(
      database,
      this.words,
      this.#resources,
      this.#traces,
      this.#edges,
      this.#counts,
      this.spanTokens,
    );
    this.#logs = new LogWriter(database, this.words, this.#resources, this.#counts, this.logTokens);
    this.#metrics = new MetricWriter(database, this.#resources, this.#counts);
    this.#evictor = new Evictor(
      database,
      this.#minutes,
      this.#counts,
      { span: this.spanTokens, log: this.logTokens },
      maxBytes,
    );
  }

  /**
   * Decodes one request and writes it, in one go.
   * @throws OtlpDecodeError when it cannot be decoded
   */
  ingest(request: IngestRequest): IngestResult {
    const steps = this.ingesting(request);
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  /**
   * The same in steps, each a transaction of its own: a large request holds up nobody. Of one that fails on the way, what
   * was before stays.
   * @throws OtlpDecodeError when it cannot be decoded
   */
  *ingesting({ signal, encoding, bytes }: IngestRequest): Generator<void, IngestResult> {
    const isJson = encoding === 'json';
    if (signal === 'traces') {
      const data = isJson ? decodeTracesJson(bytes, DECODE_LIMITS) : decodeTraces(bytes, DECODE_LIMITS);
      const { accepted, rejected, traceIds } = yield* this.#inSteps(this.#spans.write(data));
      this.#refused += rejected;
      return { accepted, rejected, traceIds, logs: null };
    }
    if (signal === 'logs') {
      const data = isJson ? decodeLogsJson(bytes, DECODE_LIMITS) : decodeLogs(bytes, DECODE_LIMITS);
      const { accepted, firstId, lastId } = yield* this.#inSteps(this.#logs.write(data));
      return { accepted, rejected: 0, traceIds: [], logs: accepted === 0 ? null : [firstId, lastId] };
    }
    const data = isJson ? decodeMetricsJson(bytes, DECODE_LIMITS) : decodeMetrics(bytes, DECODE_LIMITS);
    const { accepted, rejected } = yield* this.#inSteps(this.#metrics.write(data));
    this.#refused += rejected;
    return { accepted, rejected, traceIds: [], logs: null };
  }

  *#inSteps<T>(steps: Generator<void, T>): Generator<void, T> {
    for (;;) {
      const { done, value } = this.#write(() => steps.next());
      if (done === true) return value;
      yield;
    }
  }

  #write<T>(work: () => T): T {
    try {
      return this.database.transaction(() => {
        this.#minutes.begin(this.#spans.nextId, this.#logs.nextId);
        return work();
      });
    } catch (error) {
      // What was remembered during a transaction that is undone may not be there.
      this.#forget();
      this.#counts.recount();
      throw error;
    }
  }

  /** Takes out one slice of the oldest, if there is too much; tells whether there may be more to do. */
  evict(): boolean {
    const { more, until, sweptWords } = this.#evictor.step();
    if (until > 0) this.#traces.forgetUntil(until);
    if (sweptWords) {
      this.words.forget();
      this.#resources.forget();
    }
    return more;
  }

  /** Whether there is so much beyond the limit that room must be made before more is written. */
  get isOverfull(): boolean {
    return this.#evictor.isOverfull;
  }

  /** Puts a little of the full-text indexes in order; tells whether there may be more to do. */
  mergeTokens(): boolean {
    return this.spanTokens.merge() || this.logTokens.merge();
  }

  /** Counts calls that waited in vain for their other side, so that the map shows them though nothing more comes. */
  settleCalls(): void {
    if (this.#edges.isOverdue) this.database.transaction(() => this.#edges.write());
  }

  /** Empties everything but what was set on the page. */
  clear(): void {
    this.database.transaction(() => {
      for (const table of TABLES) this.database.prepare(`DELETE FROM ${table}`).run();
      this.spanTokens.clear();
      this.logTokens.clear();
    });
    this.#forget();
    this.#counts.recount();
  }

  get totals(): StoreTotals {
    const { traces, spans, logs, points } = this.#counts;
    return {
      traces,
      spans,
      logs,
      metricPoints: points,
      bytes: this.database.bytes,
      evictedSpans: this.#evictor.evictedSpans,
      refused: this.#refused,
    };
  }

  close(): void {
    this.database.close();
  }

  #forget(): void {
    this.words.forget();
    this.#resources.forget();
    this.#traces.forget();
    this.#edges.forget();
    this.spanTokens.reload();
    this.logTokens.reload();
  }
}
