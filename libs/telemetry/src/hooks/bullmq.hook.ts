import { useJobPolicy } from './bullmq.policy.js';
import { observeProcessors, runningAttempts } from './bullmq.processors.js';
import { observeFlowProducer, observeQueue } from './bullmq.producer.js';
import { observeWorker } from './bullmq.worker.js';
import type { Hook } from './hook.js';
import {
  hasMethods,
  installedBy,
  moduleClass,
  notImported,
  prototypeOf,
  unknownVersion,
} from './library.class.js';

type Class = { readonly prototype: object } | undefined;

/** Where @nestjs/bullmq keeps the classes it works with: those of BullMQ, unless the application set others. */
interface BullClasses {
  readonly _queueClass?: Class;
  readonly _flowProducerClass?: Class;
  readonly _workerClass?: Class;
}

/**
 * Jobs put into queues, and attempts at them. The context travels in `telemetry.metadata` of the options of a job, which
 * BullMQ has for that, in the form its own OpenTelemetry package writes; the data of the job stay as they are. Queues
 * and workers that were given a `telemetry` of their own are left to it.
 */
export const bullmqHook: Hook = {
  name: 'bullmq',

  install({ options, modules }) {
    const classes: BullClasses | undefined = moduleClass(modules, 'BullModule');
    if (classes === undefined) return notImported('@nestjs/bullmq');
    const { enabled, inbound } = options.traces.jobs;
    if (!enabled) return { installed: false, reason: 'traces.jobs.enabled is false' };
    const queue = classes._queueClass?.prototype;
    const flows = classes._flowProducerClass?.prototype;
    const worker = classes._workerClass?.prototype;
    const explorer = prototypeOf(modules, 'BullExplorer', 'handleProcessor');
    const isKnown =
      queue !== undefined &&
      hasMethods(queue, 'add', 'addBulk') &&
      worker !== undefined &&
      hasMethods(worker, 'run', 'callProcessJob');
    if (!isKnown) return unknownVersion('BullMQ');
    const installation = installedBy(
      useJobPolicy(inbound),
      observeQueue(queue),
      observeWorker(worker),
      ...(flows === undefined ? [] : [observeFlowProducer(flows)]),
      ...(explorer === undefined ? [] : [observeProcessors(explorer)]),
    );
    // Nest waits for the jobs that run when it shuts down, but may do so after telemetry has.
    return { ...installation, settled: () => runningAttempts(modules) };
  },
};
