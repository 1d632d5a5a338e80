import { Worker } from 'node:worker_threads';
import { reasonOf, type SpoolListener } from '../spool.events.js';
import type { SpoolSettings } from '../spool.options.js';
import type { Counters } from '../spool.stats.js';
import type { StoreDescription } from '../store/spool.store.js';
import type { SenderHost } from './disk.sender.js';
import type { FromSender, SenderData, ToSender } from './sender.messages.js';

/** Pauses before a thread that died is started again; when it dies again soon after the last, it stays dead. */
const RESTARTS = [100, 1000, 5000];
const STABLE_MILLIS = 60_000;
const HEAP_MEGABYTES = 96;

export interface SenderThreadParts {
  readonly settings: SpoolSettings;
  readonly counters: Counters;
  /** The directories of this process at the moment. */
  readonly stores: () => readonly StoreDescription[];
  readonly onEvent: SpoolListener;
  readonly onFinished: (path: string) => void;
  /** No thread can be kept running. */
  readonly onGivenUp: (reason: string) => void;
}

/** Delivers from disk in a thread of its own, which does not keep the process alive and is restarted when it dies. */
export class SenderThread implements SenderHost {
  readonly #parts: SenderThreadParts;
  #worker: Worker | undefined;
  #startedAt = 0;
  #restarts = 0;
  #isOver = false;
  #closed: ((isDrained: boolean) => void) | undefined;

  constructor(parts: SenderThreadParts) {
    this.#parts = parts;
    this.#start();
  }

  put(store: StoreDescription): void {
    this.#tell({ type: 'store', store });
  }

  async close(): Promise<boolean> {
    const worker = this.#worker;
    this.#isOver = true;
    if (worker === undefined) return false;
    return new Promise((resolve) => {
      this.#closed = resolve;
      this.#tell({ type: 'close' });
    });
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): void {
    const { settings, counters, stores } = this.#parts;
    const workerData: SenderData = { settings, counters: counters.shared, stores: stores() };
    this.#startedAt = performance.now();
    try {
      const worker = new Worker(workerFile(), {
        name: 'nest-telemetry-spool',
        workerData,
        // What the application preloads is not for this thread.
        execArgv: [],
        env: {},
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
      });
      this.#worker = worker;
      this.#listen(worker);
      // After that, for to listen for messages is to wait for them.
      worker.unref();
    } catch (error) {
      this.#died(reasonOf(error));
    }
  }

  #listen(worker: Worker): void {
    let reason = 'it ended';
    worker.on('message', (message: FromSender) => this.#hear(message));
    worker.on('error', (error) => {
      reason = reasonOf(error);
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#died(reason);
    });
  }

  #hear(message: FromSender): void {
    if (message.type === 'event') this.#parts.onEvent(message.event);
    else if (message.type === 'finished') this.#parts.onFinished(message.path);
    else this.#closed?.(message.isDrained);
  }

  #died(reason: string): void {
    this.#worker = undefined;
    this.#closed?.(false);
    if (this.#isOver) return;
    if (performance.now() - this.#startedAt >= STABLE_MILLIS) this.#restarts = 0;
    const pause = RESTARTS[this.#restarts];
    this.#restarts += 1;
    if (pause === undefined) {
      this.#isOver = true;
      this.#parts.onGivenUp(reason);
      return;
    }
    setTimeout(() => {
      if (!this.#isOver) this.#start();
    }, pause).unref();
  }

  #tell(message: ToSender): void {
    this.#worker?.postMessage(message);
  }
}

/** In the repository threads run from the sources, which have another ending. */
function workerFile(): URL {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./sender.worker.${ending}`, import.meta.url);
}
