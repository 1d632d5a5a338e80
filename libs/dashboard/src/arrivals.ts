import type { IngestResult } from './store/store.js';
import type { StoreClient } from './store/store.client.js';
import type { LiveStream } from './web/live.stream.js';

/** Pages are told this often at most. */
const EVERY_MILLIS = 200;
const MOST_TRACES = 200;
const MOST_LOGS = 500;
const NOTHING = Buffer.from('[]');

/** Tells pages and those who wait what has come in, gathered for a moment. */
export class Arrivals {
  readonly #traceIds = new Set<string>();
  readonly #waiting = new Map<() => void, string>();
  #logs: [number, number] | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: StoreClient,
    private readonly live: LiveStream,
  ) {}

  note({ traceIds, logs }: IngestResult): void {
    for (const [wake, traceId] of this.#waiting) if (traceIds.includes(traceId)) wake();
    if (!this.live.isWatched) return;
    for (const traceId of traceIds) if (this.#traceIds.size < MOST_TRACES) this.#traceIds.add(traceId);
    if (logs !== null) this.#logs = [Math.max(this.#logs?.[0] ?? logs[0], logs[1] - MOST_LOGS), logs[1]];
    this.#timer ??= setTimeout(() => void this.#tell(), EVERY_MILLIS).unref();
  }

  /** Resolves when more of a trace arrives, or after some milliseconds. */
  next(traceId: string, timeoutMillis: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMillis).unref();
      this.#waiting.set(wake, traceId);
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const wake of this.#waiting.keys()) wake();
  }

  async #tell(): Promise<void> {
    const { store, live } = this;
    const traceIds = [...this.#traceIds];
    const range = this.#logs;
    this.#traceIds.clear();
    this.#logs = undefined;
    this.#timer = undefined;
    try {
      if (traceIds.length > 0) live.send('traces', (await store.json('summaries', { traceIds })) ?? NOTHING);
      if (range !== undefined) live.send('logs', (await store.json('newLogs', { range })) ?? NOTHING);
      live.send('totals', (await store.json('totals', {})) ?? NOTHING);
    } catch {
      // The store was closed meanwhile: there is nobody left to tell.
    }
  }
}
