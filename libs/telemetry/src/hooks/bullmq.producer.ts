import { context, SpanKind, type Span } from '@opentelemetry/api';
import { METRICS } from '../metrics/catalog.js';
import { MESSAGING_MESSAGE_ID } from '../semconv.js';
import { publishSpan, type PublishedJobs } from '../tracing/conventions/bullmq.conventions.js';
import { toMetadata } from './bullmq.metadata.js';
import { sharedInstallationPer } from './shared.installation.js';
import { observeWork } from './work.observation.js';
import { wrapMethod } from './wrapped.method.js';

interface JobOptions {
  readonly telemetry?: { readonly metadata?: string; readonly omitContext?: boolean };
}

interface NewJob {
  readonly name?: string;
  readonly opts?: JobOptions;
}

/** One job of a flow, and those it waits for. */
interface FlowNode extends NewJob {
  readonly queueName: string;
  readonly children?: readonly FlowNode[];
}

interface Queue {
  readonly name: string;
  /** With a `telemetry`, the application traces with an adapter of its own. */
  readonly opts?: { readonly telemetry?: unknown };
}

/** Jobs that are put into a queue: one span for each call, which every job of the call is a consequence of. */
export const observeQueue = sharedInstallationPer((queue: object) => {
  const undo = [
    wrapMethod(queue, 'add', (add) => {
      return function (this: Queue, job: string, data: unknown, opts?: JobOptions, ...rest: unknown[]) {
        if (this.opts?.telemetry) return add.call(this, job, data, opts, ...rest);
        return published({ queue: this.name, job }, () =>
          add.call(this, job, data, withContext(opts), ...rest),
        );
      };
    }),
    wrapMethod(queue, 'addBulk', (addBulk) => {
      return function (this: Queue, jobs: readonly NewJob[], ...rest: unknown[]) {
        if (this.opts?.telemetry || !Array.isArray(jobs)) return addBulk.call(this, jobs, ...rest);
        return published({ queue: this.name, count: jobs.length }, () =>
          addBulk.call(this, jobs.map(jobWithContext), ...rest),
        );
      };
    }),
    wrapMethod(queue, 'upsertJobScheduler', (upsert) => {
      return function (this: Queue, id: string, repeat: unknown, job?: NewJob, ...rest: unknown[]) {
        if (this.opts?.telemetry) return upsert.call(this, id, repeat, job, ...rest);
        return published({ queue: this.name, job: job?.name, schedulerId: id }, () =>
          upsert.call(this, id, repeat, jobWithContext(job ?? {}), ...rest),
        );
      };
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
});

/** A flow is a tree of jobs for several queues that is added as a whole. */
export const observeFlowProducer = sharedInstallationPer((producer: object) => {
  const undo = [
    wrapMethod(producer, 'add', (add) => {
      return function (this: Queue, flow: FlowNode, ...rest: unknown[]) {
        if (this.opts?.telemetry) return add.call(this, flow, ...rest);
        return published(describeFlows([flow]), () => add.call(this, flow, ...rest));
      };
    }),
    wrapMethod(producer, 'addBulk', (addBulk) => {
      return function (this: Queue, flows: readonly FlowNode[], ...rest: unknown[]) {
        if (this.opts?.telemetry || !Array.isArray(flows)) return addBulk.call(this, flows, ...rest);
        return published(describeFlows(flows), () => addBulk.call(this, flows, ...rest));
      };
    }),
    // Called for every job of the tree.
    wrapMethod(producer, 'addNode', (addNode) => {
      return function (this: Queue, entry: { readonly node: NewJob }, ...rest: unknown[]) {
        if (this.opts?.telemetry) return addNode.call(this, entry, ...rest);
        return addNode.call(this, { ...entry, node: jobWithContext(entry.node) }, ...rest);
      };
    }),
  ];
  return () => {
    for (const step of undo) step();
  };
});

function published<T>(jobs: PublishedJobs, add: () => T): T {
  const { name, low, high } = publishSpan(jobs);
  const duration = METRICS.messagingClientOperationDuration;
  return observeWork({ name, kind: SpanKind.PRODUCER, low, high: () => high, duration }, (span) => {
    const added = add();
    return added instanceof Promise ? (added.then((job) => identified(span, job)) as T) : added;
  });
}

/** One job has an id, which BullMQ may have made; a batch has many. */
function identified(span: Span, job: unknown): unknown {
  const id = (job as { id?: unknown } | undefined)?.id;
  if (typeof id === 'string') span.setAttribute(MESSAGING_MESSAGE_ID, id);
  return job;
}

function jobWithContext<J extends NewJob>(job: J): J {
  return { ...job, opts: withContext(job.opts) };
}

/** BullMQ keeps this with the options of the job, and leaves it out of a job with `omitContext`. */
function withContext(opts: JobOptions | undefined): JobOptions | undefined {
  if (opts?.telemetry?.omitContext === true) return opts;
  const metadata = toMetadata(context.active());
  return metadata === undefined ? opts : { ...opts, telemetry: { ...opts?.telemetry, metadata } };
}

function describeFlows(flows: readonly FlowNode[]): PublishedJobs {
  const [first, ...others] = flows;
  const oneQueue = others.every(({ queueName }) => queueName === first?.queueName);
  const count = flows.reduce((sum, flow) => sum + sizeOf(flow), 0);
  return { queue: oneQueue ? first?.queueName : undefined, count };
}

function sizeOf({ children = [] }: FlowNode): number {
  return children.reduce((sum, child) => sum + sizeOf(child), 1);
}
