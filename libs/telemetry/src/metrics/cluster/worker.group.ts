import { reasonOf, warn } from '../../telemetry.warnings.js';
import { METRICS, REJECTION_REASON } from '../catalog.js';
import { counterFor } from '../instruments.js';
import { callWorker } from './worker.call.js';
import { WorkerFolder } from './worker.folder.js';
import type { WorkerIdentity } from './worker.identity.js';
import { type OwnPage, WorkerListener } from './worker.listener.js';

/** Above the time a worker gives its own callbacks, below the 10 s a Prometheus server waits by default. */
const ANSWER_TIMEOUT_MILLIS = 7_000;
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'EACCES']);

/** The other processes behind the same port. */
export interface Workers {
  /** Lets the others ask this process for its page. Never rejects. */
  join(ownPage: OwnPage): Promise<void>;
  /** The pages of the others; of those that do not answer in time, none. Never rejects. */
  pages(contentType: string): Promise<readonly Buffer[]>;
  leave(): Promise<void>;
}

/** A process that serves its port alone. */
export const NO_WORKERS: Workers = {
  join: async () => undefined,
  pages: async () => [],
  leave: async () => undefined,
};

/** Workers of a Node cluster: whichever of them is scraped asks the others. */
export class WorkerGroup implements Workers {
  readonly #id: string;
  readonly #folder: WorkerFolder;
  readonly #timeoutMillis: number;
  #listener: WorkerListener | undefined;

  constructor({ id, group }: WorkerIdentity, timeoutMillis = ANSWER_TIMEOUT_MILLIS) {
    this.#id = id;
    this.#folder = new WorkerFolder(group);
    this.#timeoutMillis = timeoutMillis;
  }

  async join(ownPage: OwnPage): Promise<void> {
    const listener = new WorkerListener(ownPage);
    try {
      await this.#listen(listener);
      this.#listener = listener;
    } catch (error) {
      listener.close();
      warn('NT_METRICS_WORKERS_APART', { reason: reasonOf(error) });
    }
  }

  async pages(contentType: string): Promise<readonly Buffer[]> {
    if (this.#listener === undefined) return [];
    // A folder that somebody cleared away has nobody in it.
    const sockets = await this.#folder.others(this.#id).catch(() => []);
    const pages = await Promise.all(sockets.map((socket) => this.#pageOf(socket, contentType)));
    return pages.filter((page) => page !== undefined);
  }

  async leave(): Promise<void> {
    if (this.#listener === undefined) return;
    this.#listener.close();
    this.#listener = undefined;
    await this.#folder.withdraw(this.#id).catch(() => undefined);
  }

  async #listen(listener: WorkerListener): Promise<void> {
    try {
      await this.#enter(listener);
    } catch (error) {
      // Whoever left as the last one may have taken the folder along just now, which Node calls either.
      if (!GONE.has((error as NodeJS.ErrnoException).code)) throw error;
      await this.#enter(listener);
    }
  }

  async #enter(listener: WorkerListener): Promise<void> {
    await this.#folder.create();
    await listener.listen(await this.#folder.comingPath(this.#id));
    await this.#folder.publish(this.#id);
  }

  async #pageOf(socket: string, contentType: string): Promise<Buffer | undefined> {
    const answer = await callWorker(socket, contentType, this.#timeoutMillis);
    if ('page' in answer) return answer.page;
    if ('isGone' in answer) {
      await this.#folder.remove(socket).catch(() => undefined);
      return undefined;
    }
    counterFor(METRICS.metricsWorkersUnanswered).add(1, { [REJECTION_REASON]: answer.reason });
    warn('NT_METRICS_COLLECTION_FAILED', {
      reason: `a worker of the cluster did not hand in its metrics (${answer.reason})`,
    });
    return undefined;
  }
}
