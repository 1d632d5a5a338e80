import { observeFlowProducer, observeQueue } from './bullmq.producer.js';
import { observeProcessors, observeWorker } from './bullmq.worker.js';
import { useJobPolicy } from './bullmq.policy.js';
import type { Hook } from './hook.js';
import { hasMethods, moduleClass, prototypeOf } from './library.class.js';

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
    const classes = moduleClass(modules, 'BullModule') as BullClasses | undefined;
    const queue = classes?._queueClass?.prototype;
    const worker = classes?._workerClass?.prototype;
    const flows = classes?._flowProducerClass?.prototype;
    if (queue === undefined || worker === undefined) {
      return { installed: false, reason: '@nestjs/bullmq is not imported', absent: true };
    }
    const { enabled, inbound } = options.traces.jobs;
    if (!enabled) return { installed: false, reason: 'traces.jobs.enabled is false' };
    if (!hasMethods(queue, 'add', 'addBulk') || !hasMethods(worker, 'run', 'callProcessJob')) {
      return { installed: false, reason: 'this version of BullMQ works differently' };
    }
    const explorer = prototypeOf(modules, 'BullExplorer');
    const undo = [useJobPolicy(inbound), observeQueue(queue), observeWorker(worker)];
    if (flows !== undefined) undo.push(observeFlowProducer(flows));
    if (explorer !== undefined) undo.push(observeProcessors(explorer));
    return {
      installed: true,
      uninstall() {
        for (const step of undo) step();
      },
    };
  },
};
