import { DashboardError } from '../dashboard.errors.js';
import type { RunFiles } from './run.files.js';
import { StoreClient } from './store.client.js';

/** Each is a thread; whoever compares runs looks at two. */
const MOST_OPEN = 2;
const IDLE_MILLIS = 60_000;

interface Opened {
  readonly store: Promise<StoreClient>;
  timer: NodeJS.Timeout;
}

/** The store of this run, and those of other runs as long as somebody looks at them. */
export class RunStores {
  readonly #opened = new Map<string, Opened>();

  constructor(
    private readonly runs: RunFiles,
    private readonly current: StoreClient,
  ) {}

  /**
   * The store of a run; null is this one.
   * @throws DashboardError `ND_RUN_UNKNOWN`, or why its file cannot be opened
   */
  of(run: string | null): Promise<StoreClient> {
    if (run === null || run === '' || run === this.runs.id) return Promise.resolve(this.current);
    const present = this.#opened.get(run);
    if (present !== undefined) {
      present.timer.refresh();
      return present.store;
    }
    // Only names that were found in the folder become paths.
    if (!this.runs.list().some(({ id }) => id === run))
      return Promise.reject(new DashboardError('ND_RUN_UNKNOWN', 'There is no such run here.'));
    const [oldest] = this.#opened.keys();
    if (oldest !== undefined && this.#opened.size >= MOST_OPEN) void this.#close(oldest);
    const store = this.#open(run);
    const timer = setTimeout(() => void this.#close(run), IDLE_MILLIS).unref();
    this.#opened.set(run, { store, timer });
    // One that cannot be opened now may be later.
    store.catch(() => this.#forget(run));
    return store;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.keys()].map((run) => this.#close(run)));
  }

  async #open(run: string): Promise<StoreClient> {
    const store = new StoreClient({ file: this.runs.fileOf(run), maxBytes: Infinity, readOnly: true });
    try {
      await store.open();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async #close(run: string): Promise<void> {
    const opened = this.#forget(run);
    // It was not opened, and told who asked for it.
    const store = await opened?.store.catch(() => undefined);
    await store?.close();
  }

  #forget(run: string): Opened | undefined {
    const opened = this.#opened.get(run);
    clearTimeout(opened?.timer);
    this.#opened.delete(run);
    return opened;
  }
}
