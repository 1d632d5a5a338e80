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
/** What a batch leaves behind is garbage: collecting it often is cheaper than the memory it would take up. */
const YOUNG_MEGABYTES = 4;

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
  #isReady = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #closed: ((isDrained: boolean) => void) | undefined;

  constructor(parts: SenderThreadParts) {
    this.#parts = parts;
    const { workerDelayMillis } = parts.settings;
    if (workerDelayMillis === 0) this.#start();
    else this.#startLater(workerDelayMillis);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  put(store: StoreDescription): void {
    this.#tell({ type: 'store', store });
  }

  nudge(): void {
    if (this.#isLate()) this.#start();
    else this.#tell({ type: 'nudge' });
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
    clearTimeout(this.#timer);
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): void {
    const { settings, counters, stores } = this.#parts;
    const workerData: SenderData = { settings, counters: counters.shared, stores: stores() };
    clearTimeout(this.#timer);
    this.#startedAt = performance.now();
    try {
      const worker = new Worker(workerFile(), {
        name: 'nest-telemetry-spool',
        workerData,
        // What the application preloads is not for this thread.
        execArgv: [],
        env: {},
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
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
    if (message.type === 'ready') this.#isReady = true;
    else if (message.type === 'event') this.#parts.onEvent(message.event);
    else if (message.type === 'finished') this.#parts.onFinished(message.path);
    else this.#closed?.(message.isDrained);
  }

  #died(reason: string): void {
    this.#worker = undefined;
    this.#isReady = false;
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
    this.#startLater(pause);
  }

  #startLater(millis: number): void {
    this.#timer = setTimeout(() => {
      if (!this.#isOver) this.#start();
    }, millis).unref();
  }

  /** Whether it has not been started yet. */
  #isLate(): boolean {
    return this.#startedAt === 0 && !this.#isOver;
  }

  #tell(message: ToSender): void {
    this.#worker?.postMessage(message);
  }
}

/** A thread cannot run the sources as they are, so in the repository it runs what was built last. */
function workerFile(): URL {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/thread/' : './';
  return new URL(`${folder}sender.worker.js`, import.meta.url);
}
