import { DashboardError } from '../dashboard.errors.js';
import type { QueryName, QueryParameters, QueryResult } from '../query/queries.js';
import type { IngestRequest, IngestResult } from './store.js';
import type { StoreAnswer, StoreRequest, StoreWorkerData } from './store.protocol.js';
import { startStoreThread, type StoreThread } from './store.thread.js';

/** How often the thread of a store ended by itself and was started again, and why it did last. */
export interface StoreRestarts {
  readonly count: number;
  readonly lastReason: string | null;
}

export interface StoreClientOptions {
  /** Is told when the thread has ended by itself, and after how long it is started again. */
  readonly onRestart?: (reason: string, pauseMillis: number) => void;
  /** @defaultValue a thread of this program */
  readonly startThread?: typeof startStoreThread;
}

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

/** Before it is started again; twice as long each time it ends soon again. */
const SHORTEST_PAUSE_MILLIS = 250;
const LONGEST_PAUSE_MILLIS = 30_000;
/** What has worked for this long had overcome what ended it. */
const HEALTHY_MILLIS = 60_000;
const UNKNOWN_REASON = 'for no reason that is known';

/**
 * The store as the rest sees it: a thread that is asked and answers. One that ends by itself, out of memory for one, is
 * started again on the same file; who asks meanwhile is told to come again.
 */
export class StoreClient {
  readonly #pending = new Map<number, Pending>();
  readonly #data: StoreWorkerData;
  readonly #options: StoreClientOptions;
  #state: 'opening' | 'open' | 'restarting' | 'closing' | 'closed' = 'opening';
  #thread: StoreThread | undefined;
  #nextId = 1;
  #timer: NodeJS.Timeout | undefined;
  #onEnd: (() => void) | undefined;
  /** Ends without {@link HEALTHY_MILLIS} in between. */
  #ends = 0;
  #startedMillis = 0;
  #restarts = 0;
  #lastReason: string | null = null;

  constructor(data: StoreWorkerData, options: StoreClientOptions = {}) {
    this.#data = data;
    this.#options = options;
    this.#start();
  }

  get restarts(): StoreRestarts {
    return { count: this.#restarts, lastReason: this.#lastReason };
  }

  /**
   * Opens the file.
   * @throws DashboardError `ND_STORE_IN_USE` or `ND_STORE_UNREADABLE`
   */
  async open(): Promise<void> {
    await this.#ask({ kind: 'open' });
    this.#state = 'open';
  }

  /**
   * Writes one export request. Its bytes may be gone afterwards.
   * @throws DashboardError with the code of the decoder when it is malformed
   */
  ingest({ signal, encoding, bytes }: IngestRequest): Promise<IngestResult> {
    // Bytes that have a buffer of their own are handed over rather than copied.
    const { buffer } = bytes;
    const isOwn = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength;
    return this.#ask<IngestResult>({ kind: 'ingest', signal, encoding, bytes }, isOwn ? [buffer] : []);
  }

  /** The answer to a query as JSON; undefined where the query has none. */
  async json<Name extends QueryName>(
    name: Name,
    parameters: QueryParameters<Name>,
  ): Promise<Uint8Array | undefined> {
    return this.#ask({ kind: 'json', name, parameters });
  }

  query<Name extends QueryName>(name: Name, parameters: QueryParameters<Name>): Promise<QueryResult<Name>> {
    return this.#ask({ kind: 'query', name, parameters });
  }

  /** Writes what waits, and ends the thread. Never fails. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const state = this.#state;
    const thread = this.#thread;
    if (thread === undefined) this.#state = 'closed';
    if (state === 'closed' || state === 'closing' || thread === undefined) return;
    const ended = new Promise<void>((resolve) => {
      this.#onEnd = resolve;
    });
    this.#state = 'closing';
    // One that has not opened anything has nothing to write.
    if (state === 'restarting') thread.end();
    else this.#send({ kind: 'close' }, []).catch(() => thread.end());
    await ended;
  }

  #start(): void {
    this.#startedMillis = performance.now();
    const { startThread = startStoreThread } = this.#options;
    this.#thread = startThread(this.#data, {
      onAnswer: (answer) => this.#settle(answer),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  #ask<T>(request: Unnumbered<StoreRequest>, transfer: ArrayBuffer[] = []): Promise<T> {
    switch (this.#state) {
      case 'restarting':
        return Promise.reject(restarting());
      case 'closing':
      case 'closed':
        return Promise.reject(closed());
      default:
        return this.#send(request, transfer);
    }
  }

  #send<T>(request: Unnumbered<StoreRequest>, transfer: ArrayBuffer[]): Promise<T> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#thread?.post({ ...request, id }, transfer);
    });
  }

  #settle(answer: StoreAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (pending === undefined) return;
    if ('error' in answer) pending.reject(new DashboardError(answer.error.code, answer.error.message));
    else pending.resolve(answer.result as never);
  }

  #ended(reason: string | undefined): void {
    this.#thread = undefined;
    if (this.#state === 'open' || this.#state === 'restarting') {
      this.#state = 'restarting';
      this.#fail(restarting());
      return this.#startAgain(reason ?? UNKNOWN_REASON);
    }
    const isExpected = this.#state === 'closing';
    this.#state = 'closed';
    this.#fail(
      isExpected
        ? closed()
        : new DashboardError('ND_STORE_FAILED', `The store failed: ${reason ?? UNKNOWN_REASON}`),
    );
    this.#onEnd?.();
  }

  #startAgain(reason: string): void {
    if (performance.now() - this.#startedMillis >= HEALTHY_MILLIS) this.#ends = 0;
    const pause = Math.min(SHORTEST_PAUSE_MILLIS * 2 ** this.#ends, LONGEST_PAUSE_MILLIS);
    this.#ends += 1;
    this.#restarts += 1;
    this.#lastReason = reason;
    this.#options.onRestart?.(reason, pause);
    this.#timer = setTimeout(() => {
      this.#start();
      const thread = this.#thread;
      this.#send({ kind: 'open' }, []).then(
        () => {
          if (this.#state === 'restarting') this.#state = 'open';
        },
        // It has ended, or cannot open its file: it is tried once more either way.
        () => thread?.end(),
      );
    }, pause).unref();
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function restarting(): DashboardError {
  return new DashboardError('ND_STORE_RESTARTING', 'The store has failed and is started again.');
}

function closed(): DashboardError {
  return new DashboardError('ND_STORE_CLOSED', 'The store is closed.');
}
