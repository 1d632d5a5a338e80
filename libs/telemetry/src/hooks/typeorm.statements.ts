import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import { context, SpanKind, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { METRICS } from '../metrics/catalog.js';
import { histogramFor } from '../metrics/instruments.js';
import { DB_RESPONSE_STATUS_CODE, ERROR_TYPE } from '../semconv.js';
import {
  databaseSpan,
  type DatabaseSpan,
  type DatabaseTarget,
} from '../tracing/conventions/database.conventions.js';
import { errorType } from '../tracing/error-recording.js';
import { runInSpan } from '../tracing/run-in-span.js';
import { measured } from './measured.attributes.js';

/** Statements of an application are few and repeated; the limits are for those that are built with literals. */
const MAX_KNOWN = 500;
const MAX_KNOWN_LENGTH = 8192;

/** How a statement is run: `connect` first and seen, then `execute` with tracing suppressed. */
export interface StatementSteps<T> {
  readonly connect: () => Promise<unknown> | undefined;
  readonly execute: () => Promise<T>;
}

interface PreparedSpan extends DatabaseSpan {
  readonly attributes: Attributes;
  readonly measured: Attributes;
}

const row = METRICS.dbClientOperationDuration;

/** Makes the span and the measurement of every statement that goes to one database. */
export class DatabaseStatements {
  readonly #target: DatabaseTarget;
  readonly #queryText: boolean;
  readonly #known = new Map<string, PreparedSpan>();

  constructor(target: DatabaseTarget, options: { readonly queryText: boolean }) {
    this.#target = target;
    this.#queryText = options.queryText;
  }

  /** A statement that answers once. The duration includes the wait for a connection, as the caller's does. */
  run<T>(sql: string, steps: StatementSteps<T>): Promise<T> {
    const prepared = this.#prepare(sql);
    const startedAt = performance.now();
    return this.#inSpan(prepared, async (span) => {
      const own = context.active();
      try {
        const result = await executeSuppressed(own, steps);
        record(prepared, startedAt, own);
        return result;
      } catch (error) {
        this.#fail(prepared, startedAt, own, span, error);
        throw error;
      }
    });
  }

  /** A statement that answers row by row: the span lasts until the stream is through. */
  stream<T extends Readable>(sql: string, steps: StatementSteps<T>): Promise<T> {
    const prepared = this.#prepare(sql);
    const startedAt = performance.now();
    const caller = context.active();
    return this.#inSpan(prepared, async (span) => {
      const own = context.active();
      try {
        const stream = await executeSuppressed(own, steps);
        this.#measureStream(stream, prepared, startedAt, own, span);
        // Its events come from the socket, where tracing is suppressed; what the application does with a row is not.
        context.bind(caller, stream);
        return stream;
      } catch (error) {
        this.#fail(prepared, startedAt, own, span, error);
        throw error;
      }
    });
  }

  #inSpan<T>(prepared: PreparedSpan, run: (span: Span) => Promise<T>): Promise<T> {
    return runInSpan(prepared.name, { kind: SpanKind.CLIENT, attributes: prepared.attributes }, run);
  }

  #measureStream(
    stream: Readable,
    prepared: PreparedSpan,
    startedAt: number,
    own: Context,
    span: Span,
  ): void {
    let failed = false;
    // The monitor does not count as a handler, so an error nobody handles stays unhandled.
    stream.once(errorMonitor, (error: unknown) => {
      // What `break` does to a stream that is iterated.
      if ((error as Error | null)?.name === 'AbortError') return;
      failed = true;
      this.#fail(prepared, startedAt, own, span, error);
    });
    stream.once('close', () => {
      if (!failed) record(prepared, startedAt, own);
    });
  }

  #fail(prepared: PreparedSpan, startedAt: number, own: Context, span: Span, error: unknown): void {
    const code = statusCode(error);
    if (code !== undefined) span.setAttribute(DB_RESPONSE_STATUS_CODE, code);
    record(prepared, startedAt, own, errorType(error));
  }

  #prepare(sql: string): PreparedSpan {
    const known = this.#known.get(sql);
    if (known !== undefined) return known;
    const { name, low, high } = databaseSpan(this.#target, sql);
    const attributes = this.#queryText ? { ...low, ...high } : low;
    const prepared = { name, low, high, attributes, measured: measured(row, low) };
    if (sql.length <= MAX_KNOWN_LENGTH) {
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(sql, prepared);
    }
    return prepared;
  }
}

/**
 * Drivers may be instrumented themselves, and one statement is one span. Connections are made outside of the
 * suppression: a socket keeps the context it was opened in, and notifications that arrive later must not be silenced.
 */
async function executeSuppressed<T>(own: Context, steps: StatementSteps<T>): Promise<T> {
  await steps.connect();
  return context.with(suppressTracing(own), steps.execute);
}

function record(prepared: PreparedSpan, startedAt: number, own: Context, failure?: string): void {
  const attributes =
    failure === undefined ? prepared.measured : { ...prepared.measured, [ERROR_TYPE]: failure };
  histogramFor(row).record((performance.now() - startedAt) / 1000, attributes, own);
}

/**
 * What the database answered: SQLSTATE, `ER_DUP_ENTRY`, `SQLITE_CONSTRAINT`; a number with SQL Server and Oracle.
 * Errors of a system call are no answer.
 */
function statusCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const source = ((error as { driverError?: unknown }).driverError ?? error) as {
    code?: unknown;
    number?: unknown;
    errorNum?: unknown;
    syscall?: unknown;
  };
  const code = source.number ?? source.errorNum ?? source.code;
  if (source.syscall !== undefined) return undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}
