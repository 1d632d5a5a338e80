import type { Attributes } from '@opentelemetry/api';
import {
  CODE_FUNCTION_NAME,
  MESSAGING_BATCH_MESSAGE_COUNT,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_MESSAGE_ID,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
} from '../../semconv.js';

/** Name and attributes of the span of one job. Metrics only ever see `low`. */
export interface JobSpan {
  readonly name: string;
  readonly low: Attributes;
  readonly high: Attributes;
}

/** Names that BullMQ uses itself. */
const BULLMQ_JOB_NAME = 'bullmq.job.name';
const BULLMQ_JOB_SCHEDULER_ID = 'bullmq.job.scheduler.id';
/** Which attempt it is, from 1 on. */
const BULLMQ_JOB_ATTEMPT = 'bullmq.job.attempt';

/** Jobs that are put into a queue together. */
export interface PublishedJobs {
  /** Absent when they go to several queues. */
  readonly queue: string | undefined;
  /** Name of the job, if it is one. */
  readonly job?: string | undefined;
  /** Number of jobs, if they are a batch. */
  readonly count?: number | undefined;
  readonly schedulerId?: string | undefined;
}

/** Jobs going into a queue: `publish mail`. */
export function publishSpan({ queue, job, count, schedulerId }: PublishedJobs): JobSpan {
  const low = operation('publish', 'send', queue);
  const high: Attributes = {};
  if (job !== undefined) high[BULLMQ_JOB_NAME] = job;
  if (count !== undefined) high[MESSAGING_BATCH_MESSAGE_COUNT] = count;
  if (schedulerId !== undefined) high[BULLMQ_JOB_SCHEDULER_ID] = schedulerId;
  return { name: queue === undefined ? 'publish' : `publish ${queue}`, low, high };
}

/** A job in the hands of a worker. */
export interface ProcessedJob {
  readonly queue: string;
  readonly id: string | undefined;
  readonly job: string;
  readonly attempt: number;
  readonly schedulerId: string | undefined;
  /** Class of the processor, if it is one of Nest. */
  readonly processor: string | undefined;
}

/** One attempt at a job: `process mail`. */
export function processSpan({ queue, id, job, attempt, schedulerId, processor }: ProcessedJob): JobSpan {
  const high: Attributes = { [BULLMQ_JOB_NAME]: job, [BULLMQ_JOB_ATTEMPT]: attempt };
  if (id !== undefined) high[MESSAGING_MESSAGE_ID] = id;
  if (schedulerId !== undefined) high[BULLMQ_JOB_SCHEDULER_ID] = schedulerId;
  if (processor !== undefined) high[CODE_FUNCTION_NAME] = `${processor}.process`;
  return { name: `process ${queue}`, low: operation('process', 'process', queue), high };
}

function operation(name: string, type: 'send' | 'process', queue: string | undefined): Attributes {
  const low: Attributes = {
    [MESSAGING_SYSTEM_NAME]: 'bullmq',
    [MESSAGING_OPERATION_NAME]: name,
    [MESSAGING_OPERATION_TYPE]: type,
  };
  if (queue !== undefined) low[MESSAGING_DESTINATION_NAME] = queue;
  return low;
}
