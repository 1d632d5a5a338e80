import type { LinkData, SpanData, TracesData } from '@nest-telemetry/otlp';
import type { Database } from './database.js';
import type { EdgeTallies } from './edge.tally.js';
import { jsonAttributes, LIMITS } from './json.values.js';
import type { RowCounts } from './row.counts.js';
import type { Resources, StoredResource } from './resources.js';
import { isId, KIND, microseconds, type SpanRow, spanRow } from './span.row.js';
import type { TokenIndex } from './token.index.js';
import { tokensOf } from './tokens.js';
import type { TraceBatch, TraceTallies } from './trace.tally.js';
import type { Words } from './words.js';

/** Spans that are written at once: some ten milliseconds. */
const SLICE = 512;

/** What became of one request. */
export interface Written {
  readonly accepted: number;
  readonly rejected: number;
  /** Traces that changed, for who watches. */
  readonly traceIds: readonly string[];
}

/** Writes spans. */
export class SpanWriter {
  #nextId: number;

  constructor(
    private readonly database: Database,
    private readonly words: Words,
    private readonly resources: Resources,
    private readonly traces: TraceTallies,
    private readonly edges: EdgeTallies,
    private readonly counts: RowCounts,
    private readonly tokens: TokenIndex,
  ) {
    this.#nextId = Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM span').get()?.['id']) + 1;
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** Each step, up to the next pause, is to be run inside a transaction: what is written by then is whole. */
  *write(data: TracesData): Generator<void, Written> {
    let batch: TraceBatch = new Map();
    const traceIds = new Set<string>();
    const finish = (): void => {
      this.traces.write(batch);
      this.edges.write();
      for (const traceId of batch.keys()) traceIds.add(traceId);
      batch = new Map();
    };
    let [accepted, rejected, inSlice] = [0, 0, 0];
    for (const { resource, scopeSpans } of data.resourceSpans) {
      let stored = this.resources.of(resource);
      for (const { scope, spans } of scopeSpans) {
        const scopeName = scope === undefined ? '' : scope.name.slice(0, 512);
        let scopeId = this.words.id(scopeName);
        for (const span of spans) {
          if (inSlice === SLICE) {
            finish();
            inSlice = 0;
            yield;
            // Everything may have been cleared meanwhile.
            stored = this.resources.of(resource);
            scopeId = this.words.id(scopeName);
          }
          const row = spanRow(span);
          if (row === undefined) {
            rejected += 1;
            continue;
          }
          accepted += 1;
          inSlice += 1;
          // Who gets no answer in time sends again what was written already.
          if (!this.#insert(row, stored, scopeId)) continue;
          this.traces.add(batch, row, stored.word);
          this.edges.add(row, stored.service);
        }
      }
    }
    finish();
    return { accepted, rejected, traceIds: [...traceIds] };
  }

  /** False when the span is there already. */
  #insert(row: SpanRow, resource: StoredResource, scope: number): boolean {
    const { words, database } = this;
    const { data } = row;
    const id = this.#nextId;
    const { changes } = database
      .prepare(
        'INSERT INTO span (id, tid, span_id, parent_id, service, name, kind, route, method, http_status, start_us, duration_us, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tid, span_id, kind) DO NOTHING',
      )
      .run(
        id,
        this.traces.tid(row.traceId),
        row.spanId,
        row.parentId,
        resource.word,
        words.id(row.name),
        row.kind,
        row.route === null ? null : words.id(row.route),
        row.method === null ? null : words.id(row.method),
        row.httpStatus,
        row.startUs,
        row.endUs - row.startUs,
        row.status,
      );
    if (Number(changes) === 0) return false;
    this.#nextId += 1;
    this.counts.spans += 1;
    const message = data.status?.message ?? '';
    database
      .prepare(
        'INSERT INTO body (id, resource, scope, flags, trace_state, status_message, attributes, events, links, dropped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        id,
        resource.id,
        scope,
        data.flags,
        data.traceState === '' ? null : data.traceState.slice(0, 512),
        message === '' ? null : message.slice(0, LIMITS.text),
        JSON.stringify(row.attributes),
        eventsOf(data),
        this.#linksOf(data, id),
        droppedOf(data),
      );
    this.tokens.write(
      id,
      tokensOf(row.attributes, row.kind === KIND.internal ? [row.name] : [row.name, message]),
    );
    return true;
  }

  #linksOf({ links }: SpanData, from: number): string | null {
    const valid = links.slice(0, LIMITS.attributes).filter(isValid);
    if (valid.length === 0) return null;
    const insert = this.database.prepare(
      'INSERT INTO link (trace_id, span_id, from_span) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
    for (const { traceId, spanId } of valid) insert.run(traceId, spanId, from);
    return JSON.stringify(
      valid.map(({ traceId, spanId, attributes }) => ({
        traceId,
        spanId,
        attributes: jsonAttributes(attributes),
      })),
    );
  }
}

function isValid({ traceId, spanId }: LinkData): boolean {
  return isId(traceId, 32) && isId(spanId, 16);
}

function eventsOf({ events }: SpanData): string | null {
  if (events.length === 0) return null;
  return JSON.stringify(
    events.slice(0, LIMITS.attributes).map(({ name, timeUnixNano, attributes }) => ({
      name: name.slice(0, 512),
      timeUs: microseconds(timeUnixNano),
      attributes: jsonAttributes(attributes),
    })),
  );
}

function droppedOf(data: SpanData): string | null {
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = data;
  const attributes = droppedAttributesCount + Math.max(0, data.attributes.length - LIMITS.attributes);
  const events = droppedEventsCount + Math.max(0, data.events.length - LIMITS.attributes);
  const links = droppedLinksCount + Math.max(0, data.links.length - LIMITS.attributes);
  return attributes + events + links === 0 ? null : JSON.stringify({ attributes, events, links });
}
