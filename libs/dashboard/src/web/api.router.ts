import type { ApiError, Settings, SettingsChange, TraceQuery } from '../api/api.types.js';
import { DashboardError } from '../dashboard.errors.js';
import type { LogQuery } from '../query/log.list.js';
import { type TimeWindow, timeWindow } from '../query/time.window.js';
import type { StoreClient } from '../store/store.client.js';

/** What the API is made of. */
export interface ApiParts {
  /** The store of a run; null is this one. */
  readonly storeOf: (run: string | null) => Promise<StoreClient>;
  readonly settings: () => Promise<Settings>;
  readonly change: (change: SettingsChange) => Promise<void>;
  /** Resolves when more of a trace was stored, or after some milliseconds. */
  readonly arrival: (traceId: string, timeoutMillis: number) => Promise<void>;
  readonly clear: () => Promise<void>;
  readonly sendTestTrace: () => Promise<{ readonly traceId: string }>;
}

/** An answer, with its body as JSON. */
export interface ApiAnswer {
  readonly status: number;
  readonly json: Uint8Array;
}

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const LONGEST_WAIT_MILLIS = 30_000;

/** Answers the requests of the page for data. */
export class ApiRouter {
  constructor(private readonly parts: ApiParts) {}

  /** `GET /api/…`; undefined when there is no such thing. */
  async read(path: string, query: URLSearchParams): Promise<ApiAnswer | undefined> {
    if (path === '/api/settings') return ok(await this.parts.settings());
    const store = await this.parts.storeOf(query.get('run'));
    const [, traceId] = /^\/api\/traces\/([^/]+)$/.exec(path) ?? [];
    if (traceId !== undefined) return this.#trace(store, traceId, query);
    switch (path) {
      case '/api/overview':
        return found(await store.json('overview', windowOf(query)));
      case '/api/traces':
        return found(await store.json('traces', traceQuery(query)));
      case '/api/routes':
        return found(await store.json('routes', windowOf(query)));
      case '/api/map':
        return found(await store.json('map', windowOf(query)));
      case '/api/logs':
        return found(await store.json('logs', logQuery(query)));
      case '/api/metrics':
        return found(await store.json('metrics', {}));
      case '/api/metrics/series':
        return this.#series(store, query);
      case '/api/doctor':
        return found(await store.json('findings', windowOf(query)));
      default:
        return undefined;
    }
  }

  /** `POST /api/…`; undefined when there is no such thing. */
  async write(path: string, body: unknown): Promise<ApiAnswer | undefined> {
    const { change, clear, sendTestTrace, settings } = this.parts;
    switch (path) {
      case '/api/settings':
        await change(settingsChange(body));
        return ok(await settings());
      case '/api/clear':
        await clear();
        return ok(await settings());
      case '/api/test-trace':
        return ok(await sendTestTrace());
      default:
        return undefined;
    }
  }

  /** With `waitFor`, not before that many spans are there or the time is over: for tests, which else would poll. */
  async #trace(store: StoreClient, traceId: string, query: URLSearchParams): Promise<ApiAnswer> {
    idIn(traceId, TRACE_ID);
    const { arrival } = this.parts;
    const waitFor = number(query, 'waitFor') ?? 0;
    const deadline = performance.now() + Math.min(number(query, 'timeoutMs') ?? 5000, LONGEST_WAIT_MILLIS);
    if (waitFor > 0) {
      for (let left = 1; (await store.query('spanCount', { traceId })) < waitFor && left > 0;) {
        left = deadline - performance.now();
        // An arrival between the question and this is told by the last question of all.
        if (left > 0) await arrival(traceId, Math.min(left, LONGEST_LOOK_MILLIS));
      }
    }
    const trace = await store.json('trace', { traceId });
    return trace === undefined
      ? failed(404, 'ND_TRACE_UNKNOWN', 'There is no such trace here.')
      : { status: 200, json: trace };
  }

  async #series(store: StoreClient, query: URLSearchParams): Promise<ApiAnswer> {
    const service = query.get('service') ?? '';
    const name = query.get('name') ?? '';
    const series = await store.json('series', { service, name, ...windowOf(query) });
    return series === undefined
      ? failed(404, 'ND_METRIC_UNKNOWN', 'There is no such metric here.')
      : { status: 200, json: series };
  }
}

/** Most time between two looks for a trace that is waited for. */
const LONGEST_LOOK_MILLIS = 500;

export function ok(body: unknown): ApiAnswer {
  return { status: 200, json: Buffer.from(JSON.stringify(body)) };
}

function found(json: Uint8Array | undefined): ApiAnswer | undefined {
  return json === undefined ? undefined : { status: 200, json };
}

export function failed(status: number, code: string, message: string): ApiAnswer {
  return { status, json: Buffer.from(JSON.stringify({ error: { code, message } } satisfies ApiError)) };
}

function windowOf(query: URLSearchParams): TimeWindow {
  return timeWindow(number(query, 'fromUs'), number(query, 'toUs'), Date.now());
}

function number(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value))
    throw new DashboardError('ND_PARAMETER_INVALID', `${name} is a number, not ${text.slice(0, 40)}.`);
  return value;
}

/** @throws DashboardError `ND_ID_INVALID` */
function idIn(text: string, shape: RegExp): string {
  if (shape.test(text)) return text;
  throw new DashboardError(
    'ND_ID_INVALID',
    'A trace id has 32 and a span id 16 hexadecimal digits, in lower case.',
  );
}

function idOf(query: URLSearchParams, name: string, shape: RegExp): string | undefined {
  const text = query.get(name);
  return text === null || text === '' ? undefined : idIn(text, shape);
}

/** Only what is given: an absent parameter is no condition. */
function given<T extends object>(parameters: { [Key in keyof T]-?: T[Key] | undefined | null }): T {
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  ) as T;
}

function traceQuery(query: URLSearchParams): TraceQuery {
  const error = query.get('error');
  const sort = query.get('sort');
  return given<TraceQuery>({
    service: query.get('service'),
    route: query.get('route'),
    status: query.get('status'),
    error: error === null || error === '' ? undefined : error === 'true',
    minMs: number(query, 'minMs'),
    maxMs: number(query, 'maxMs'),
    fromUs: number(query, 'fromUs'),
    toUs: number(query, 'toUs'),
    q: query.get('q'),
    sort: sort === 'slowest' || sort === 'fastest' || sort === 'newest' ? sort : undefined,
    limit: number(query, 'limit'),
    before: query.get('before'),
  });
}

function logQuery(query: URLSearchParams): LogQuery {
  return given<LogQuery>({
    service: query.get('service'),
    severity: number(query, 'severity'),
    traceId: idOf(query, 'traceId', TRACE_ID),
    spanId: idOf(query, 'spanId', SPAN_ID),
    q: query.get('q'),
    fromUs: number(query, 'fromUs'),
    toUs: number(query, 'toUs'),
    limit: number(query, 'limit'),
    before: query.get('before'),
  });
}

function settingsChange(body: unknown): SettingsChange {
  if (typeof body !== 'object' || body === null)
    throw new DashboardError('ND_PARAMETER_INVALID', 'A change of the settings is an object.');
  const { paused, mute, unmute, ignoreFinding, unignoreFinding } = body as Record<string, unknown>;
  return given<SettingsChange>({
    paused: typeof paused === 'boolean' ? paused : undefined,
    mute: textOf(mute),
    unmute: textOf(unmute),
    ignoreFinding: textOf(ignoreFinding),
    unignoreFinding: textOf(unignoreFinding),
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 1000) : undefined;
}
