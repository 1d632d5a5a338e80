import { Worker } from 'node:worker_threads';
import type { StoreAnswer, StoreRequest, StoreWorkerData } from './store.protocol.js';

/** What hears of a thread. */
export interface ThreadListener {
  readonly onAnswer: (answer: StoreAnswer) => void;
  /** Once, at its end. @param reason - why it ended by itself; undefined where nobody knows */
  readonly onEnd: (reason: string | undefined) => void;
}

/** A thread of the store as who asks it sees it. */
export interface StoreThread {
  post(request: StoreRequest, transfer: ArrayBuffer[]): void;
  /** Ends it, whatever it does; it tells of its end as ever. */
  end(): void;
}

/** Starts the thread of a store; what the program preloads is not for it. */
export function startStoreThread(data: StoreWorkerData, listener: ThreadListener): StoreThread {
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(isSource ? './store.worker.ts' : './store.worker.js', import.meta.url), {
    workerData: data,
    execArgv: [],
    env: {},
  });
  let reason: string | undefined;
  worker.on('message', listener.onAnswer);
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', () => listener.onEnd(reason));
  return {
    post: (request, transfer) => worker.postMessage(request, transfer),
    end: () => void worker.terminate(),
  };
}
