import { context, createContextKey, type Context } from '@opentelemetry/api';
import { toMetadata } from './bullmq.metadata.js';
import { wrapMethod } from './wrapped.method.js';

interface Job {
  readonly id?: string;
  readonly attemptsMade?: number;
}

/** The part of a worker that reads what is kept with a job. */
export interface JobStore {
  toKey?(id: string): string;
  getBackend?(): {
    readonly client?: Promise<{ hget?(key: string, field: string): Promise<unknown> }>;
  };
}

/** Milliseconds an attempt waits at most for what the one before left: a link is not worth more. */
const READ_TIMEOUT_MILLIS = 100;
/** Where BullMQ keeps the metadata it gets when a job fails. */
const FIELD = 'tm';
/** What BullMQ does to a job that failed. */
const FAILURES = new Set<unknown>(['retry', 'delay', 'fail']);
const FAILED_ATTEMPT = createContextKey('nest-telemetry: metadata of a failed attempt at a job');

/** Contexts of the attempts that run, or have run, in this process. */
export const attempts = new WeakMap<object, Context>();

/** Makes BullMQ write down with a job that failed which span it failed in. */
export function rememberFailures(worker: object): () => void {
  const undo = [
    wrapMethod(worker, 'handleFailed', (handle) => {
      return function (this: unknown, error: unknown, job: Job, ...rest: unknown[]) {
        const own = attempts.get(job);
        const metadata = own && toMetadata(own);
        if (metadata === undefined) return handle.call(this, error, job, ...rest);
        const marked = context.active().setValue(FAILED_ATTEMPT, metadata);
        return context.with(marked, () => handle.call(this, error, job, ...rest));
      };
    }),
    // BullMQ has its steps traced by this method, and writes down the metadata it gets from it.
    wrapMethod(worker, 'trace', (trace) => {
      return function (this: unknown, kind: unknown, operation: unknown, ...rest: unknown[]) {
        const metadata = context.active().getValue(FAILED_ATTEMPT);
        const step = rest[1];
        if (metadata === undefined || typeof step !== 'function' || !FAILURES.has(operation)) {
          return trace.call(this, kind, operation, ...rest);
        }
        return (step as (span: undefined, metadata: unknown) => unknown)(undefined, metadata);
      };
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
}

/** What the attempt before, in whichever process, left with the job. Never throws. */
export async function attemptBefore(worker: JobStore, job: Job): Promise<unknown> {
  if (job.id === undefined || !((job.attemptsMade ?? 0) > 0)) return undefined;
  try {
    const key = worker.toKey?.(job.id);
    const client = await worker.getBackend?.().client;
    return key && (await inTime(client?.hget?.(key, FIELD)));
  } catch {
    return undefined;
  }
}

function inTime<T>(reading: Promise<T> | undefined): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), READ_TIMEOUT_MILLIS);
    const finish = (value: T | undefined): void => {
      clearTimeout(timer);
      resolve(value);
    };
    Promise.resolve(reading).then(finish, () => finish(undefined));
  });
}
