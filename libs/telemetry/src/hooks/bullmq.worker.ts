import { context, ROOT_CONTEXT, SpanKind, type Context } from '@opentelemetry/api';
import { isTracingSuppressed, suppressTracing } from '@opentelemetry/core';
import { METRICS } from '../metrics/catalog.js';
import { arrivalOf } from '../propagation/extract.js';
import { processSpan } from '../tracing/conventions/bullmq.conventions.js';
import { attemptBefore, attempts, rememberFailures, type JobStore } from './bullmq.attempts.js';
import { headersOf, linksTo } from './bullmq.metadata.js';
import { policyFor } from './bullmq.policy.js';
import { asRunning, processorOf } from './bullmq.processors.js';
import { sharedInstallationPer } from './shared.installation.js';
import { observeWork, type Work } from './work.observation.js';
import { wrapMethod } from './wrapped.method.js';

interface Job {
  readonly id?: string;
  readonly name: string;
  readonly attemptsMade?: number;
  readonly repeatJobKey?: string;
  readonly opts?: {
    readonly repeat?: unknown;
    readonly delay?: number;
    readonly telemetry?: { readonly metadata?: unknown };
  };
}

interface Worker extends JobStore {
  readonly name: string;
  /** With a `telemetry`, the application traces with an adapter of its own. */
  readonly opts?: { readonly telemetry?: unknown };
}

/** By their names, as BullMQ tells them: they move the job elsewhere, which is no failure of it. */
const MOVES = new Set(['DelayedError', 'WaitingError', 'WaitingChildrenError']);
const RATE_LIMITED = 'bullmq:rateLimitExceeded';

/**
 * Attempts at jobs. A worker asks Redis for jobs for as long as it lives: that goes on outside of any trace and makes no
 * spans, and every attempt at a job starts from the context that the job brought along.
 */
export const observeWorker = sharedInstallationPer((worker: object) => {
  let wanted = true;
  const isOurs = ({ opts }: Worker): boolean => wanted && !opts?.telemetry;
  const undo = [
    rememberFailures(worker),
    wrapMethod(worker, 'run', (run) => {
      return function (this: Worker, ...args: unknown[]) {
        if (!isOurs(this)) return run.apply(this, args);
        return context.with(suppressTracing(ROOT_CONTEXT), () => run.apply(this, args));
      };
    }),
    wrapMethod(worker, 'callProcessJob', (call) => {
      return function (this: Worker, job: Job, ...rest: unknown[]) {
        if (!isOurs(this)) return call.call(this, job, ...rest);
        return asRunning(
          this,
          attempt(this, job, () => call.call(this, job, ...rest)),
        );
      };
    }),
    wrapMethod(worker, 'emit', (emit) => {
      return function (this: Worker, event: unknown, ...args: unknown[]) {
        const place = contextOfListeners(args[0]);
        return context.with(place, () => emit.call(this, event, ...args));
      };
    }),
  ];
  return () => {
    wanted = false;
    for (const step of undo) step();
  };
});

async function attempt(worker: Worker, job: Job, run: () => unknown): Promise<unknown> {
  const before = await attemptBefore(worker, job);
  const moved: unknown[] = [];
  const result = await observeWork(describe(worker, job, before), async () => {
    attempts.set(job, context.active());
    try {
      return await run();
    } catch (error) {
      if (!movesJob(error)) throw error;
      moved.push(error);
      return undefined;
    }
  });
  if (moved.length > 0) throw moved[0];
  return result;
}

function describe(worker: Worker, job: Job, before: unknown): Work {
  const metadata = job.opts?.telemetry?.metadata;
  const policy = policyFor(job);
  const { context: parent } = arrivalOf(headersOf(metadata), policy, ROOT_CONTEXT);
  const { name, low, high } = processSpan({
    queue: worker.name,
    id: job.id,
    job: job.name,
    attempt: (job.attemptsMade ?? 0) + 1,
    schedulerId: job.repeatJobKey,
    processor: processorOf(worker),
  });
  return {
    name,
    kind: SpanKind.CONSUMER,
    low,
    high: () => high,
    parent,
    links: [
      ...(policy === 'restart' ? linksTo(metadata, 'enqueued_by') : []),
      ...linksTo(before, 'previous_attempt'),
    ],
    duration: METRICS.messagingProcessDuration,
  };
}

function movesJob(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, message } = error as { readonly name?: unknown; readonly message?: unknown };
  return (typeof name === 'string' && MOVES.has(name)) || message === RATE_LIMITED;
}

/** Listeners of a worker belong to the job they are told of, and must not be silenced with the loop that tells them. */
function contextOfListeners(subject: unknown): Context {
  const own = typeof subject === 'object' && subject !== null ? attempts.get(subject) : undefined;
  if (own !== undefined) return own;
  const active = context.active();
  return isTracingSuppressed(active) ? ROOT_CONTEXT : active;
}
