import type { LogRecordData, LogsData } from '@nest-telemetry/otlp';
import type { Database } from './database.js';
import { DeclaredRoutes, ROUTES_EVENT } from './declared.routes.js';
import { jsonAttributes, jsonValue } from './json.values.js';
import type { RowCounts } from './row.counts.js';
import type { Resources } from './resources.js';
import { isId, microseconds } from './span.row.js';
import type { TokenIndex } from './token.index.js';
import { tokensOf } from './tokens.js';
import type { Words } from './words.js';

/** Records that are written at once. */
const SLICE = 512;

/** What became of one request of logs. */
export interface WrittenLogs {
  readonly accepted: number;
  /** The first and the last row it made; 0 and 0 for none. */
  readonly firstId: number;
  readonly lastId: number;
}

/** Writes log records. */
export class LogWriter {
  #nextId: number;
  readonly #routes: DeclaredRoutes;

  constructor(
    private readonly database: Database,
    private readonly words: Words,
    private readonly resources: Resources,
    private readonly counts: RowCounts,
    private readonly tokens: TokenIndex,
  ) {
    this.#nextId = Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM log').get()?.['id']) + 1;
    this.#routes = new DeclaredRoutes(database);
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** Each step, up to the next pause, is to be run inside a transaction: what is written by then is whole. */
  *write(data: LogsData): Generator<void, WrittenLogs> {
    const firstId = this.#nextId;
    let sliceId = firstId;
    const perTrace = new Map<string, number>();
    const finish = (): void => {
      const count = this.database.prepare('UPDATE trace SET logs = logs + ? WHERE trace_id = ?');
      for (const [traceId, logs] of perTrace) count.run(logs, traceId);
      perTrace.clear();
      this.counts.logs += this.#nextId - sliceId;
      sliceId = this.#nextId;
    };
    for (const { resource, scopeLogs } of data.resourceLogs) {
      let { word } = this.resources.of(resource);
      for (const { logRecords } of scopeLogs) {
        for (const record of logRecords) {
          if (this.#nextId - sliceId === SLICE) {
            finish();
            yield;
            // Everything may have been cleared meanwhile.
            ({ word } = this.resources.of(resource));
          }
          this.#insert(record, word);
          if (isId(record.traceId, 32)) perTrace.set(record.traceId, (perTrace.get(record.traceId) ?? 0) + 1);
        }
      }
    }
    finish();
    const accepted = this.#nextId - firstId;
    return { accepted, firstId: accepted === 0 ? 0 : firstId, lastId: accepted === 0 ? 0 : this.#nextId - 1 };
  }

  #insert(record: LogRecordData, service: number): void {
    const attributes = jsonAttributes(record.attributes);
    const body = jsonValue(record.body);
    if (record.eventName === ROUTES_EVENT) this.#routes.replace(service, body, attributes);
    const id = this.#nextId;
    this.#nextId += 1;
    this.database
      .prepare(
        'INSERT INTO log (id, time_us, service, severity, severity_text, trace_id, span_id, event, body, attributes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        id,
        // A source that does not know when something happened leaves it to who observed it.
        microseconds(record.timeUnixNano === 0n ? record.observedTimeUnixNano : record.timeUnixNano),
        service,
        record.severityNumber,
        record.severityText.slice(0, 64),
        isId(record.traceId, 32) ? record.traceId : null,
        isId(record.spanId, 16) ? record.spanId : null,
        this.words.id(record.eventName.slice(0, 512)),
        JSON.stringify(body),
        JSON.stringify(attributes),
      );
    const texts = typeof body === 'string' ? [body] : [JSON.stringify(body)];
    this.tokens.write(id, tokensOf(attributes, texts));
  }
}
